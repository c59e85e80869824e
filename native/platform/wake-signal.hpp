// SPDX-License-Identifier: GPL-3.0-or-later
// Ends the sleep of a thread that has a deadline: something came before its time.
#pragma once

#include <atomic>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::platform {

/// Thread: `wake` on any, `take` and HostSleeper's on the one that sleeps.
class WakeSignal {
 public:
  /// Never waits. Of many before the sleeper is awake one counts.
  void wake() RT_SAFE;
  /// Was there a call since the last one?
  [[nodiscard]] bool take() RT_SAFE { return word_.exchange(0, std::memory_order_acquire) != 0; }

 private:
  friend class HostSleeper;
  std::atomic<std::uint32_t> word_{0};
};

}  // namespace downbeat::platform
