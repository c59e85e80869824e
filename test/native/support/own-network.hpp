// SPDX-License-Identifier: GPL-3.0-or-later
// A network of the test's own, so that Link peers of other programs on this machine or in this
// house take no part. Where the system does not give one, the test runs on the network there is.
#pragma once

#if defined(__linux__)
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#endif

namespace downbeat::test {

/// Moves the calling thread, and every thread it makes afterwards, to an empty network with a
/// loopback interface that is up. Done once per process; later calls change nothing.
inline void useOwnNetwork() {
#if defined(__linux__)
  static const bool isDone = [] {
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
    const int handle = socket(AF_INET, SOCK_DGRAM, 0);
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    const bool isUp = ioctl(handle, SIOCSIFFLAGS, &request) == 0;
    close(handle);
    return isUp;
  }();
  (void)isDone;
#endif
}

}  // namespace downbeat::test
