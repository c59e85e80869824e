// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/notify.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace downbeat::platform {
namespace {

Error notifyFailed(const std::string& path, const std::string& what) {
  return Error{"NOTIFY_FAILED", "NOTIFY_SOCKET " + path + ": " + what, {}};
}

std::string oneLine(std::string text) {
  for (char& letter : text) {
    if (letter == '\n') letter = ' ';
  }
  return text;
}

}  // namespace

Result<bool> notify(const std::string& message) {
  const char* name = std::getenv("NOTIFY_SOCKET");
  if (name == nullptr || name[0] == '\0') return false;
  const std::string path = name;

  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return notifyFailed(path, "the name is too long");
  if (path[0] != '/' && path[0] != '@') return notifyFailed(path, "expected /path or @name");
  std::memcpy(address.sun_path, path.data(), path.size());
  if (path[0] == '@') address.sun_path[0] = '\0';
  // An abstract name is exactly as long as we say: no byte more.
  const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() +
                                            (path[0] == '@' ? 0 : 1));

  const int socketHandle = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  if (socketHandle < 0) return notifyFailed(path, std::strerror(errno));
  (void)::fcntl(socketHandle, F_SETFD, FD_CLOEXEC);
  (void)::fcntl(socketHandle, F_SETFL, O_NONBLOCK);
  const ssize_t sent = ::sendto(socketHandle, message.data(), message.size(), 0,
                                reinterpret_cast<const sockaddr*>(&address), bytes);
  const int cause = errno;
  ::close(socketHandle);
  if (sent != static_cast<ssize_t>(message.size())) return notifyFailed(path, std::strerror(cause));
  return true;
}

Result<bool> notifyReady(const std::string& status) {
  return notify("READY=1\nSTATUS=" + oneLine(status) + "\n");
}

Result<bool> notifyStatus(const std::string& status) {
  return notify("STATUS=" + oneLine(status) + "\n");
}

Result<bool> notifyWatchdog() { return notify("WATCHDOG=1\n"); }

Result<bool> notifyStopping(const std::string& status) {
  return notify("STOPPING=1\nSTATUS=" + oneLine(status) + "\n");
}

std::optional<std::int64_t> watchdogMicros() {
  const char* micros = std::getenv("WATCHDOG_USEC");
  if (micros == nullptr) return std::nullopt;
  const char* process = std::getenv("WATCHDOG_PID");
  if (process != nullptr && std::strtoll(process, nullptr, 10) != getpid()) return std::nullopt;
  const std::int64_t value = std::strtoll(micros, nullptr, 10);
  if (value <= 0) return std::nullopt;
  return value;
}

}  // namespace downbeat::platform
