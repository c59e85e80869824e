// SPDX-License-Identifier: GPL-3.0-or-later
// One second-order stage for two channels, two frames at a time: left and right of an even frame
// and of the odd one after it lie side by side, and each lane goes from its frame to the one after
// next by the square of the state matrix. A recursive filter waits for itself, and so waits half as
// often.
#pragma once

#include <array>
#include <cstdint>

#include "dsp/lanes.hpp"
#include "dsp/matched-filter.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: audio.
class StereoStage {
 public:
  /// At once.
  void jumpTo(const FilterStage& stage) RT_SAFE;
  /// In straight lines over `frames` (1 or more), from where the coefficients are.
  void glideTo(const FilterStage& stage, std::uint32_t frames) RT_SAFE;
  /// What comes in goes out, and nothing rings.
  [[nodiscard]] bool isAtRest() const RT_SAFE { return glideFrames_ == 0 && isBypassed(now_); }

  /// Silence; coefficients arrive where they go.
  void reset() RT_SAFE;
  /// In place; frames of two floats, left and right. However frames are cut, to the bit.
  void process(float* pairs, std::uint32_t frames) RT_SAFE;

 private:
  static constexpr std::size_t kChannels = 2;

  void leavePairs() RT_SAFE;
  void arrive() RT_SAFE;
  void moveOn() RT_SAFE;
  void flush() RT_SAFE;
  void runFrame(float* pair) RT_SAFE;
  void runLane(float* pair) RT_SAFE;
  void runPairs(float* pairs, std::uint32_t frames) RT_SAFE;

  FilterStage now_;
  FilterStage target_;
  FilterStage step_;
  std::uint32_t glideFrames_ = 0;

  /// From a frame to the one after next: the matrix times itself, and times what the input adds.
  struct Square {
    float bandBand;
    float bandLow;
    float lowBand;
    float lowLow;
    float bandIn;
    float lowIn;
  };
  Square square_{};

  std::uint32_t counter_ = 0;       ///< frames
  std::uint32_t steadyFrames_ = 0;  ///< since coefficients moved; from 2 on frames go in pairs
  // The states of the next frame, while frames go one by one.
  std::array<float, kChannels> nextBand_{};
  std::array<float, kChannels> nextLow_{};
  // Of the last two frames, left and right: first the even one.
  Lanes band_{};
  Lanes low_{};
  Lanes in_{};
  Lanes before_{};
};

}  // namespace downbeat::dsp
