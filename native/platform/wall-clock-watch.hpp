// SPDX-License-Identifier: GPL-3.0-or-later
// Notices when somebody sets the wall clock: a box without a battery clock starts years ago, and
// jumps when the network tells it the time. Link's timers run on the wall clock, so a step
// backwards silences them until that time comes again, and a step forwards makes every peer look
// dead.
//
// The wall clock and the monotonic clock are slewed together, so their difference changes by steps
// alone. (A timer that the kernel cancels when the clock is set would tell of steps of a
// microsecond too, and not how far they went.)
#pragma once

#include <cstdint>

namespace downbeat::platform {

/// Thread: one.
class WallClockWatch {
 public:
  /// Smaller steps disturb nobody's timers.
  static constexpr std::int64_t kStepMicros = 200'000;

  WallClockWatch();

  /// How far the wall clock was set since this was last asked, in microseconds, positive when it is
  /// later now; 0 when it was not, or by less than kStepMicros. A machine that slept counts as set.
  [[nodiscard]] std::int64_t takeStep();

 private:
  std::int64_t offset_;  ///< wall clock less monotonic clock, microseconds
};

}  // namespace downbeat::platform
