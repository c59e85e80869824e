// SPDX-License-Identifier: GPL-3.0-or-later
// A real JACK server on a dummy card, under a name of its own.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

extern char** environ;

namespace downbeat::audio {

class JackServer {
 public:
  JackServer() : name_("downbeat-test-" + std::to_string(getpid())) {
    (void)setenv("JACK_DEFAULT_SERVER", name_.c_str(), 1);
    (void)setenv("JACK_NO_START_SERVER", "1", 1);
  }
  ~JackServer() {
    end(SIGTERM);
    (void)unsetenv("JACK_DEFAULT_SERVER");
  }
  JackServer(const JackServer&) = delete;
  JackServer& operator=(const JackServer&) = delete;

  /// False when there is no jackd on this machine.
  [[nodiscard]] static bool isInstalled() {
    return std::filesystem::exists("/usr/bin/jackd") ||
           std::filesystem::exists("/usr/local/bin/jackd");
  }

  bool start() {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    const char* arguments[] = {"jackd", "-r",    "-n", name_.c_str(), "-d",   "dummy",
                               "-r",    "48000", "-p", "128",         nullptr};
    const int result =
        posix_spawnp(&pid_, "jackd", &files, nullptr, const_cast<char* const*>(arguments), environ);
    posix_spawn_file_actions_destroy(&files);
    if (result != 0) pid_ = -1;
    return result == 0;
  }

  /// Only the process that this object started.
  void end(int signal) {
    if (pid_ <= 0) return;
    (void)::kill(pid_, signal);
    (void)waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  std::string name_;
  pid_t pid_ = -1;
};

}  // namespace downbeat::audio
