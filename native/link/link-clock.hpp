// SPDX-License-Identifier: GPL-3.0-or-later
// Link's clock in its own units. Microseconds are `hostNow()`; ticks are what the system counts in.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::link {

/// Counts of the system's clock, of which microseconds are made: nanoseconds on Linux, mach
/// absolute time on macOS. Link gives its own ticks only where the system's are no nanoseconds.
struct HostTicks {
  std::int64_t value = 0;
};

/// As Link takes it.
[[nodiscard]] inline std::chrono::microseconds chronoOf(HostMicros host) RT_SAFE {
  return std::chrono::microseconds(host.value);
}

/// Now, in ticks. Thread: any.
[[nodiscard]] HostTicks ticksNow();

/// The microsecond that `ticks` lies in, as the clock itself reads it. Thread: any.
[[nodiscard]] HostMicros microsOf(HostTicks ticks);

/// The tick at which `host` begins. Thread: any.
/// Range: 285 years before and after the clock's origin (2^53 microseconds).
[[nodiscard]] HostTicks ticksOf(HostMicros host);

}  // namespace downbeat::link
