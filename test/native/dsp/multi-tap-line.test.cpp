// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/multi-tap-line.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dsp/delay-line.hpp"
#include "dsp/measure.hpp"

using namespace downbeat;

TEST_CASE("four taps read what four delay lines would, also around the end of the ring") {
  dsp::MultiTapLine line;
  dsp::DelayLine plain;
  line.prepare(60);
  plain.prepare(60);
  test::Dice dice(1);
  for (int n = 0; n < 5000; ++n) {
    const auto in = static_cast<float>(dice.uniform(-1.0, 1.0));
    line.write(in);
    plain.write(in);
    const std::uint32_t whole = dice.bits() / 2 % 40;
    dsp::Lanes rest;
    for (int lane = 0; lane < 4; ++lane) rest[lane] = static_cast<float>(dice.uniform(-1.0, 30.0));
    const dsp::Lanes taps = line.read(whole, rest);
    for (int lane = 0; lane < 4; ++lane) {
      const double frames = whole + static_cast<double>(rest[lane]);
      REQUIRE(std::fabs(taps[lane] - plain.readBetween(frames)) < 1e-5F);
    }
  }
}

TEST_CASE("a whole number of frames is read exactly") {
  dsp::MultiTapLine line;
  line.prepare(3000);
  for (int n = 0; n < 5000; ++n) line.write(static_cast<float>(n));
  const dsp::Lanes taps = line.read(1000, dsp::Lanes{0.0F, 1.0F, -3.0F, 5000.0F});
  CHECK(float{taps[0]} == 4000.0F);
  CHECK(float{taps[1]} == 3999.0F);
  CHECK(float{taps[2]} == 4003.0F);
  CHECK(float{taps[3]} == 2000.0F);  // no more than the room
}
