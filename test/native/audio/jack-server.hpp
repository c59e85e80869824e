// SPDX-License-Identifier: GPL-3.0-or-later
// A real JACK server on a dummy card, under a name of its own.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/file.h>
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
  JackServer() {
    // JACK remembers eight servers of a user, dead ones too until their name is used again: so
    // there are only a few names, and a lock for each.
    constexpr int kNames = 4;
    for (int turn = 0; name_.empty(); ++turn) {
      const std::string name = "downbeat-test-" + std::to_string(turn % kNames);
      const std::string path = (std::filesystem::temp_directory_path() / (name + ".lock")).string();
      lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
      if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) {
        name_ = name;
      } else {
        ::close(lock_);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    }
    (void)setenv("JACK_DEFAULT_SERVER", name_.c_str(), 1);
    (void)setenv("JACK_NO_START_SERVER", "1", 1);
  }
  ~JackServer() {
    // A killed server leaves its shared memory behind; one that ends in order takes it along.
    if (wasKilled_ && pid_ <= 0 && start())
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    end(SIGTERM);
    (void)unsetenv("JACK_DEFAULT_SERVER");
    ::close(lock_);
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
    wasKilled_ = signal == SIGKILL;
  }

 private:
  std::string name_;
  int lock_ = -1;
  pid_t pid_ = -1;
  bool wasKilled_ = false;
};

}  // namespace downbeat::audio
