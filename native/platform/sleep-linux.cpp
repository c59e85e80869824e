// SPDX-License-Identifier: GPL-3.0-or-later
// Absolute sleep on Linux.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "platform/sleep.hpp"

namespace downbeat::platform {
namespace {

// A reading of three clocks that took longer was interrupted: its offset could be wrong by as much.
constexpr std::int64_t kMaxBracketNanos = 20'000;

// A futex is a word of 32 bits in memory.
static_assert(sizeof(std::atomic<std::uint32_t>) == 4);

timespec toTimespec(std::int64_t nanos) noexcept {
  timespec time{};
  time.tv_sec = static_cast<time_t>(nanos / 1'000'000'000);
  time.tv_nsec = static_cast<long>(nanos % 1'000'000'000);
  return time;
}

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
    const timespec until = toTimespec(target + offsetNanos_);
    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
  }
}

bool HostSleeper::sleepUntil(HostMicros deadline, WakeSignal& signal) noexcept {
  const std::int64_t target = deadline.value * 1000;
  while (nanosOf(CLOCK_MONOTONIC_RAW) < target) {
    if (signal.take()) return true;
    measureOffset();
    const timespec until = toTimespec(target + offsetNanos_);
    // Absolute, on CLOCK_MONOTONIC.
    (void)::syscall(SYS_futex, &signal.word_, FUTEX_WAIT_BITSET_PRIVATE, 0, &until, nullptr,
                    FUTEX_BITSET_MATCH_ANY);
  }
  return signal.take();
}

void WakeSignal::wake() RT_SAFE {
  if (word_.exchange(1, std::memory_order_release) != 0) return;
  RT_ALLOW("the system call that wakes a thread; it waits for nothing",
           (void)::syscall(SYS_futex, &word_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0));
}

}  // namespace downbeat::platform
