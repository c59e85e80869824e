// SPDX-License-Identifier: GPL-3.0-or-later
#include "rt/thread-check.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

using namespace downbeat::rt;

namespace {

/// True when a process that names itself `actual` does not survive the check for `expected`.
bool isFatal(ThreadRole actual, ThreadRole expected) {
  const pid_t child = fork();
  if (child == 0) {
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDERR_FILENO);
    std::signal(SIGABRT, SIG_DFL);
    nameThread(actual);
    assertThread(expected, "test");
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace

TEST_CASE("a role belongs to its thread alone") {
  CHECK(threadRole() == ThreadRole::unnamed);
  ThreadRole seen = ThreadRole::unnamed;
  std::thread other([&seen] {
    nameThread(ThreadRole::midi);
    seen = threadRole();
  });
  other.join();
  CHECK(seen == ThreadRole::midi);
  CHECK(threadRole() == ThreadRole::unnamed);
}

TEST_CASE("a thread without a role may do anything, one with a role only its own") {
  CHECK_FALSE(isFatal(ThreadRole::unnamed, ThreadRole::audio));
  CHECK_FALSE(isFatal(ThreadRole::audio, ThreadRole::audio));
  CHECK(isFatal(ThreadRole::control, ThreadRole::audio));
  CHECK(isFatal(ThreadRole::audio, ThreadRole::control));
}
