// SPDX-License-Identifier: GPL-3.0-or-later
// The answers that POSIX gives everywhere; the others are in machine-linux.cpp and
// machine-macos.cpp.
#include "platform/machine.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "platform/wireless.hpp"

namespace downbeat::platform {
namespace {

/// Ones from the left, of a netmask in network order.
int prefixLength(const unsigned char* mask, std::size_t bytes) {
  int length = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    for (int bit = 7; bit >= 0; --bit) {
      if ((mask[i] & (1U << bit)) == 0) return length;
      ++length;
    }
  }
  return length;
}

/// Empty for anything but IPv4 and IPv6.
std::string addressText(const sockaddr* address, const sockaddr* mask) {
  if (address == nullptr) return {};
  char text[INET6_ADDRSTRLEN] = {};
  const bool isV4 = address->sa_family == AF_INET;
  if (!isV4 && address->sa_family != AF_INET6) return {};
  const auto bytesOf = [isV4](const sockaddr* of) -> const unsigned char* {
    if (isV4) {
      return reinterpret_cast<const unsigned char*>(
          &reinterpret_cast<const sockaddr_in*>(of)->sin_addr);
    }
    return reinterpret_cast<const unsigned char*>(
        &reinterpret_cast<const sockaddr_in6*>(of)->sin6_addr);
  };
  if (inet_ntop(address->sa_family, bytesOf(address), text, sizeof(text)) == nullptr) return {};
  if (mask == nullptr) return text;
  return std::string(text) + "/" + std::to_string(prefixLength(bytesOf(mask), isV4 ? 4 : 16));
}

}  // namespace

std::vector<NetworkInterface> networkInterfaces() {
  std::vector<NetworkInterface> interfaces;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return interfaces;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    auto found =
        std::find_if(interfaces.begin(), interfaces.end(),
                     [entry](const NetworkInterface& one) { return one.name == entry->ifa_name; });
    if (found == interfaces.end()) {
      NetworkInterface fresh;
      fresh.name = entry->ifa_name;
      fresh.isUp = (entry->ifa_flags & IFF_UP) != 0;
      fresh.isRunning = (entry->ifa_flags & IFF_RUNNING) != 0;
      fresh.isLoopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
      fresh.hasMulticast = (entry->ifa_flags & IFF_MULTICAST) != 0;
      fresh.isWireless = isWireless(fresh.name);
      found = interfaces.insert(interfaces.end(), std::move(fresh));
    }
    std::string address = addressText(entry->ifa_addr, entry->ifa_netmask);
    if (!address.empty()) found->addresses.push_back(std::move(address));
  }
  freeifaddrs(list);
  return interfaces;
}

Result<DiskSpace> diskSpace(const std::string& folder) {
  struct statvfs facts = {};
  if (statvfs(folder.c_str(), &facts) != 0) {
    return Error{"DISK_SPACE_UNKNOWN", folder + ": " + std::strerror(errno), {}};
  }
  DiskSpace space;
  const std::uint64_t blockBytes = facts.f_frsize;
  space.totalBytes = blockBytes * facts.f_blocks;
  space.freeBytes = blockBytes * facts.f_bavail;
  space.isReadOnly = (facts.f_flag & ST_RDONLY) != 0;
  return space;
}

}  // namespace downbeat::platform
