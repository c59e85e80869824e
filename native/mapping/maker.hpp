// SPDX-License-Identifier: GPL-3.0-or-later
// Controls that nobody holds: an LFO, a timer, how loud something is.
#pragma once

#include <cstdint>
#include <optional>

#include "base/units.hpp"
#include "mapping/mapping-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

/// What makers go by. Of the present block.
struct MakerFacts {
  HostMicros now{};
  Beats line{};  ///< of the box's beat line, which also runs while the song stands
};

/// 0 to 1 at `turns` from the beginning, any number.
[[nodiscard]] double waveAt(Wave wave, double turns) RT_SAFE;

/// Rises and falls with a level, in equal steps of decibels.
class LevelFollower {
 public:
  static constexpr double kFloorDb = -60.0;

  LevelFollower(double attackMs, double releaseMs) : attackMs_(attackMs), releaseMs_(releaseMs) {}

  /// The highest sample, factor of full scale, of the next so many milliseconds.
  void hear(double peak, double ms) RT_SAFE;
  /// 0 at the floor and below, 1 at full scale and above.
  [[nodiscard]] double position() const RT_SAFE;

 private:
  double attackMs_;
  double releaseMs_;
  double level_ = 0.0;
};

/// Thread: made on control, one after that.
class Maker {
 public:
  /// Where it is now: 0 to 1. A timer: 1 when it presses, once in a cycle, and nothing otherwise.
  Maker(SourceKind kind, const MakerPlan& plan)
      : kind_(kind), plan_(plan), follower_(plan.attackMs, plan.releaseMs) {}

  [[nodiscard]] std::optional<double> next(const MakerFacts& facts) RT_SAFE;
  void hear(double peak, double ms) RT_SAFE { follower_.hear(peak, ms); }

 private:
  [[nodiscard]] double turnsAt(const MakerFacts& facts) const RT_SAFE;

  SourceKind kind_;
  MakerPlan plan_;
  LevelFollower follower_;
  std::optional<double> cycle_;  ///< timer: the present one; not known at the beginning
};

}  // namespace downbeat::mapping
