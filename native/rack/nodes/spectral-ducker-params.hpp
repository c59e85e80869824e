// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of the spectral ducker: a few of its own and seven for each of its bands.
#pragma once

#include <array>
#include <cstddef>

#include "dsp/band-detector.hpp"
#include "rack/param-table.hpp"

namespace downbeat::rack {

struct SpectralDuckerParam {
  /// Indices into the table.
  enum Own : std::size_t {
    kThresholdDb,
    kRatio,
    kAttackMs,
    kReleaseMs,
    kMakeupDb,
    kMix,
    kDetectorHpfHz,
    kApplyMode,
    kStereoMode,
    kMsSideScale,
    kBands,
    kOwnCount
  };
  /// Of one band; see `of`.
  enum OfBand : std::size_t {
    kCenterHz,
    kQ,
    kDepthDb,
    kBandThresholdDb,
    kBandRatio,
    kKneeDb,
    kHoldMs,
    kOfBandCount
  };
  static constexpr std::size_t kCount = kOwnCount + kOfBandCount * dsp::BandDetector::kMaxBands;

  /// The index of a band's parameter; `band` from 0.
  [[nodiscard]] static constexpr std::size_t of(std::size_t band, OfBand param) {
    return kOwnCount + kOfBandCount * band + param;
  }
};

extern const std::array<ParamInfo, SpectralDuckerParam::kCount> kSpectralDuckerParams;

}  // namespace downbeat::rack
