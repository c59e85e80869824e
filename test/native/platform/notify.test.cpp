// SPDX-License-Identifier: GPL-3.0-or-later
#include "platform/notify.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

using namespace downbeat;
using namespace downbeat::platform;

namespace {

/// What the service manager has: a datagram socket, named in the environment.
class Listener {
 public:
  explicit Listener(const std::string& name) : name_(name) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    handle_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    REQUIRE(::bind(handle_, reinterpret_cast<const sockaddr*>(&address), bytes) == 0);
    (void)setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  ~Listener() {
    ::close(handle_);
    if (name_[0] == '/') (void)::unlink(name_.c_str());
    (void)unsetenv("NOTIFY_SOCKET");
  }

  std::string next() {
    char text[512] = {};
    const ssize_t bytes = ::recv(handle_, text, sizeof(text), MSG_DONTWAIT);
    return bytes > 0 ? std::string(text, static_cast<std::size_t>(bytes)) : std::string();
  }

 private:
  std::string name_;
  int handle_ = -1;
};

std::string socketName(const char* prefix) {
  return std::string(prefix) + "downbeat-notify-" + std::to_string(getpid());
}

}  // namespace

TEST_CASE("the service manager hears ready, status, watchdog and stopping") {
  for (const char* prefix : {"/tmp/", "@"}) {
#if defined(__APPLE__)
    if (prefix[0] == '@') continue;  // abstract names are Linux's
#endif
    CAPTURE(prefix);
    Listener listener(socketName(prefix));
    CHECK(notifyReady("playing on null").value());
    CHECK(listener.next() == "READY=1\nSTATUS=playing on null\n");
    CHECK(notifyStatus("two\nlines").value());
    CHECK(listener.next() == "STATUS=two lines\n");
    CHECK(notifyWatchdog().value());
    CHECK(listener.next() == "WATCHDOG=1\n");
    CHECK(notifyStopping("ends").value());
    CHECK(listener.next() == "STOPPING=1\nSTATUS=ends\n");
  }
}

TEST_CASE("without a service manager nothing is sent and nothing is wrong") {
  (void)unsetenv("NOTIFY_SOCKET");
  const Result<bool> sent = notifyReady("alone");
  REQUIRE(sent.isOk());
  CHECK_FALSE(sent.value());
}

TEST_CASE("a service manager that is gone is an error and no wait") {
  (void)setenv("NOTIFY_SOCKET", "/tmp/downbeat-no-such-socket", 1);
  CHECK_FALSE(notifyWatchdog().isOk());
  (void)setenv("NOTIFY_SOCKET", "relative", 1);
  CHECK_FALSE(notifyWatchdog().isOk());
  (void)setenv("NOTIFY_SOCKET", std::string(300, '/').c_str(), 1);
  CHECK_FALSE(notifyWatchdog().isOk());
  (void)unsetenv("NOTIFY_SOCKET");
}

TEST_CASE("the watchdog's limit counts only for the process it is meant for") {
  (void)setenv("WATCHDOG_USEC", "2000000", 1);
  (void)unsetenv("WATCHDOG_PID");
  CHECK(watchdogMicros() == 2'000'000);
  (void)setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  CHECK(watchdogMicros() == 2'000'000);
  (void)setenv("WATCHDOG_PID", "1", 1);
  CHECK_FALSE(watchdogMicros().has_value());
  (void)unsetenv("WATCHDOG_PID");
  (void)setenv("WATCHDOG_USEC", "0", 1);
  CHECK_FALSE(watchdogMicros().has_value());
  (void)unsetenv("WATCHDOG_USEC");
  CHECK_FALSE(watchdogMicros().has_value());
}
