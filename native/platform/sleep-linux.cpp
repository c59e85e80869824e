// SPDX-License-Identifier: GPL-3.0-or-later
// Absolute sleep on Linux.
#include <time.h>

#include <cerrno>

#include "platform/sleep.hpp"

namespace downbeat::platform {
namespace {

// A reading of three clocks that took longer was interrupted: its offset could be wrong by as much.
constexpr std::int64_t kMaxBracketNanos = 20'000;

std::int64_t nanosOf(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

void HostSleeper::measureOffset() noexcept {
  for (int attempt = 0; attempt < 3; ++attempt) {
    const std::int64_t before = nanosOf(CLOCK_MONOTONIC);
    const std::int64_t raw = nanosOf(CLOCK_MONOTONIC_RAW);
    const std::int64_t after = nanosOf(CLOCK_MONOTONIC);
    const bool isLast = attempt == 2;
    if (after - before > kMaxBracketNanos && !(isLast && !hasOffset_)) continue;
    offsetNanos_ = before + (after - before) / 2 - raw;
    hasOffset_ = true;
    return;
  }
}

void HostSleeper::sleepUntil(HostMicros deadline) noexcept {
  const std::int64_t target = deadline.value * 1000;
  // Usually one turn. A clock that is being slewed may wake us a little early: then once more.
  while (nanosOf(CLOCK_MONOTONIC_RAW) < target) {
    measureOffset();
    const std::int64_t wake = target + offsetNanos_;
    timespec until{};
    until.tv_sec = static_cast<time_t>(wake / 1'000'000'000);
    until.tv_nsec = static_cast<long>(wake % 1'000'000'000);
    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
  }
}

}  // namespace downbeat::platform
