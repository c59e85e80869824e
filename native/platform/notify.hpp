// SPDX-License-Identifier: GPL-3.0-or-later
// Tells the service manager how we are: the sd_notify protocol, one datagram a message.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/status.hpp"

namespace downbeat::platform {

/// Sends `message` (lines of KEY=VALUE) to the socket named in NOTIFY_SOCKET, a path or an abstract
/// name (`@...`). True when it was sent, false when nobody asked for it (no NOTIFY_SOCKET).
/// Never blocks. Thread: control. Errors: `NOTIFY_FAILED`.
Result<bool> notify(const std::string& message);

/// Music is playing. `status` is one line for `systemctl status`.
Result<bool> notifyReady(const std::string& status);
Result<bool> notifyStatus(const std::string& status);
/// The heart beats; to be sent at least every half of `watchdogMicros()`.
Result<bool> notifyWatchdog();
Result<bool> notifyStopping(const std::string& status);

/// The longest silence the service manager accepts, in microseconds; nothing when it does not watch
/// this process (WATCHDOG_USEC, WATCHDOG_PID).
[[nodiscard]] std::optional<std::int64_t> watchdogMicros();

}  // namespace downbeat::platform
