// SPDX-License-Identifier: GPL-3.0-or-later
#include "link/link-clock.hpp"

#if defined(__APPLE__)
#include <ableton/Link.hpp>
#include <chrono>
#else
#include <ctime>
#endif

namespace downbeat::link {

#if defined(__APPLE__)

HostTicks ticksNow() { return {static_cast<std::int64_t>(ableton::Link::Clock{}.ticks())}; }

HostMicros microsOf(HostTicks ticks) {
  return {ableton::Link::Clock{}
              .ticksToMicros(static_cast<ableton::Link::Clock::Ticks>(ticks.value))
              .count()};
}

HostTicks ticksOf(HostMicros host) {
  return {static_cast<std::int64_t>(
      ableton::Link::Clock{}.microsToTicks(std::chrono::microseconds(host.value)))};
}

#else

namespace {

constexpr std::int64_t kTicksPerMicro = 1000;

}  // namespace

HostTicks ticksNow() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_RAW, &now);
  return {static_cast<std::int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec};
}

HostMicros microsOf(HostTicks ticks) {
  // Down, also before the origin: a microsecond begins at its first tick.
  const std::int64_t rest = ticks.value % kTicksPerMicro;
  return {ticks.value / kTicksPerMicro - (rest < 0 ? 1 : 0)};
}

HostTicks ticksOf(HostMicros host) { return {host.value * kTicksPerMicro}; }

#endif

}  // namespace downbeat::link
