// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/wall-clock-watch.hpp"

#include <ctime>

namespace downbeat::platform {
namespace {

/// A pair of readings that took longer was interrupted between them.
constexpr std::int64_t kMaxBracketMicros = 1000;
constexpr int kAttempts = 5;

std::int64_t microsOf(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

std::int64_t measureOffset() {
  std::int64_t offset = 0;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::int64_t before = microsOf(CLOCK_MONOTONIC);
    const std::int64_t wall = microsOf(CLOCK_REALTIME);
    const std::int64_t after = microsOf(CLOCK_MONOTONIC);
    offset = wall - before;
    if (after - before <= kMaxBracketMicros) break;
  }
  return offset;
}

}  // namespace

WallClockWatch::WallClockWatch() : offset_(measureOffset()) {}

std::int64_t WallClockWatch::takeStep() {
  const std::int64_t offset = measureOffset();
  const std::int64_t step = offset - offset_;
  if (step > -kStepMicros && step < kStepMicros) return 0;
  offset_ = offset;
  return step;
}

}  // namespace downbeat::platform
