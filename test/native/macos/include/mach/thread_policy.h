// SPDX-License-Identifier: GPL-3.0-or-later
// What native/platform uses of Apple's <mach/thread_policy.h>: declarations alone.
#pragma once

#include <cstdint>

using thread_policy_t = int*;
struct thread_time_constraint_policy_data_t {
  std::uint32_t period, computation, constraint;
  int preemptible;
};
constexpr unsigned THREAD_TIME_CONSTRAINT_POLICY = 2;
constexpr unsigned THREAD_TIME_CONSTRAINT_POLICY_COUNT = 4;
