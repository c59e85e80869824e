// SPDX-License-Identifier: GPL-3.0-or-later
// The answers that Linux gives in /proc and /sys.
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "platform/machine.hpp"
#include "platform/wireless.hpp"

namespace downbeat::platform {
namespace {

std::string firstLineOf(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// The number after `key` in a file of "Key:   123 kB" lines, in its unit; 0 when it is not there.
std::uint64_t fieldOf(const char* path, const std::string& key, int base) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (line.compare(0, key.size(), key) == 0) {
      return std::strtoull(line.c_str() + key.size(), nullptr, base);
    }
  }
  return 0;
}

}  // namespace

std::string bootId() { return firstLineOf("/proc/sys/kernel/random/boot_id"); }

RealtimeRights realtimeRights(int priority) {
  RealtimeRights rights;
  rlimit limit = {};
  if (getrlimit(RLIMIT_RTPRIO, &limit) == 0) {
    rights.limit = limit.rlim_cur == RLIM_INFINITY ? -1 : static_cast<int>(limit.rlim_cur);
  }
  int result = 0;
  std::thread probe([&result, priority] {
    sched_param parameters = {};
    parameters.sched_priority = priority;
    result = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters);
  });
  probe.join();
  rights.isAllowed = result == 0;
  if (rights.isAllowed) {
    rights.sentence = "realtime priority " + std::to_string(priority) + " is allowed";
  } else {
    const std::string limitText =
        rights.limit < 0 ? "has no limit" : "is " + std::to_string(rights.limit);
    rights.sentence = "realtime priority " + std::to_string(priority) + " is refused (" +
                      std::strerror(result) + "; RLIMIT_RTPRIO " + limitText +
                      "): set LimitRTPRIO=95 in the service, or add the user to the group `audio` "
                      "with `@audio - rtprio 95` in /etc/security/limits.d";
  }
  return rights;
}

LockLimit memoryLockLimit() {
  constexpr std::uint64_t kCapIpcLock = std::uint64_t{1} << 14U;
  LockLimit result;
  rlimit limit = {};
  if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0) {
    result.isUnlimited = limit.rlim_cur == RLIM_INFINITY;
    result.bytes = result.isUnlimited ? 0 : limit.rlim_cur;
  }
  if ((fieldOf("/proc/self/status", "CapEff:", 16) & kCapIpcLock) != 0) result.isUnlimited = true;
  return result;
}

MemoryFacts memoryFacts() {
  MemoryFacts facts;
  facts.totalBytes = fieldOf("/proc/meminfo", "MemTotal:", 10) * 1024;
  facts.availableBytes = fieldOf("/proc/meminfo", "MemAvailable:", 10) * 1024;
  facts.residentBytes = fieldOf("/proc/self/status", "VmRSS:", 10) * 1024;
  return facts;
}

std::vector<CpuGovernor> cpuGovernors() {
  std::vector<CpuGovernor> governors;
  const long count = sysconf(_SC_NPROCESSORS_CONF);
  for (long cpu = 0; cpu < count; ++cpu) {
    std::string name = firstLineOf("/sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                                   "/cpufreq/scaling_governor");
    if (!name.empty()) governors.push_back({static_cast<std::uint32_t>(cpu), std::move(name)});
  }
  return governors;
}

std::string kernelPreemption() {
  if (firstLineOf("/sys/kernel/realtime") == "1") return "PREEMPT_RT";
  utsname system = {};
  if (uname(&system) != 0) return "unknown";
  std::istringstream words(system.version);
  std::string word;
  while (words >> word) {
    if (word.compare(0, 7, "PREEMPT") == 0) return word;
  }
  return "none";
}

bool isWireless(const std::string& interfaceName) {
  const std::string folder = "/sys/class/net/" + interfaceName;
  return access((folder + "/wireless").c_str(), F_OK) == 0 ||
         access((folder + "/phy80211").c_str(), F_OK) == 0;
}

}  // namespace downbeat::platform
