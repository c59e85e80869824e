// SPDX-License-Identifier: GPL-3.0-or-later
// What this machine allows and has: the facts behind `downbeat doctor`. Plain questions, no state.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.hpp"

namespace downbeat::platform {

/// May our threads be scheduled before everything else?
struct RealtimeRights {
  bool isAllowed = false;  ///< a thread of ours really got it
  int limit = 0;           ///< RLIMIT_RTPRIO: 0 to 99; -1 without limit
  std::string sentence;    ///< what was found, and what to do when it is not allowed
};
/// Asks by trying, on a thread of its own: limits, capabilities and containers all have a say.
/// Range: priority 1 to 99. Thread: control or worker.
[[nodiscard]] RealtimeRights realtimeRights(int priority = 70);

/// How much memory this user may lock.
struct LockLimit {
  bool isUnlimited = false;  ///< no limit, or a capability that overrides it
  std::uint64_t bytes = 0;
};
[[nodiscard]] LockLimit memoryLockLimit();

struct MemoryFacts {
  std::uint64_t totalBytes = 0;      ///< of the machine; 0 unknown
  std::uint64_t availableBytes = 0;  ///< that programs could still have; 0 unknown
  std::uint64_t residentBytes = 0;   ///< of this process; 0 unknown
};
[[nodiscard]] MemoryFacts memoryFacts();

struct CpuGovernor {
  std::uint32_t cpu = 0;
  std::string name;  ///< "performance", "ondemand", "schedutil", ...
};
/// One entry for each processor that has a governor; empty where the system has none to choose.
[[nodiscard]] std::vector<CpuGovernor> cpuGovernors();

/// Names this boot: the same until the machine starts again. Empty where the system does not say.
[[nodiscard]] std::string bootId();

/// "PREEMPT_RT", "PREEMPT", "PREEMPT_DYNAMIC", "none" or "unknown".
[[nodiscard]] std::string kernelPreemption();

struct DiskSpace {
  std::uint64_t totalBytes = 0;
  std::uint64_t freeBytes = 0;  ///< for this user
  bool isReadOnly = false;
};
/// Of the file system that holds `folder`. Errors: `DISK_SPACE_UNKNOWN`.
[[nodiscard]] Result<DiskSpace> diskSpace(const std::string& folder);

struct NetworkInterface {
  std::string name;
  std::vector<std::string> addresses;  ///< with prefix length: "192.168.1.20/24", "fe80::1/64"
  bool isUp = false;
  bool isRunning = false;  ///< has a carrier: Link uses only these
  bool isLoopback = false;
  bool hasMulticast = false;
  bool isWireless = false;
};
[[nodiscard]] std::vector<NetworkInterface> networkInterfaces();

}  // namespace downbeat::platform
