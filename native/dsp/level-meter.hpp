// SPDX-License-Identifier: GPL-3.0-or-later
// How loud one channel is: peak with a hold, RMS, samples beyond full scale. Works in blocks of its
// own count of frames, so that the values do not depend on how the frames come.
#pragma once

#include <cstdint>

#include "dsp/lanes.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: audio.
class LevelMeter {
 public:
  static constexpr std::uint32_t kBlockFrames = 256;
  static constexpr double kRmsSeconds = 0.3;      ///< time constant of the mean square
  static constexpr double kFallDbPerSecond = 12;  ///< of the peak, after its hold: as a PPM falls

  void prepare(double sampleRate) RT_SAFE;
  void reset() RT_SAFE;
  /// Range: 0 and up, whole blocks; 0 lets the peak fall at once.
  void setHold(double frames) RT_SAFE;
  /// True when a block has ended in it: the values below are new.
  bool add(const float* in, std::uint32_t frames) RT_SAFE;

  [[nodiscard]] float peak() const RT_SAFE { return peak_; }
  [[nodiscard]] float rms() const RT_SAFE;
  [[nodiscard]] std::uint32_t overs() const RT_SAFE { return overs_; }

 private:
  void endBlock() RT_SAFE;

  float rmsCoefficient_ = 1.0F;
  float fallFactor_ = 1.0F;
  std::uint32_t holdBlocks_ = 0;

  float peak_ = 0.0F;
  float meanSquare_ = 0.0F;
  std::uint32_t overs_ = 0;
  std::uint32_t heldBlocks_ = 0;

  // Of the block under way; frame n of it goes to lane n % 4, whatever the calls.
  std::uint32_t count_ = 0;
  Lanes highest_{};
  Lanes squares_{};
  LaneBits loud_{};
};

}  // namespace downbeat::dsp
