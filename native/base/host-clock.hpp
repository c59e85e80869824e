// SPDX-License-Identifier: GPL-3.0-or-later
// The host clock: the same clock and origin as Ableton Link's, so that times can be compared.
#pragma once

#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat {

/// Now, in Link's microseconds (CLOCK_MONOTONIC_RAW on Linux, mach time on macOS).
/// Thread: any.
[[nodiscard]] HostMicros hostNow() RT_SAFE;

}  // namespace downbeat
