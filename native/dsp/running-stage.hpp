// SPDX-License-Identifier: GPL-3.0-or-later
// One second-order stage for one or two channels, four floats at a time: a group is two frames of
// two channels or four frames of one. What its inputs and the states before it add to each of its
// frames, and to the states after it, is worked out when coefficients arrive. A recursive filter
// waits for itself, and so waits once a group.
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
  RunningStage() { arrive(); }

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
  static constexpr std::uint32_t kGroup = kLaneCount / Channels;  ///< frames

  /// What each frame of a group is made of, and the states after it. Of states, the first lanes are
  /// s1 of each channel, the next ones s2.
  struct Group {
    std::array<Lanes, kGroup> heardIn;  ///< by the frame that comes in
    Lanes heardBand;
    Lanes heardLow;
    std::array<Lanes, kGroup> movedIn;
    Lanes movedBand;
    Lanes movedLow;
  };

  void leaveGroups() RT_SAFE;
  void arrive() RT_SAFE;
  void moveOn() RT_SAFE;
  void flush() RT_SAFE;
  /// One frame by the state equations; what is heard but for `behind`.
  [[nodiscard]] float moveState(std::size_t channel, float x) RT_SAFE;
  void runFrame(const float* in, float* out) RT_SAFE;
  void runPart(const float* in, float* out, std::uint32_t frames) RT_SAFE;
  void runGroups(const float* in, float* out, std::uint32_t frames) RT_SAFE;
  [[nodiscard]] bool isBetweenGroups() const RT_SAFE { return counter_ % kGroup == 0; }

  FilterStage now_;
  FilterStage target_;
  FilterStage step_;
  std::uint32_t glideFrames_ = 0;
  Group group_{};

  std::uint32_t counter_ = 0;  ///< frames; groups begin at whole multiples
  bool isByGroups_ = false;    ///< coefficients rest, and a group has begun since
  Lanes state_{};              ///< before the frame, or the group, that goes on
  Lanes before_{};             ///< u of the frames before it; the last lanes count
  Lanes in_{};                 ///< of the group that goes on
};

extern template class RunningStage<1>;
extern template class RunningStage<2>;

using MonoStage = RunningStage<1>;
using StereoStage = RunningStage<2>;

}  // namespace downbeat::dsp
