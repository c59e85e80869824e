// SPDX-License-Identifier: GPL-3.0-or-later
// Four times the sample rate and back, for what bends a wave: linear-phase filters in two steps
// each way. The four frames between two frames lie in four rows, so that all filters run over
// frames side by side.
#pragma once

#include <array>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// The filters, the same for every oversampler and sample rate.
///
/// Flat to 0.41 of the sample rate (19.7 kHz at 48 kHz), images 94 dB down. What lies above half
/// the sample rate folds back 60 dB down at once and 80 dB down from 0.51 of it on: the last of the
/// steps down is no half-band but one that ends where the band ends. Down also lifts what
/// AntialiasedShaper takes away.
struct OversamplerKernels {
  static constexpr std::uint32_t kUpTaps = 36;     // of every other frame; the rest are copies
  static constexpr std::uint32_t kUpperTaps = 10;  // 2 to 4 times
  static constexpr std::uint32_t kLowerTaps = 12;  // 4 to 2 times
  static constexpr std::uint32_t kDownTaps = 105;

  OversamplerKernels();

  std::array<float, kUpTaps> up{};
  std::array<float, kUpperTaps> upper{};
  std::array<float, kLowerTaps> lower{};
  std::array<float, kDownTaps> down{};
};

/// One channel. Thread: construction on control, the rest on audio.
class Oversampler {
 public:
  static constexpr std::uint32_t kTimes = 4;
  static constexpr std::uint32_t kChunk = 32;  // frames at most in one call
  /// Of `up`, and of `down` in a sum, in frames of four times the rate. What lies between them has
  /// one frame, by which all together is kLatencyFrames.
  static constexpr std::uint32_t kLatencyAbove = 191;
  static constexpr std::uint32_t kLatencyFrames = 48;

  /// Rows of the frames 0/4, 1/4, 2/4 and 3/4 after each frame.
  using Rows = std::array<std::array<float, kChunk>, kTimes>;

  void reset() RT_SAFE;
  void up(const float* in, Rows& out, std::uint32_t frames) RT_SAFE;
  void down(const Rows& in, float* out, std::uint32_t frames) RT_SAFE;

 private:
  // How many frames before the chunk each filter still looks at.
  static constexpr std::uint32_t kUpPast = 35;
  static constexpr std::uint32_t kUpperPast = 5;
  static constexpr std::uint32_t kLowerPast = 6;
  static constexpr std::uint32_t kDownPast = 52;

  /// The past, then the chunk; lanes behind its end compute what nobody reads.
  template <std::uint32_t Past>
  using Row = std::array<float, Past + kChunk>;

  OversamplerKernels kernels_;
  Row<kUpPast> in_{};
  std::array<Row<kUpperPast>, 2> twice_{};
  std::array<Row<kLowerPast>, 4> above_{};
  std::array<Row<kDownPast>, 2> below_{};
};

}  // namespace downbeat::dsp
