// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/signals.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

namespace downbeat::engine {
namespace {

std::atomic<bool> isAsked{false};
std::array<int, 2> wakePipe{-1, -1};

void onSignal(int) {
  const int before = errno;
  isAsked.store(true);
  const char byte = 0;
  const ssize_t ignored = ::write(wakePipe[1], &byte, 1);
  (void)ignored;
  errno = before;
}

}  // namespace

int installSignals() {
  if (::pipe(wakePipe.data()) != 0) return -1;
  for (const int file : wakePipe) {
    ::fcntl(file, F_SETFL, O_NONBLOCK);
    ::fcntl(file, F_SETFD, FD_CLOEXEC);
  }
  struct sigaction action{};
  action.sa_handler = onSignal;
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGINT, &action, nullptr);
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &action, nullptr);
  ::sigaction(SIGHUP, &action, nullptr);
  return wakePipe[0];
}

bool endWasAskedFor() { return isAsked.load(); }

}  // namespace downbeat::engine
