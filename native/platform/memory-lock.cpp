// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/memory-lock.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "platform/machine.hpp"

namespace downbeat::platform {
namespace {

constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kMaxPrefaultBytes = 256 * 1024;

bool lockEverything() {
#if defined(__APPLE__)
  errno = ENOSYS;  // declared by the system's headers, refused by its kernel
  return false;
#else
  // First all of today's pages, with their content, then those of the future as they are touched.
  if (mlockall(MCL_CURRENT) != 0) return false;
#ifdef MCL_ONFAULT
  return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
#else
  return mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
#endif
#endif
}

/// One page of stack at each depth. The volatile store after the call keeps the frames apart.
void touchFrames(std::size_t bytes) RT_SAFE {
  volatile unsigned char page[kPageBytes];
  page[0] = 0;
  if (bytes > kPageBytes) touchFrames(bytes - kPageBytes);
  page[kPageBytes - 1] = page[0];
}

}  // namespace

MemoryLock lockMemory() {
  const LockLimit limit = memoryLockLimit();
  if (!limit.isUnlimited) {
    const std::uint64_t total = memoryFacts().totalBytes;
    if (total == 0 || limit.bytes < total) {
      return {false, "memory is not locked: this user may lock " +
                         std::to_string(limit.bytes / (1024 * 1024)) +
                         " MiB; set LimitMEMLOCK=infinity in the service, or `memlock unlimited` "
                         "in /etc/security/limits.d"};
    }
  }
  if (!lockEverything()) {
    return {false, std::string("memory is not locked: ") + std::strerror(errno)};
  }
  return {true, "memory is locked"};
}

void prefaultStack(std::size_t bytes) RT_SAFE {
  touchFrames(bytes > kMaxPrefaultBytes ? kMaxPrefaultBytes : bytes);
}

}  // namespace downbeat::platform
