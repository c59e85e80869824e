// SPDX-License-Identifier: GPL-3.0-or-later
// Absolute sleep on the host clock. On Linux that clock is CLOCK_MONOTONIC_RAW, which the kernel
// refuses to sleep on (EOPNOTSUPP), so every deadline is carried over to CLOCK_MONOTONIC with the
// offset between the two, measured again before each sleep: both may drift by 500 ppm under NTP.
#pragma once

#include <cstdint>

#include "base/units.hpp"
#include "platform/wake-signal.hpp"

namespace downbeat::platform {

/// Thread: one per thread; it remembers the last good offset.
class HostSleeper {
 public:
  /// Returns at or after `deadline`, at once when it has passed. Signals do not end it early.
  void sleepUntil(HostMicros deadline) noexcept;
  /// The same, but at once when somebody wakes it; true then.
  bool sleepUntil(HostMicros deadline, WakeSignal& signal) noexcept;

 private:
#if !defined(__APPLE__)
  void measureOffset() noexcept;

  std::int64_t offsetNanos_ = 0;  ///< CLOCK_MONOTONIC - CLOCK_MONOTONIC_RAW
  bool hasOffset_ = false;
#endif
};

}  // namespace downbeat::platform
