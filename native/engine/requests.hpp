// SPDX-License-Identifier: GPL-3.0-or-later
// The requests of the control socket: JSON in, JSON out. docs/engine-protocol.md lists them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "engine/control-socket.hpp"
#include "engine/engine-host.hpp"

namespace downbeat::engine {

inline constexpr int kProtocolVersion = 1;

/// Thread: control.
class Requests {
 public:
  Requests(EngineHost& host, ControlSocket& socket) : host_(host), socket_(socket) {}

  void onMessage(ControlSocket::ConnectionId from, const std::string& text);
  void onClose(ControlSocket::ConnectionId id);
  /// To every connection that said hello.
  void broadcast(const Notice& notice);

  [[nodiscard]] bool quitWasAskedFor() const { return isQuitting_; }
  /// Process id of the controller; 0 while there is none.
  [[nodiscard]] std::int64_t controllerPid() const { return controllerPid_; }

 private:
  EngineHost& host_;
  ControlSocket& socket_;
  ControlSocket::ConnectionId controller_ = 0;
  std::int64_t controllerPid_ = 0;
  bool isQuitting_ = false;
};

}  // namespace downbeat::engine
