// SPDX-License-Identifier: GPL-3.0-or-later
// That it notices steps is seen in test/e2e/link-clock-step.test.ts, where a program gets a wall
// clock of its own: the machine's must not be set by a test.
#include "platform/wall-clock-watch.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

using downbeat::platform::WallClockWatch;

TEST_CASE("a wall clock that nobody sets has no steps, however often it is asked") {
  WallClockWatch watch;
  for (int i = 0; i < 200; ++i) {
    CHECK(watch.takeStep() == 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}
