// SPDX-License-Identifier: GPL-3.0-or-later
// The processor's own counter: the cheapest look at a clock, for measuring what nodes cost. What a
// count is worth is found out by comparing it with a clock over a while.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#elif !defined(__aarch64__)
#include "base/host-clock.hpp"
#endif

#include "rt/rt-safe.hpp"

namespace downbeat {

/// Grows evenly; of no unit that is known beforehand. Thread: any.
[[nodiscard]] inline std::uint64_t cyclesNow() RT_SAFE {
#if defined(__x86_64__)
  return __rdtsc();
#elif defined(__aarch64__)
  std::uint64_t count = 0;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(count));
  return count;
#else
  return static_cast<std::uint64_t>(hostNow().value);
#endif
}

}  // namespace downbeat
