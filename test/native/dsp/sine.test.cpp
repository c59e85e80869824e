// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/sine.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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

TEST_CASE("a block of any length is the same sine, frame by frame while its pitch is new") {
  std::vector<float> block(41);
  for (std::uint32_t frames = 0; frames <= 40; ++frames) {
    block[frames] = 5.0F;
    dsp::SteadySine sine;
    sine.fill(block.data(), frames, 0, 0xFFFF0000U, 0x01234567U, 0.3F);
    for (std::uint32_t i = 0; i < frames && i < 32; ++i) {
      CHECK(block[i] == dsp::sineOf(0xFFFF0000U + i * 0x01234567U) * 0.3F);
    }
    CHECK(block[frames] == 5.0F);
  }
}

TEST_CASE(
    "a sine whose pitch rests turns as single floats do, bit for bit however it is cut, and "
    "clean") {
  test::Dice dice(3);
  for (int round = 0; round < 200; ++round) {
    const std::uint32_t step = dice.bits() >> (1 + round % 20);
    std::uint32_t phase = dice.bits();
    const auto gain = static_cast<float>(dice.uniform(0.01, 1.5));
    dsp::SteadySine sine;
    std::vector<float> out(64 * dsp::SteadySine::kRunFrames);
    for (std::uint32_t at = 0; at < out.size();) {
      const std::uint32_t part = std::min<std::uint32_t>(
          round % 2 == 0 ? 32 : 1 + dice.bits() % 70, static_cast<std::uint32_t>(out.size()) - at);
      sine.fill(out.data() + at, part, at, phase + at * step, step, gain);
      at += part;
    }
    double noise = 0.0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::uint32_t p = phase + static_cast<std::uint32_t>(i) * step;
      const double wanted = gain * std::sin(2.0 * test::kPi * p * 0x1p-32);
      noise += (out[i] - wanted) * (out[i] - wanted);
      if (i < 32) continue;
      // One float after the other: from the first four frames by a quarter, a half, a whole turn.
      const auto inRun = static_cast<std::uint32_t>(i % 32);
      const std::uint32_t first = p - (inRun - inRun % 4) * step;
      float sines = dsp::sineOf(first) * gain;
      float cosines = dsp::sineOf(first + 0x40000000U) * gain;
      for (const std::uint32_t frames : {4U, 8U, 16U}) {
        if ((inRun & frames) == 0) continue;
        const float by = dsp::sineOf(frames * step);
        const float cosine = dsp::sineOf(frames * step + 0x40000000U);
        const float before = sines;
        sines = before * cosine + cosines * by;
        cosines = cosines * cosine - before * by;
      }
      REQUIRE(out[i] == sines);
    }
    const double rms = std::sqrt(noise / static_cast<double>(out.size()));
    CHECK(20.0 * std::log10(rms / (gain * std::sqrt(0.5))) < -130.0);
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
