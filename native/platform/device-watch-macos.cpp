// SPDX-License-Identifier: GPL-3.0-or-later
// A Mac's devices are no files: nothing is ever watched.
#include <utility>

#include "platform/device-watch.hpp"

namespace downbeat::platform {

DeviceWatch::DeviceWatch(std::vector<std::string> folders) : folders_(std::move(folders)) {}
DeviceWatch::~DeviceWatch() = default;
DeviceWatch::DeviceWatch(DeviceWatch&& other) noexcept = default;
DeviceWatch& DeviceWatch::operator=(DeviceWatch&& other) noexcept = default;

void DeviceWatch::watchFolders() {}
bool DeviceWatch::hasChanged() { return fd_ >= 0; }

}  // namespace downbeat::platform
