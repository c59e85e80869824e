// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/falling-sine.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dsp/measure.hpp"

using namespace downbeat;

TEST_CASE("a falling sine is the sine of its pitch's integral, times its decay") {
  dsp::FallingSine tone;
  tone.set({110.0, 7.0, 0.06 * 48000.0, 0.2 * 48000.0}, 48000.0);
  tone.start();
  const double drop = std::exp2(7.0 / 12.0) - 1.0;
  for (int n = 0; n < 24000; ++n) {
    // The sum of what the frames add, where an integral would be half a frame ahead.
    const double t = n / 48000.0;
    const double r = std::exp(-1.0 / (0.06 * 48000.0));
    const double fallen = (1.0 - std::pow(r, n)) / (1.0 - r) / 48000.0;
    const double turns = 110.0 * (t + drop * fallen);
    const double expected = std::exp(-t / 0.2) * std::sin(2 * test::kPi * turns);
    CHECK(std::fabs(tone.next() - expected) < 2e-5);
  }
}

TEST_CASE("a falling sine ends, and starts again at phase 0") {
  dsp::FallingSine tone;
  tone.set({200.0, 0.0, 100.0, 480.0}, 48000.0);
  CHECK_FALSE(tone.isSounding());
  tone.start();
  int frames = 0;
  for (; tone.isSounding() && frames < 48000; ++frames) tone.next();
  // -140 dB.
  CHECK(frames == doctest::Approx(480.0 * std::log(1e7)).epsilon(0.01));
  CHECK(tone.next() == 0.0F);
  tone.start();
  CHECK(tone.next() == 0.0F);
  CHECK(tone.next() > 0.0F);
}
