// SPDX-License-Identifier: GPL-3.0-or-later
// An endless knob that is turned fast goes further; slow turns stay what they are.
#pragma once

#include <utility>
#include <vector>

#include "base/units.hpp"
#include "mapping/mapping-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

/// How fast a knob turns is judged by the clicks before the newest, which fade away: the first
/// click after a rest, and the first one back, count as one whatever the law says. Thread: made on
/// control, one after that.
class Acceleration {
 public:
  /// Clicks are forgotten with this time constant: some of a quick turn, none of a slow one.
  static constexpr double kMemorySeconds = 0.08;

  /// `law`: by rising speed; empty is none.
  explicit Acceleration(std::vector<AccelerationPoint> law) : law_(std::move(law)) {}

  /// So many times as far go these clicks, which have come at `now`.
  [[nodiscard]] double factorFor(int clicks, HostMicros now) RT_SAFE;

 private:
  [[nodiscard]] double factorAt(double clicksPerSecond) const RT_SAFE;

  std::vector<AccelerationPoint> law_;
  double recent_ = 0.0;  ///< clicks, signed, as far as they are not forgotten
  HostMicros turnedAt_{};
};

}  // namespace downbeat::mapping
