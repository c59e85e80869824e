// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/types.h>
#include <unistd.h>

#include "platform/peer-user.hpp"

namespace downbeat::platform {

std::optional<std::uint32_t> peerUser(int socket) {
  uid_t user = 0;
  gid_t group = 0;
  if (::getpeereid(socket, &user, &group) != 0) return {};
  return user;
}

}  // namespace downbeat::platform
