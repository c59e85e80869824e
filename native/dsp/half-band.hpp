// SPDX-License-Identifier: GPL-3.0-or-later
// From twice the sample rate to the sample rate: two chains of all-passes that agree below half the
// sample rate and cancel above it.
#pragma once

#include <array>
#include <cstddef>

#include "dsp/fast-math.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Flat to 1e-6 dB up to 0.416 of the sample rate (20 kHz at 48 kHz), 100 dB down from 0.584 on,
/// which is what would fold into it. Delays low frequencies by 1.8 frames. Thread: audio.
/// Source: P. Regalia, S. Mitra, P. Vaidyanathan, "The digital all-pass filter" (1988); elliptic
/// design after R. Valenzuela and A. Constantinides (1983).
class HalfBandDecimator {
 public:
  /// The two frames of twice the rate that make one, in the order of time.
  float next(float early, float late) RT_SAFE {
    for (std::size_t stage = 0; stage < kStages; ++stage) {
      late = sections_[2 * stage].next(late, kCoefficients[2 * stage]);
      early = sections_[2 * stage + 1].next(early, kCoefficients[2 * stage + 1]);
    }
    return 0.5F * (early + late);
  }
  void reset() RT_SAFE { sections_ = {}; }
  /// True when silence in gives silence out.
  [[nodiscard]] bool isSilent() const RT_SAFE {
    float sum = 0.0F;
    for (const Section& section : sections_) sum += std::fabs(section.in) + std::fabs(section.out);
    return sum == 0.0F;
  }

 private:
  static constexpr std::size_t kStages = 4;
  static constexpr std::array<float, 2 * kStages> kCoefficients{
      0.0395561905F, 0.146847316F, 0.294424025F, 0.452834235F,
      0.601465836F,  0.731659015F, 0.844577717F, 0.948025711F};

  struct Section {
    float in = 0.0F;
    float out = 0.0F;
    float next(float x, float coefficient) RT_SAFE {
      out = flushed(coefficient * (x - out) + in);
      in = x;
      return out;
    }
  };
  std::array<Section, 2 * kStages> sections_{};
};

}  // namespace downbeat::dsp
