// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/socket.h>

#include "platform/peer-user.hpp"

namespace downbeat::platform {

std::optional<std::uint32_t> peerUser(int socket) {
  struct ucred credentials{};
  socklen_t length = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return {};
  return credentials.uid;
}

}  // namespace downbeat::platform
