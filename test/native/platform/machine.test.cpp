// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/machine.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "platform/memory-lock.hpp"
#include "platform/sound-system.hpp"

using namespace downbeat;
using namespace downbeat::platform;

TEST_CASE("realtime rights come with a sentence, and with a remedy where they are missing") {
  const RealtimeRights rights = realtimeRights();
  CHECK_FALSE(rights.sentence.empty());
  CHECK(rights.limit >= -1);
  CHECK(rights.limit <= 99);
  if (!rights.isAllowed) CHECK(rights.sentence.find("rtprio") != std::string::npos);
}

TEST_CASE("memory that is touched becomes resident") {
  const MemoryFacts before = memoryFacts();
  CHECK(before.totalBytes > 64U * 1024 * 1024);
  CHECK(before.availableBytes <= before.totalBytes);
  CHECK(before.residentBytes > 0);
  constexpr std::size_t kBytes = 32U * 1024 * 1024;
  std::vector<unsigned char> block(kBytes, 1);
  const MemoryFacts after = memoryFacts();
  CHECK(after.residentBytes > before.residentBytes + kBytes / 2);
  CHECK(block[kBytes / 2] == 1);
}

TEST_CASE("a folder has space, a missing one is an error") {
  const Result<DiskSpace> space = diskSpace("/tmp");
  REQUIRE(space.isOk());
  CHECK(space.value().totalBytes > 0);
  CHECK(space.value().freeBytes <= space.value().totalBytes);
  const Result<DiskSpace> missing = diskSpace("/no/such/folder");
  REQUIRE_FALSE(missing.isOk());
  CHECK(missing.error().code == "DISK_SPACE_UNKNOWN");
}

TEST_CASE("the loopback interface is seen with its address") {
  const std::vector<NetworkInterface> interfaces = networkInterfaces();
  const auto loopback = std::find_if(interfaces.begin(), interfaces.end(),
                                     [](const NetworkInterface& one) { return one.isLoopback; });
  REQUIRE(loopback != interfaces.end());
  CHECK_FALSE(loopback->isWireless);
  if (loopback->isUp) {
    const auto& addresses = loopback->addresses;
    CHECK(std::find(addresses.begin(), addresses.end(), "127.0.0.1/8") != addresses.end());
  }
}

TEST_CASE("a boot has a name that stays") {
  CHECK_FALSE(bootId().empty());
  CHECK(bootId() == bootId());
}

TEST_CASE("the kernel's preemption has a name") { CHECK_FALSE(kernelPreemption().empty()); }

TEST_CASE("governors are named where there are any") {
  for (const CpuGovernor& governor : cpuGovernors()) CHECK_FALSE(governor.name.empty());
}

TEST_CASE("memory is locked or a sentence says why not") {
  const MemoryLock lock = lockMemory();
  CHECK_FALSE(lock.sentence.empty());
  if (lock.isLocked) {
    // What is mapped later must still be possible.
    std::vector<unsigned char> block(16U * 1024 * 1024, 1);
    CHECK(block.back() == 1);
  }
}

TEST_CASE("a stack of any size can be touched in advance") {
  prefaultStack(0);
  prefaultStack(64 * 1024);
  prefaultStack(std::size_t{1} << 30);  // cut to what a thread surely has
}

TEST_CASE("the sound system looks the same twice when nothing changes") {
  CHECK(soundSystemFingerprint() == soundSystemFingerprint());
  for (const SoundCard& card : soundCards()) {
    CHECK_FALSE(card.id.empty());
    CHECK_FALSE(card.driver.empty());
  }
}
