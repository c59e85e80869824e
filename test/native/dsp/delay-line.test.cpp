// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/delay-line.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dsp/measure.hpp"

using downbeat::dsp::DelayLine;

TEST_CASE("a delay line gives back what was written, to the frame") {
  DelayLine line;
  line.prepare(1000);
  for (int n = 0; n < 5000; ++n) {
    line.write(static_cast<float>(n));
    if (n < 1000) continue;
    CHECK(line.read(1) == static_cast<float>(n));
    CHECK(line.read(1000) == static_cast<float>(n - 999));
    CHECK(line.read(4000) == line.read(1000));
    CHECK(line.readBetween(500.0) == line.read(500));
  }
}

TEST_CASE("between frames a sine stays a sine, within -60 dB at 2 kHz") {
  DelayLine line;
  line.prepare(100);
  const double f = 2000.0 / 48000.0;
  for (int n = 0; n < 1000; ++n) {
    line.write(static_cast<float>(std::sin(2 * downbeat::test::kPi * f * n)));
    if (n < 100) continue;
    for (const double delay : {2.5, 10.3, 77.77}) {
      const double expected = std::sin(2 * downbeat::test::kPi * f * (n + 1 - delay));
      CHECK(std::fabs(line.readBetween(delay) - expected) < 1e-3);
    }
  }
}
