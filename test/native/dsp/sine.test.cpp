// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/sine.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dsp/measure.hpp"
#include "dsp/oscillator.hpp"

using namespace downbeat;

TEST_CASE("four sines at once are four single sines, bit for bit, and right to 1.5e-7") {
  for (std::uint64_t phase = 0; phase < (1ULL << 32); phase += 4 * 234567) {
    const auto first = static_cast<std::uint32_t>(phase);
    const dsp::Lanes lanes = dsp::sineOf(dsp::phasesFrom(first, 234567));
    for (std::uint32_t i = 0; i < 4; ++i) {
      const std::uint32_t p = first + i * 234567;
      REQUIRE(lanes[i] == dsp::sineOf(p));
      REQUIRE(std::fabs(lanes[i] - std::sin(2.0 * test::kPi * p * 0x1p-32)) < 1.5e-7);
    }
  }
}

TEST_CASE("a block of any length is the same sine") {
  std::vector<float> block(41);
  for (std::uint32_t frames = 0; frames <= 40; ++frames) {
    block[frames] = 5.0F;
    dsp::fillSine(block.data(), frames, 0xFFFF0000U, 0x01234567U, 0.3F);
    for (std::uint32_t i = 0; i < frames; ++i) {
      CHECK(block[i] == dsp::sineOf(0xFFFF0000U + i * 0x01234567U) * 0.3F);
    }
    CHECK(block[frames] == 5.0F);
  }
}

TEST_CASE("blocks of saw, pulse and triangle are their single frames, bit for bit") {
  for (const double hz : {5.0, 30.0, 440.0, 5000.0, 23000.0}) {
    for (std::uint32_t frames = 1; frames <= 33; ++frames) {
      dsp::Oscillator single;
      dsp::Oscillator block;
      for (dsp::Oscillator* osc : {&single, &block}) {
        osc->setFrequency(hz, 48000.0);
        osc->setPhase(0xFFFFF000U);
      }
      const std::uint32_t width = dsp::Oscillator::widthOf(0.2F);
      std::vector<float> out(frames);
      for (int wave = 0; wave < 3; ++wave) {
        if (wave == 0) block.fillSaw(out.data(), frames, 0.7F);
        if (wave == 1) block.fillPulse(out.data(), frames, 0.7F, width);
        if (wave == 2) block.fillTriangle(out.data(), frames, 0.7F);
        for (const float value : out) {
          const float alone =
              wave == 0 ? single.saw() : (wave == 1 ? single.pulse(width) : single.triangle());
          CHECK(value == alone * 0.7F);
          single.advance();
        }
      }
      CHECK(block.phase() == single.phase());
    }
  }
}
