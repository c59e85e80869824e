// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/voice-oscillators.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dsp/fast-math.hpp"
#include "dsp/measure.hpp"

using namespace downbeat;
using dsp::kLaneCount;

TEST_CASE("four voices read their own tables as a lone voice does, bit for bit") {
  const dsp::Wavetables& tables = dsp::Wavetables::shared();
  test::Dice dice(1);
  for (int n = 0; n < 20000; ++n) {
    dsp::LaneTables four;
    const dsp::Wavetable* alone[kLaneCount];
    dsp::LaneWords phases{};
    for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
      const auto shape = dice.uniform(0.0, 1.0) < 0.5 ? dsp::Wavetables::Shape::saw
                                                      : dsp::Wavetables::Shape::triangle;
      const double hz = 10.0 * std::exp2(dice.uniform(0.0, 11.0));
      alone[lane] = &tables.pick(shape, dsp::phaseStep(hz, 48000.0));
      four.set(lane, *alone[lane]);
      phases[lane] = n == 0 ? 0xFFFFFFFFU : dice.bits();
    }
    const dsp::Lanes read = four.at(phases);
    for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
      REQUIRE(+read[lane] == alone[lane]->at(phases[lane]));
    }
  }
}

TEST_CASE("the sine of four phases is right within 3e-7") {
  test::Dice dice(2);
  for (int n = 0; n < 20000; ++n) {
    dsp::LaneWords phases{dice.bits(), dice.bits(), dice.bits(), static_cast<std::uint32_t>(n)};
    if (n < 8) phases = dsp::allWords(static_cast<std::uint32_t>(n) << 29);
    const dsp::Lanes sines = dsp::voiceSine(phases);
    for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
      REQUIRE(std::fabs(sines[lane] - std::sin(2.0 * test::kPi * phases[lane] * 0x1p-32)) < 3e-7);
    }
  }
}

TEST_CASE("lanes are chosen by a comparison, floats and words") {
  const dsp::Lanes a{1.0F, 2.0F, 3.0F, 4.0F};
  const dsp::Lanes b{4.0F, 3.0F, 2.0F, 1.0F};
  const dsp::Lanes larger = dsp::choose(a > b, a, b);
  const dsp::LaneWords words = dsp::choose(a > b, dsp::allWords(7), dsp::allWords(9));
  const float expected[] = {4.0F, 3.0F, 3.0F, 4.0F};
  const std::uint32_t expectedWords[] = {9, 9, 7, 7};
  for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
    CHECK(+larger[lane] == expected[lane]);
    CHECK(+words[lane] == expectedWords[lane]);
  }
}
