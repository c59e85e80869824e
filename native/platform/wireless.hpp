// SPDX-License-Identifier: GPL-3.0-or-later
// Is a network interface a radio? Link suffers from Wi-Fi power saving, so `doctor` wants to know.
#pragma once

#include <string>

namespace downbeat::platform {

/// False also when the system does not say. Thread: control or worker.
[[nodiscard]] bool isWireless(const std::string& interfaceName);

}  // namespace downbeat::platform
