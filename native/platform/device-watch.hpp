// SPDX-License-Identifier: GPL-3.0-or-later
// Tells that devices came or went, as soon as the system makes or removes their files.
#pragma once

#include <string>
#include <vector>

namespace downbeat::platform {

/// Thread: control. A system that does not tell says nothing ever: who asks looks by itself too,
/// now and then.
class DeviceWatch {
 public:
  /// Folders of device files. One that is not there is taken up with the next change in another.
  explicit DeviceWatch(std::vector<std::string> folders = {"/dev", "/dev/snd", "/dev/input"});
  ~DeviceWatch();
  DeviceWatch(DeviceWatch&& other) noexcept;
  DeviceWatch& operator=(DeviceWatch&& other) noexcept;
  DeviceWatch(const DeviceWatch&) = delete;
  DeviceWatch& operator=(const DeviceWatch&) = delete;

  /// Whether files came, went or were given to others since the last call. Never waits.
  [[nodiscard]] bool hasChanged();

 private:
  void watchFolders();

  std::vector<std::string> folders_;
  int fd_ = -1;
};

}  // namespace downbeat::platform
