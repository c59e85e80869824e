// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/host-clock.hpp"

#include <ctime>

namespace downbeat {
namespace {

// The clocks that Link's own platform layer reads: mach time on macOS (CLOCK_UPTIME_RAW is that,
// in nanoseconds), the raw monotonic clock elsewhere.
#if defined(__APPLE__)
constexpr clockid_t kLinkClock = CLOCK_UPTIME_RAW;
#else
constexpr clockid_t kLinkClock = CLOCK_MONOTONIC_RAW;
#endif

}  // namespace

HostMicros hostNow() RT_SAFE {
  timespec now{};
  RT_ALLOW("reading a monotonic clock is a vDSO call", clock_gettime(kLinkClock, &now));
  return {static_cast<std::int64_t>(now.tv_sec) * 1000000 + now.tv_nsec / 1000};
}

}  // namespace downbeat
