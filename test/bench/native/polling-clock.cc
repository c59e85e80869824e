// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI clock as it is often made: a thread that sleeps for a millisecond, looks whether a tick is
// due and writes it. `polling-clock TTY SECONDS TICK_MICROS` prints how late each tick was handed
// over, in microseconds, one on each line.
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

namespace {

constexpr std::uint8_t kTick = 0xF8;
constexpr useconds_t kPollMicros = 1000;

double nowMicros() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void play(int tty, double seconds, double tickMicros, std::vector<double>& late) {
  const double begun = nowMicros();
  for (std::uint64_t tick = 1; nowMicros() < begun + seconds * 1e6;) {
    usleep(kPollMicros);
    const double due = begun + static_cast<double>(tick) * tickMicros;
    const double now = nowMicros();
    if (now < due) continue;
    if (write(tty, &kTick, 1) != 1) std::perror("polling-clock");
    late.push_back(now - due);
    ++tick;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "polling-clock: expected TTY SECONDS TICK_MICROS\n");
    return 2;
  }
  const int tty = open(argv[1], O_WRONLY | O_NOCTTY);
  if (tty < 0) {
    std::perror(argv[1]);
    return 1;
  }
  std::vector<double> late;
  late.reserve(1'000'000);
  std::thread thread([&] { play(tty, std::atof(argv[2]), std::atof(argv[3]), late); });
  thread.join();
  for (const double micros : late) std::printf("%.1f\n", micros);
  return 0;
}
