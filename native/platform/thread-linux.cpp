// SPDX-License-Identifier: GPL-3.0-or-later
// Threads on Linux.
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

#include "platform/thread.hpp"

namespace downbeat::platform {
namespace {

int trySchedFifo(int priority) noexcept {
  sched_param param{};
  param.sched_priority = priority;
  return pthread_setschedparam(pthread_self(), SCHED_FIFO, &param);
}

}  // namespace

void setThreadName(const char* name) noexcept {
  char kept[16] = {};  // the kernel's limit, with the closing zero
  std::strncpy(kept, name, sizeof(kept) - 1);
  (void)pthread_setname_np(pthread_self(), kept);
}

RealtimeGrant requestRealtime(int priority) {
  RealtimeGrant grant;
  // Timers of ordinary threads are late by up to 50 us on purpose; ask for none of that.
  (void)prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  int error = trySchedFifo(priority);
  if (error == 0) {
    grant.isGranted = true;
    grant.priority = priority;
    return grant;
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_RTPRIO, &limit) == 0 && limit.rlim_cur > 0 &&
      limit.rlim_cur < static_cast<rlim_t>(priority)) {
    const int allowed = static_cast<int>(limit.rlim_cur);
    error = trySchedFifo(allowed);
    if (error == 0) {
      grant.isGranted = true;
      grant.priority = allowed;
      grant.note = "realtime priority " + std::to_string(allowed) + " instead of " +
                   std::to_string(priority) + ": the rtprio limit of this user is lower";
      return grant;
    }
  }
  grant.note = std::string("no realtime priority (") + std::strerror(error) +
               "): timing is less steady; give this user an rtprio limit of 95";
  return grant;
}

}  // namespace downbeat::platform
