// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/control-socket.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "support/temp-folder.hpp"

using downbeat::engine::ControlSocket;
using downbeat::engine::frameMessage;
using downbeat::engine::MessageReader;
using downbeat::test::TempFolder;

namespace {

int connectTo(const std::string& path) {
  const int file = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  REQUIRE(::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return file;
}

void turn(ControlSocket& server, int times = 5) {
  for (int i = 0; i < times; ++i) server.poll(2, -1);
}

std::string receive(ControlSocket& server, int file) {
  MessageReader reader;
  char buffer[4096];
  for (int i = 0; i < 200; ++i) {
    server.poll(1, -1);
    const ssize_t count = ::recv(file, buffer, sizeof buffer, MSG_DONTWAIT);
    if (count > 0) reader.append(buffer, static_cast<std::size_t>(count));
    if (auto message = reader.next()) return *message;
  }
  return "nothing came";
}

}  // namespace

TEST_CASE("a request is answered to the one who asked") {
  const TempFolder folder;
  ControlSocket* self = nullptr;
  ControlSocket server({[&](ControlSocket::ConnectionId from, const std::string& message) {
                          self->send(from, "echo " + message);
                        },
                        nullptr});
  self = &server;
  REQUIRE(server.listen(folder.file("e.sock")).isOk());
  const int a = connectTo(folder.file("e.sock"));
  const int b = connectTo(folder.file("e.sock"));
  const std::string framed = frameMessage("hello");
  REQUIRE(::send(a, framed.data(), framed.size(), 0) == static_cast<ssize_t>(framed.size()));
  CHECK(receive(server, a) == "echo hello");
  char byte = 0;
  CHECK(::recv(b, &byte, 1, MSG_DONTWAIT) == -1);
  server.sendToAll("news");
  CHECK(receive(server, b) == "news");
  ::close(a);
  ::close(b);
  turn(server);
  CHECK(server.connectionCount() == 0);
}

TEST_CASE("who asks a thousand things at once is answered in turns, and the others between them") {
  const TempFolder folder;
  int inThisTurn = 0;
  int mostInOneTurn = 0;
  int answered = 0;
  ControlSocket server({[&](ControlSocket::ConnectionId, const std::string& message) {
                          CHECK(message == std::to_string(answered % 1000));
                          ++answered;
                          mostInOneTurn = std::max(mostInOneTurn, ++inThisTurn);
                        },
                        nullptr});
  REQUIRE(server.listen(folder.file("e.sock")).isOk());
  const int greedy = connectTo(folder.file("e.sock"));
  turn(server);
  std::string flood;
  for (int i = 0; i < 1000; ++i) flood += frameMessage(std::to_string(i));
  REQUIRE(::send(greedy, flood.data(), flood.size(), 0) == static_cast<ssize_t>(flood.size()));
  int turns = 0;
  for (; turns < 100 && answered < 1000; ++turns) {
    inThisTurn = 0;
    server.poll(2, -1);
  }
  CHECK(answered == 1000);
  CHECK(mostInOneTurn <= 64);
  CHECK(turns > 10);
  // Nothing is left over.
  CHECK(::send(greedy, flood.data(), frameMessage("0").size(), 0) > 0);
  turn(server);
  CHECK(answered == 1001);
  ::close(greedy);
}

TEST_CASE("the socket is for its owner only") {
  const TempFolder folder;
  ControlSocket server({[](ControlSocket::ConnectionId, const std::string&) {}, nullptr});
  REQUIRE(server.listen(folder.file("e.sock")).isOk());
  struct stat info{};
  REQUIRE(::stat(folder.file("e.sock").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("a message over the cap ends that connection and no other") {
  const TempFolder folder;
  int messages = 0;
  ControlSocket server(
      {[&](ControlSocket::ConnectionId, const std::string&) { ++messages; }, nullptr});
  REQUIRE(server.listen(folder.file("e.sock")).isOk());
  const int bad = connectTo(folder.file("e.sock"));
  const int good = connectTo(folder.file("e.sock"));
  turn(server);
  const char huge[] = {'\xff', '\xff', '\xff', '\x7f', 'x'};
  REQUIRE(::send(bad, huge, sizeof huge, 0) > 0);
  CHECK(receive(server, bad).find("MESSAGE_TOO_LARGE") != std::string::npos);
  const std::string framed = frameMessage("still here");
  REQUIRE(::send(good, framed.data(), framed.size(), 0) > 0);
  turn(server);
  CHECK(messages == 1);
  CHECK(server.connectionCount() == 1);
  ::close(bad);
  ::close(good);
}

TEST_CASE("a peer that never reads is cut off before it costs memory") {
  const TempFolder folder;
  ControlSocket server({[](ControlSocket::ConnectionId, const std::string&) {}, nullptr});
  REQUIRE(server.listen(folder.file("e.sock")).isOk());
  const int lazy = connectTo(folder.file("e.sock"));
  turn(server);
  const std::string big(1024 * 1024, 'x');
  for (int i = 0; i < 40 && server.connectionCount() > 0; ++i) server.sendToAll(big);
  CHECK(server.connectionCount() == 0);
  ::close(lazy);
}

TEST_CASE("a living engine's socket is not taken over, a dead one's is") {
  const TempFolder folder;
  const ControlSocket::Handlers handlers{[](ControlSocket::ConnectionId, const std::string&) {},
                                         nullptr};
  ControlSocket first(handlers);
  REQUIRE(first.listen(folder.file("e.sock")).isOk());
  {
    ControlSocket second(handlers);
    CHECK(second.listen(folder.file("e.sock")).error().code == "ENGINE_RUNNING");
  }
  // A dead engine leaves a file that nobody listens at.
  const std::string stale = folder.file("stale.sock");
  const int file = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, stale.c_str(), sizeof address.sun_path - 1);
  REQUIRE(::bind(file, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  ::close(file);
  ControlSocket third(handlers);
  CHECK(third.listen(stale).isOk());
}
