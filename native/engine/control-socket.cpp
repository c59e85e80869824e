// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/control-socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "platform/peer-user.hpp"

namespace downbeat::engine {
namespace {

/// Of each connection: the others, the devices and the watchdog have their turn too.
constexpr int kMessagesPerTurn = 64;

constexpr std::size_t kMaxConnections = 32;
constexpr std::size_t kMaxUnsentBytes = 16U * 1024U * 1024U;

Error failure(const std::string& path, const char* step) {
  return {"SOCKET_FAILED", path + ": could not " + step + ": " + std::strerror(errno), ""};
}

void makeNonBlocking(int file) {
  ::fcntl(file, F_SETFL, ::fcntl(file, F_GETFL, 0) | O_NONBLOCK);
  ::fcntl(file, F_SETFD, FD_CLOEXEC);
#ifdef SO_NOSIGPIPE
  const int on = 1;
  ::setsockopt(file, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
}

int sendFlags() {
#ifdef MSG_NOSIGNAL
  return MSG_NOSIGNAL;
#else
  return 0;
#endif
}

bool somebodyAnswers(const sockaddr_un& address) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (probe < 0) return false;
  const bool answers =
      ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return answers;
}

}  // namespace

ControlSocket::~ControlSocket() {
  for (auto& [id, connection] : connections_) {
    writeTo(connection);
    if (connection.file >= 0) ::close(connection.file);
  }
  if (listener_ >= 0) {
    ::close(listener_);
    ::unlink(path_.c_str());
  }
}

Status ControlSocket::listen(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return Error{"SOCKET_FAILED",
                 path + ": expected a path of at most " +
                     std::to_string(sizeof address.sun_path - 1) + " bytes for a socket",
                 ""};
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (somebodyAnswers(address)) {
    return Error{"ENGINE_RUNNING",
                 path +
                     ": another engine plays from this state folder. Stop it, or give this one a "
                     "folder of its own with --state",
                 ""};
  }
  ::unlink(path.c_str());
  listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
  if (listener_ < 0) return failure(path, "make a socket");
  makeNonBlocking(listener_);
  // Nobody else may connect between bind and chmod.
  const mode_t before = ::umask(0177);
  const int bound = ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0 || ::listen(listener_, 8) != 0) {
    const Error error = failure(path, "listen");
    ::close(listener_);
    listener_ = -1;
    return error;
  }
  path_ = path;
  return {};
}

void ControlSocket::poll(int timeoutMs, int extra) {
  std::vector<pollfd> files;
  std::vector<ConnectionId> ids;
  files.push_back({listener_, POLLIN, 0});
  files.push_back({extra, POLLIN, 0});
  for (const auto& [id, connection] : connections_) {
    const auto events = static_cast<short>(connection.unsent.empty() ? POLLIN : POLLIN | POLLOUT);
    files.push_back({connection.file, events, 0});
    ids.push_back(id);
    if (connection.hasMore) timeoutMs = 0;
  }
  if (::poll(files.data(), static_cast<nfds_t>(files.size()), timeoutMs) < 0) return;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const short events = files[i + 2].revents;
    messagesLeft_ = kMessagesPerTurn;
    if ((events & POLLOUT) != 0) {
      auto found = connections_.find(ids[i]);
      if (found != connections_.end()) {
        writeTo(found->second);
        if (found->second.isClosing && found->second.unsent.empty()) {
          drop(ids[i]);
          continue;
        }
      }
    }
    if (answerRead(ids[i]) && (events & (POLLIN | POLLHUP | POLLERR)) != 0) readFrom(ids[i]);
  }
  if ((files[0].revents & POLLIN) != 0) acceptAll();
}

void ControlSocket::acceptAll() {
  for (;;) {
    const int file = ::accept(listener_, nullptr, nullptr);
    if (file < 0) return;
    const auto user = platform::peerUser(file);
    const bool isOurs = user.has_value() && (*user == ::geteuid() || *user == 0);
    if (!isOurs || connections_.size() >= kMaxConnections) {
      ::close(file);
      continue;
    }
    makeNonBlocking(file);
    connections_[nextId_++].file = file;
  }
}

/// What was read and not answered yet. False: this connection is over, or its turn is.
bool ControlSocket::answerRead(ConnectionId id) {
  for (;;) {
    // The handler may close this connection: look it up each time.
    const auto found = connections_.find(id);
    if (found == connections_.end() || found->second.isClosing) return false;
    found->second.hasMore = messagesLeft_ <= 0;
    if (found->second.hasMore) return false;
    const auto message = found->second.reader.next();
    if (!message) return true;
    --messagesLeft_;
    handlers_.onMessage(id, *message);
  }
}

void ControlSocket::readFrom(ConnectionId id) {
  char buffer[65536];
  // A peer may stream for ever: at most 64 reads before the others have their turn.
  for (int round = 0; round < 64; ++round) {
    auto found = connections_.find(id);
    if (found == connections_.end() || found->second.isClosing) return;
    const ssize_t count = ::recv(found->second.file, buffer, sizeof buffer, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (count <= 0) {
      drop(id);
      return;
    }
    found->second.reader.append(buffer, static_cast<std::size_t>(count));
    if (found->second.reader.isTooLarge()) {
      send(id, R"({"v":1,"id":0,"ok":false,"error":{"code":"MESSAGE_TOO_LARGE","message":)"
               R"("expected messages of at most 8 MiB; this connection is closed","path":""}})");
      closeWhenSent(id);
      return;
    }
    if (!answerRead(id)) return;
  }
}

void ControlSocket::writeTo(Connection& connection) {
  while (!connection.unsent.empty()) {
    const ssize_t count =
        ::send(connection.file, connection.unsent.data(), connection.unsent.size(), sendFlags());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      if (errno != EAGAIN && errno != EWOULDBLOCK) connection.unsent.clear();
      return;
    }
    connection.unsent.erase(0, static_cast<std::size_t>(count));
  }
}

void ControlSocket::send(ConnectionId to, const std::string& message) {
  auto found = connections_.find(to);
  if (found == connections_.end() || found->second.isClosing) return;
  found->second.unsent += frameMessage(message);
  writeTo(found->second);
  if (found->second.unsent.size() > kMaxUnsentBytes) drop(to);
}

void ControlSocket::sendToAll(const std::string& message) {
  std::vector<ConnectionId> ids;
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  for (const ConnectionId id : ids) send(id, message);
}

void ControlSocket::closeWhenSent(ConnectionId id) {
  auto found = connections_.find(id);
  if (found == connections_.end()) return;
  found->second.isClosing = true;
  if (found->second.unsent.empty()) drop(id);
}

void ControlSocket::drop(ConnectionId id) {
  auto found = connections_.find(id);
  if (found == connections_.end()) return;
  ::close(found->second.file);
  connections_.erase(found);
  if (handlers_.onClose) handlers_.onClose(id);
}

}  // namespace downbeat::engine
