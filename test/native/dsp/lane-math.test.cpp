// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/lane-math.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dsp/fast-math.hpp"
#include "dsp/measure.hpp"
#include "dsp/sine.hpp"

using namespace downbeat;

TEST_CASE("the sine of four phases is the sine of each, bit for bit") {
  test::Dice dice(7);
  const std::uint32_t corners[] = {0U,          1U,          0x3FFFFFFFU, 0x40000000U,
                                   0x40000001U, 0x7FFFFFFFU, 0x80000000U, 0x80000001U,
                                   0xBFFFFFFFU, 0xC0000000U, 0xC0000001U, 0xFFFFFFFFU};
  for (std::uint32_t n = 0; n < 200000; ++n) {
    std::uint32_t phases[4];
    for (std::uint32_t& phase : phases) phase = n < 12 ? corners[n] : dice.bits() ^ (n << 31);
    const dsp::Lanes sines = dsp::sineOf(dsp::loadPhases(phases));
    for (int lane = 0; lane < 4; ++lane) REQUIRE(sines[lane] == dsp::sineOf(phases[lane]));
  }
}

TEST_CASE("a sine has less than -125 dB of distortion and noise") {
  // 997 periods in 2^15 frames: every phase is another one.
  std::vector<float> x(1U << 15);
  for (std::size_t n = 0; n < x.size(); ++n) {
    const auto phase = static_cast<std::uint32_t>(n * 997U) << 17;
    x[n] = dsp::sineOf(dsp::allPhases(phase))[0];
  }
  double rest = 0.0;
  for (std::size_t n = 0; n < x.size(); ++n) {
    const auto turns = static_cast<double>(n * 997U % x.size()) / static_cast<double>(x.size());
    const double error = x[n] - std::sin(2 * test::kPi * turns);
    rest += error * error;
  }
  CHECK(10.0 * std::log10(rest / static_cast<double>(x.size()) / 0.5) < -125.0);
}

TEST_CASE("a phase is pushed by parts of a turn, either way, and wraps") {
  const dsp::LanePhases phase = dsp::allPhases(0xF0000000U);
  const dsp::LanePhases up = dsp::pushed(phase, dsp::allLanes(0.25F * 0x1p24F));
  CHECK(up[0] == 0x30000000U);
  const dsp::LanePhases down = dsp::pushed(phase, dsp::allLanes(-100.5F * 0x1p24F));
  CHECK(down[3] == 0x70000000U);
}
