// SPDX-License-Identifier: GPL-3.0-or-later
// Starts a program and says when: start-timer PROGRAM [ARGUMENT...]. Prints one line for each thing
// that happens, in microseconds of the host clock (the one that the engine's status speaks of):
//   started MICROS PID     just before the process was made
//   ready MICROS           the program told its service manager so (READY=1)
//   ended MICROS CODE      128 + N when signal N ended it
// Closing the standard input ends the program with SIGTERM.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>
#include <thread>

#include "base/host-clock.hpp"

extern char** environ;

namespace {

using downbeat::hostNow;

long long now() { return hostNow().value; }

void say(const char* what, long long micros) {
  std::printf("%s %lld\n", what, micros);
  std::fflush(stdout);
}

void say(const char* what, long long micros, long long number) {
  std::printf("%s %lld %lld\n", what, micros, number);
  std::fflush(stdout);
}

/// A datagram socket such as systemd's, in a folder of its own.
class NotifySocket {
 public:
  [[nodiscard]] bool open() {
    if (mkdtemp(folder_) == nullptr) return false;
    path_ = std::string(folder_) + "/notify";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
    handle_ = socket(AF_UNIX, SOCK_DGRAM, 0);
    return handle_ >= 0 && fcntl(handle_, F_SETFD, FD_CLOEXEC) == 0 &&
           bind(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
           setenv("NOTIFY_SOCKET", path_.c_str(), 1) == 0;
  }
  ~NotifySocket() {
    if (handle_ >= 0) close(handle_);
    (void)unlink(path_.c_str());
    (void)rmdir(folder_);
  }
  [[nodiscard]] int handle() const { return handle_; }
  [[nodiscard]] bool takesReady() const {
    char text[512] = {};
    const ssize_t count = recv(handle_, text, sizeof(text) - 1, MSG_DONTWAIT);
    return count > 0 && std::strstr(text, "READY=1") != nullptr;
  }

 private:
  char folder_[32] = "/tmp/start-timer-XXXXXX";
  std::string path_;
  int handle_ = -1;
};

struct Ending {
  long long micros = 0;
  int code = 0;
};

/// Waits for the end on a thread of its own, so that its time is exact; `done` gets the Ending.
std::thread watchEnd(pid_t child, int done) {
  return std::thread([child, done] {
    int status = 0;
    (void)waitpid(child, &status, 0);
    const Ending ending{now(), WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
    (void)!write(done, &ending, sizeof(ending));
  });
}

int watch(pid_t child, const NotifySocket& notify) {
  int done[2] = {-1, -1};
  if (pipe(done) != 0) return 1;
  std::thread waiter = watchEnd(child, done[1]);
  bool isInputOpen = true;
  while (true) {
    pollfd all[3] = {{notify.handle(), POLLIN, 0},
                     {done[0], POLLIN, 0},
                     {isInputOpen ? STDIN_FILENO : -1, POLLIN, 0}};
    if (poll(all, 3, -1) <= 0) continue;
    const long long at = now();
    if (all[0].revents != 0 && notify.takesReady()) say("ready", at);
    if (all[1].revents != 0) {
      Ending ending;
      (void)!read(done[0], &ending, sizeof(ending));
      waiter.join();
      say("ended", ending.micros, ending.code);
      return 0;
    }
    if (all[2].revents == 0) continue;
    char ignored[64];
    if (read(STDIN_FILENO, ignored, sizeof(ignored)) > 0) continue;
    isInputOpen = false;
    (void)kill(child, SIGTERM);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "start-timer: expected PROGRAM [ARGUMENT...], got nothing\n");
    return 2;
  }
  NotifySocket notify;
  if (!notify.open()) {
    std::perror("start-timer");
    return 1;
  }
  // The program's own output must not mix with ours.
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t child = 0;
  const downbeat::HostMicros before = hostNow();
  const int error = posix_spawn(&child, argv[1], &actions, nullptr, argv + 1, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    std::fprintf(stderr, "start-timer: %s: %s\n", argv[1], std::strerror(error));
    return 1;
  }
  say("started", before.value, child);
  return watch(child, notify);
}
