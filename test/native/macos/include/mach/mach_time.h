// SPDX-License-Identifier: GPL-3.0-or-later
// What native/platform uses of Apple's <mach/mach_time.h>: declarations alone.
#pragma once

#include <cstdint>

extern "C" {
struct mach_timebase_info_data_t {
  std::uint32_t numer, denom;
};
int mach_timebase_info(mach_timebase_info_data_t* info);
std::uint64_t mach_absolute_time();
int mach_wait_until(std::uint64_t deadline);
}
