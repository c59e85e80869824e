// SPDX-License-Identifier: GPL-3.0-or-later
// Threads on macOS: realtime is a time constraint, not a number.
#include <mach/mach.h>
#include <mach/mach_time.h>
#include <mach/thread_policy.h>
#include <pthread.h>

#include "platform/thread.hpp"

namespace downbeat::platform {

void setThreadName(const char* name) noexcept { (void)pthread_setname_np(name); }

RealtimeGrant requestRealtime(int priority) {
  RealtimeGrant grant;
  mach_timebase_info_data_t base{};
  mach_timebase_info(&base);
  const auto ticksOf = [&base](double micros) {
    return static_cast<std::uint32_t>(micros * 1000.0 * base.denom / base.numer);
  };
  thread_time_constraint_policy_data_t policy{};
  policy.period = ticksOf(2000.0);  // the midi thread wakes at least every 2 ms
  policy.computation = ticksOf(200.0);
  policy.constraint = ticksOf(500.0);
  policy.preemptible = 1;
  const kern_return_t result = thread_policy_set(
      pthread_mach_thread_np(pthread_self()), THREAD_TIME_CONSTRAINT_POLICY,
      reinterpret_cast<thread_policy_t>(&policy), THREAD_TIME_CONSTRAINT_POLICY_COUNT);
  if (result == KERN_SUCCESS) {
    grant.isGranted = true;
    grant.priority = priority;
  } else {
    grant.note = "no realtime scheduling: timing is less steady";
  }
  return grant;
}

}  // namespace downbeat::platform
