// SPDX-License-Identifier: GPL-3.0-or-later
// The Unix socket that Node talks to: accepts, reads, writes, never waits for a slow peer.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "engine/message-framing.hpp"

namespace downbeat::engine {

/// Thread: control, for all of it.
/// Owns: the listening socket, its file, and the connections.
class ControlSocket {
 public:
  using ConnectionId = std::uint64_t;
  struct Handlers {
    std::function<void(ConnectionId, const std::string& message)> onMessage;
    std::function<void(ConnectionId)> onClose;
  };

  explicit ControlSocket(Handlers handlers) : handlers_(std::move(handlers)) {}
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  /// Listens at `path`, mode 0600. A file left by an ended engine is replaced; a living one is not.
  /// Errors: `ENGINE_RUNNING`, `SOCKET_FAILED`.
  Status listen(const std::string& path);

  /// Waits up to `timeoutMs` for something to do and does it. `extra` is one more descriptor to
  /// wake up for (a signal pipe), or -1; its bytes are left for the caller.
  void poll(int timeoutMs, int extra);

  /// Queues a message; a peer that does not read 16 MiB is cut off.
  void send(ConnectionId to, const std::string& message);
  void sendToAll(const std::string& message);
  /// After what is queued has been written.
  void closeWhenSent(ConnectionId id);
  [[nodiscard]] std::size_t connectionCount() const { return connections_.size(); }

 private:
  struct Connection {
    int file = -1;
    MessageReader reader;
    std::string unsent;
    bool isClosing = false;
    bool hasMore = false;  ///< read, and left for the next turn
  };

  void acceptAll();
  void readFrom(ConnectionId id);
  [[nodiscard]] bool answerRead(ConnectionId id);
  void writeTo(Connection& connection);
  void drop(ConnectionId id);

  Handlers handlers_;
  int messagesLeft_ = 0;  ///< that one connection is answered in this turn
  int listener_ = -1;
  std::string path_;
  ConnectionId nextId_ = 1;
  std::map<ConnectionId, Connection> connections_;
};

}  // namespace downbeat::engine
