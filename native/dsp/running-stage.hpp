// SPDX-License-Identifier: GPL-3.0-or-later
// One second-order stage for one or two channels, four floats at a time: two frames of two channels
// or four frames of one lie side by side, and each lane goes as many frames ahead at once by a
// power of the state matrix. A recursive filter waits for itself, and so waits a half or a quarter
// as often.
#pragma once

#include <array>
#include <cstdint>

#include "dsp/lanes.hpp"
#include "dsp/matched-filter.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// What a stage of any number of channels goes on with.
struct StageState {
  FilterStage now;
  FilterStage target;
  FilterStage step;
  std::uint32_t glideFrames = 0;
  std::uint32_t counter = 0;  ///< frames
  // Left and right.
  std::array<float, 2> band{};
  std::array<float, 2> low{};
  std::array<float, 2> before{};
};

/// Channels: 1 or 2. Thread: audio.
template <std::size_t Channels>
class RunningStage {
 public:
  /// At once.
  void jumpTo(const FilterStage& stage) RT_SAFE;
  /// In straight lines over `frames` (1 or more), from where the coefficients are.
  void glideTo(const FilterStage& stage, std::uint32_t frames) RT_SAFE;
  /// What comes in goes out, and nothing rings.
  [[nodiscard]] bool isAtRest() const RT_SAFE { return glideFrames_ == 0 && isBypassed(now_); }

  /// Silence; coefficients arrive where they go.
  void reset() RT_SAFE;
  /// Frames of one float, or of two: left and right; `out` may be `in`. However frames are cut, to
  /// the bit.
  void process(const float* in, float* out, std::uint32_t frames) RT_SAFE;

  /// The way from one channel to two, which are the same at first, and back, where the right one is
  /// dropped.
  [[nodiscard]] StageState state() RT_SAFE;
  void continueFrom(const StageState& state) RT_SAFE;

 private:
  static constexpr std::size_t kAhead = kLaneCount / Channels;  ///< frames

  void leaveLanes() RT_SAFE;
  void arrive() RT_SAFE;
  void moveOn() RT_SAFE;
  void flush() RT_SAFE;
  void runFrame(const float* in, float* out) RT_SAFE;
  void runLane(const float* in, float* out) RT_SAFE;
  void runLanes(const float* in, float* out, std::uint32_t frames) RT_SAFE;
  [[nodiscard]] std::size_t laneOf(std::uint32_t frame) const RT_SAFE {
    return frame % kAhead * Channels;
  }

  FilterStage now_;
  FilterStage target_;
  FilterStage step_;
  std::uint32_t glideFrames_ = 0;

  /// From a frame to the one kAhead later: a power of the matrix, and what each input in between
  /// adds.
  struct Power {
    float bandBand;
    float bandLow;
    float lowBand;
    float lowLow;
    std::array<float, kAhead> bandIn;
    std::array<float, kAhead> lowIn;
  };
  Power power_{};

  std::uint32_t counter_ = 0;       ///< frames
  std::uint32_t steadyFrames_ = 0;  ///< since coefficients moved; from kAhead on lanes are used
  // The states of the next frame, while frames go one by one.
  std::array<float, Channels> nextBand_{};
  std::array<float, Channels> nextLow_{};
  // Of the last kAhead frames, by their number.
  Lanes band_{};
  Lanes low_{};
  Lanes in_{};
  Lanes before_{};
};

extern template class RunningStage<1>;
extern template class RunningStage<2>;

using MonoStage = RunningStage<1>;
using StereoStage = RunningStage<2>;

}  // namespace downbeat::dsp
