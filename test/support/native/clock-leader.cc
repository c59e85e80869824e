// SPDX-License-Identifier: GPL-3.0-or-later
// Stands for a drum machine that gives MIDI clock on a UART: opens a pseudo terminal, prints the
// path to open as its first line, and then does what its standard input says, line by line, until
// that closes:
//
//   tempo BPM      from the next tick on; 120 at first
//   jitter MICROS  each tick comes so much earlier or later, at random; 0 at first
//   run, rest      ticks, no ticks; none at first
//   start, continue, stop, position SIXTEENTHS
//
// Each line is answered with itself and a time in microseconds of the host clock: for start and
// continue that of the tick that follows, without its jitter; else now. Ticks are paced with
// realtime priority where the system allows it.
#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <iostream>
#include <mutex>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <thread>

#include "base/host-clock.hpp"
#include "open-pty.hpp"
#include "platform/sleep.hpp"
#include "platform/thread.hpp"

namespace {

using downbeat::HostMicros;
using downbeat::hostNow;

/// Above the engine's own threads: whoever it follows is not late because of it.
constexpr int kLeaderPriority = 80;
constexpr double kIdleMicros = 5000.0;

std::atomic<bool> isStopping{false};
std::mutex mutex;
std::deque<std::string> lines;

std::optional<std::string> takeLine() {
  const std::lock_guard<std::mutex> lock(mutex);
  if (lines.empty()) return std::nullopt;
  std::string line = lines.front();
  lines.pop_front();
  return line;
}

class Leader {
 public:
  explicit Leader(int port) : port_(port) {}

  void run() {
    const auto grant = downbeat::platform::requestRealtime(kLeaderPriority);
    if (!grant.isGranted) std::fprintf(stderr, "clock-leader: %s\n", grant.note.c_str());
    next_ = now();
    while (!isStopping.load()) {
      while (const auto line = takeLine()) obey(*line);
      if (!isRunning_) {
        sleepUntil(now() + kIdleMicros);
        continue;
      }
      sleepUntil(next_ + std::uniform_real_distribution<double>(-jitter_, jitter_)(random_));
      send({0xF8});
      next_ += 60.0e6 / (24.0 * bpm_);
    }
  }

 private:
  static double now() { return static_cast<double>(hostNow().value); }
  void sleepUntil(double micros) {
    sleeper_.sleepUntil(HostMicros{static_cast<std::int64_t>(std::llround(micros))});
  }
  void send(std::initializer_list<std::uint8_t> bytes) {
    // A pty that nobody reads is full at some time: that is a cable without a synth.
    if (write(port_, bytes.begin(), bytes.size()) < 0) return;
  }

  void obey(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    double value = 0.0;
    words >> verb >> value;
    double at = now();
    if (verb == "tempo") bpm_ = value;
    if (verb == "jitter") jitter_ = value;
    if (verb == "rest") isRunning_ = false;
    if (verb == "run") {
      if (!isRunning_) next_ = now() + jitter_ + 1000.0;
      isRunning_ = true;
    }
    if (verb == "stop") send({0xFC});
    if (verb == "position") {
      const auto sixteenths = static_cast<unsigned>(value);
      send({0xF2, static_cast<std::uint8_t>(sixteenths & 0x7F),
            static_cast<std::uint8_t>((sixteenths >> 7) & 0x7F)});
    }
    if (verb == "start" || verb == "continue") {
      send({static_cast<std::uint8_t>(verb == "start" ? 0xFA : 0xFB)});
      at = next_;
    }
    std::printf("%s %.0f\n", line.c_str(), at);
    std::fflush(stdout);
  }

  int port_;
  double bpm_ = 120.0;
  double jitter_ = 0.0;
  bool isRunning_ = false;
  double next_ = 0.0;
  std::mt19937 random_{20260101};
  downbeat::platform::HostSleeper sleeper_;
};

/// What is played to it is heard by nobody.
void discard(int port) {
  std::array<std::uint8_t, 256> bytes{};
  while (!isStopping.load()) {
    pollfd one = {port, POLLIN, 0};
    if (poll(&one, 1, 50) > 0 && read(port, bytes.data(), bytes.size()) <= 0) return;
  }
}

}  // namespace

int main() {
  Pty pty;
  if (!openPty(pty)) {
    std::perror("clock-leader");
    return 1;
  }
  std::printf("%s\n", pty.path);
  std::fflush(stdout);
  Leader leader(pty.ours);
  std::thread pacer([&] { leader.run(); });
  std::thread reader([&] { discard(pty.ours); });
  for (std::string line; std::getline(std::cin, line);) {
    const std::lock_guard<std::mutex> lock(mutex);
    lines.push_back(line);
  }
  isStopping.store(true);
  pacer.join();
  reader.join();
  return 0;
}
