// SPDX-License-Identifier: GPL-3.0-or-later
// Stands for systemd: opens a datagram socket, prints its path as the first line, then every
// message as `MICROS KEY=VALUE<tab>KEY=VALUE` (microseconds of the host clock, when it was taken)
// until its standard input closes. Node has no datagram sockets of this kind.
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "base/host-clock.hpp"

namespace {

constexpr std::size_t kLongestMessage = 4096;

int listenAt(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  const int handle = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (handle < 0) return -1;
  if (bind(handle, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) return -1;
  return handle;
}

void takeMessage(int handle) {
  char text[kLongestMessage];
  const ssize_t count = recv(handle, text, sizeof(text), MSG_DONTWAIT);
  if (count < 0) return;
  std::string line(text, static_cast<std::size_t>(count));
  while (!line.empty() && line.back() == '\n') line.pop_back();
  for (char& letter : line) {
    if (letter == '\n') letter = '\t';
  }
  std::printf("%lld %s\n", static_cast<long long>(downbeat::hostNow().value), line.c_str());
  std::fflush(stdout);
}

}  // namespace

int main() {
  char folder[] = "/tmp/notify-listener-XXXXXX";
  if (mkdtemp(folder) == nullptr) {
    std::perror("notify-listener");
    return 1;
  }
  const std::string path = std::string(folder) + "/notify";
  const int handle = listenAt(path);
  if (handle < 0) {
    std::perror("notify-listener");
    (void)rmdir(folder);
    return 1;
  }
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  while (true) {
    pollfd both[2] = {{handle, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    if (poll(both, 2, -1) <= 0) continue;
    if (both[0].revents != 0) takeMessage(handle);
    char ignored[64];
    if (both[1].revents != 0 && read(STDIN_FILENO, ignored, sizeof(ignored)) <= 0) break;
  }
  close(handle);
  (void)unlink(path.c_str());
  (void)rmdir(folder);
  return 0;
}
