// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/frame-clock.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <random>

using namespace downbeat;
using transport::FrameClock;

namespace {

struct Callbacks {
  double pace = 1.0;            // true microseconds per nominal microsecond
  double latenessMicros = 0.0;  // worst, uniform
  std::int64_t frame = 0;
  std::mt19937 random{7};

  [[nodiscard]] double truth() const { return 1.0e9 + static_cast<double>(frame) * pace / 0.048; }
  HostMicros entry() {
    std::uniform_real_distribution<double> late(0.0, 1.0);
    return {std::llround(truth() + late(random) * latenessMicros)};
  }
};

}  // namespace

TEST_CASE("uneven callback times become an even line") {
  FrameClock clock;
  clock.prepare(48000.0);
  Callbacks calls;
  calls.latenessMicros = 1000.0;
  double least = 1e9;
  double most = -1e9;
  for (int i = 0; i < 20000; ++i, calls.frame += 128) {
    const HostMicros host = clock.addBlock(Frames{calls.frame}, calls.entry(), false, false);
    if (i < 10000) continue;
    const double error = static_cast<double>(host.value) - calls.truth();
    least = std::min(least, error);
    most = std::max(most, error);
  }
  // The mean lateness of 500 us cannot be known; its spread of 1000 us must be gone.
  CHECK(most - least < 100.0);
  CHECK(least > 400.0);
  CHECK(most < 600.0);
}

TEST_CASE("the line learns how fast the converter really is") {
  for (const double ppm : {-200.0, -30.0, 30.0, 200.0}) {
    FrameClock clock;
    clock.prepare(48000.0);
    Callbacks calls;
    calls.pace = 1.0 + ppm * 1e-6;
    calls.latenessMicros = 50.0;
    for (int i = 0; i < 40000; ++i, calls.frame += 64) {
      (void)clock.addBlock(Frames{calls.frame}, calls.entry(), false, false);
    }
    const double measured = clock.microsPerFrame() * 0.048;
    CHECK(std::fabs(measured - calls.pace) < 5e-6);
  }
}

TEST_CASE("exact times pass through as they are") {
  FrameClock clock;
  clock.prepare(44100.0);
  std::mt19937 random{3};
  std::int64_t frame = 0;
  for (int i = 0; i < 1000; ++i) {
    const HostMicros host{std::llround(static_cast<double>(frame) * 1.0e6 / 44100.0)};
    CHECK(clock.addBlock(Frames{frame}, host, true, false) == host);
    frame += 1 + static_cast<std::int64_t>(random() % 4096);
  }
}

TEST_CASE("one callback that was held up does not bend the line") {
  FrameClock clock;
  clock.prepare(48000.0);
  Callbacks calls;
  for (int i = 0; i < 5000; ++i, calls.frame += 128) {
    (void)clock.addBlock(Frames{calls.frame}, calls.entry(), false, false);
  }
  const HostMicros late = calls.entry() + HostMicros{80000};
  const HostMicros host = clock.addBlock(Frames{calls.frame}, late, false, false);
  CHECK(std::fabs(static_cast<double>(host.value) - calls.truth()) < 50.0);
  CHECK(clock.restarts() == 0);
}

TEST_CASE("an xrun begins a new line at the time that is stated") {
  FrameClock clock;
  clock.prepare(48000.0);
  Callbacks calls;
  for (int i = 0; i < 1000; ++i, calls.frame += 128) {
    (void)clock.addBlock(Frames{calls.frame}, calls.entry(), false, false);
  }
  const HostMicros host = calls.entry() + HostMicros{300000};
  CHECK(clock.addBlock(Frames{calls.frame}, host, false, true) == host);
}

TEST_CASE("times that stay elsewhere are the new line within half a second") {
  FrameClock clock;
  clock.prepare(48000.0);
  Callbacks calls;
  for (int i = 0; i < 1000; ++i, calls.frame += 128) {
    (void)clock.addBlock(Frames{calls.frame}, calls.entry(), false, false);
  }
  HostMicros host{};
  for (int i = 0; i < 188; ++i, calls.frame += 128) {
    host = clock.addBlock(Frames{calls.frame}, calls.entry() + HostMicros{500000}, false, false);
  }
  calls.frame -= 128;
  CHECK(std::fabs(static_cast<double>(host.value) - calls.truth() - 500000.0) < 100.0);
  CHECK(clock.restarts() == 1);
}

TEST_CASE("the line is steady for any block size") {
  for (const std::int64_t frames : {16, 64, 480, 1024, 8192}) {
    FrameClock clock;
    clock.prepare(48000.0);
    Callbacks calls;
    calls.latenessMicros = 200.0;
    double worst = 0.0;
    while (calls.frame < 48000 * 30) {
      const HostMicros host = clock.addBlock(Frames{calls.frame}, calls.entry(), false, false);
      const double error = static_cast<double>(host.value) - calls.truth() - 100.0;
      if (calls.frame > 48000 * 15) worst = std::max(worst, std::fabs(error));
      calls.frame += frames;
    }
    CAPTURE(frames);
    CHECK(worst < 101.0);
  }
}
