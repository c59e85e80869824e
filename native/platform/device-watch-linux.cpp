// SPDX-License-Identifier: GPL-3.0-or-later
// By inotify: the kernel tells of its device files as of any others.
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "platform/device-watch.hpp"

namespace downbeat::platform {

DeviceWatch::DeviceWatch(std::vector<std::string> folders)
    : folders_(std::move(folders)), fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  watchFolders();
}

DeviceWatch::~DeviceWatch() {
  if (fd_ >= 0) ::close(fd_);
}

DeviceWatch::DeviceWatch(DeviceWatch&& other) noexcept
    : folders_(std::move(other.folders_)), fd_(std::exchange(other.fd_, -1)) {}

DeviceWatch& DeviceWatch::operator=(DeviceWatch&& other) noexcept {
  std::swap(folders_, other.folders_);
  std::swap(fd_, other.fd_);
  return *this;
}

void DeviceWatch::watchFolders() {
  if (fd_ < 0) return;
  // A folder that is watched already stays so. A device is of use when it has its owner: an
  // attribute.
  for (const std::string& folder : folders_) {
    ::inotify_add_watch(fd_, folder.c_str(), IN_CREATE | IN_DELETE | IN_ATTRIB | IN_ONLYDIR);
  }
}

bool DeviceWatch::hasChanged() {
  if (fd_ < 0) return false;
  bool isNews = false;
  alignas(inotify_event) std::array<char, 4096> events;
  while (::read(fd_, events.data(), events.size()) > 0) isNews = true;
  if (isNews) watchFolders();
  return isNews;
}

}  // namespace downbeat::platform
