// SPDX-License-Identifier: GPL-3.0-or-later
// The answers that macOS gives. Realtime priority needs no right there (threads state their
// period), nothing limits CPU speed by a governor, and memory cannot be locked as a whole.
#include <mach/mach.h>
#include <sys/resource.h>
#include <sys/sysctl.h>

#include "platform/machine.hpp"
#include "platform/wireless.hpp"

namespace downbeat::platform {

std::string bootId() {
  char text[64] = {};
  std::size_t bytes = sizeof(text) - 1;
  return sysctlbyname("kern.bootsessionuuid", text, &bytes, nullptr, 0) == 0 ? text : "";
}

RealtimeRights realtimeRights(int /*priority*/) {
  return {true, -1, "realtime threads need no special right on macOS"};
}

LockLimit memoryLockLimit() {
  LockLimit result;
  rlimit limit = {};
  if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0) {
    result.isUnlimited = limit.rlim_cur == RLIM_INFINITY;
    result.bytes = result.isUnlimited ? 0 : limit.rlim_cur;
  }
  return result;
}

MemoryFacts memoryFacts() {
  MemoryFacts facts;
  std::uint64_t total = 0;
  std::size_t bytes = sizeof(total);
  if (sysctlbyname("hw.memsize", &total, &bytes, nullptr, 0) == 0) facts.totalBytes = total;

  vm_statistics64_data_t pages = {};
  mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
  const mach_port_t host = mach_host_self();
  if (host_statistics64(host, HOST_VM_INFO64, reinterpret_cast<host_info64_t>(&pages), &count) ==
      KERN_SUCCESS) {
    facts.availableBytes =
        (std::uint64_t{pages.free_count} + pages.inactive_count) * vm_kernel_page_size;
  }
  mach_port_deallocate(mach_task_self(), host);

  mach_task_basic_info task = {};
  count = MACH_TASK_BASIC_INFO_COUNT;
  if (task_info(mach_task_self(), MACH_TASK_BASIC_INFO, reinterpret_cast<task_info_t>(&task),
                &count) == KERN_SUCCESS) {
    facts.residentBytes = task.resident_size;
  }
  return facts;
}

std::vector<CpuGovernor> cpuGovernors() { return {}; }

std::string kernelPreemption() { return "unknown"; }

bool isWireless(const std::string& /*interfaceName*/) { return false; }

}  // namespace downbeat::platform
