// SPDX-License-Identifier: GPL-3.0-or-later
// Absolute sleep on macOS: the host clock is mach time, which can be slept on.
#include <mach/mach_time.h>

#include "base/host-clock.hpp"
#include "platform/sleep.hpp"

namespace downbeat::platform {
namespace {

// A sleep that may be ended early looks so often whether it is.
constexpr HostMicros kLook{250};

}  // namespace

void HostSleeper::sleepUntil(HostMicros deadline) noexcept {
  mach_timebase_info_data_t base{};
  mach_timebase_info(&base);
  while (true) {
    const std::int64_t leftMicros = deadline.value - hostNow().value;
    if (leftMicros <= 0) return;
    const double ticks = static_cast<double>(leftMicros) * 1000.0 * base.denom / base.numer;
    (void)mach_wait_until(mach_absolute_time() + static_cast<std::uint64_t>(ticks) + 1);
  }
}

bool HostSleeper::sleepUntil(HostMicros deadline, WakeSignal& signal) noexcept {
  while (true) {
    if (signal.take()) return true;
    const HostMicros now = hostNow();
    if (now >= deadline) return false;
    sleepUntil(deadline - now < kLook ? deadline : now + kLook);
  }
}

void WakeSignal::wake() RT_SAFE { word_.store(1, std::memory_order_release); }

}  // namespace downbeat::platform
