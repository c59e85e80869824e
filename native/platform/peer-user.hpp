// SPDX-License-Identifier: GPL-3.0-or-later
// Who is at the other end of a Unix socket.
#pragma once

#include <cstdint>
#include <optional>

namespace downbeat::platform {

/// The user id of the process that connected; nothing when the system does not say.
/// Thread: any.
[[nodiscard]] std::optional<std::uint32_t> peerUser(int socket);

}  // namespace downbeat::platform
