// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/running-stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "dsp/measure.hpp"

using namespace downbeat::dsp;
namespace test = downbeat::test;

namespace {

/// The state equations of matched-filter.hpp, one frame at a time, in doubles.
std::vector<double> reference(const FilterStage& stage, const std::vector<float>& in,
                              std::size_t channel) {
  double band = 0.0;
  double low = 0.0;
  double before = 0.0;
  std::vector<double> out;
  for (std::size_t n = channel; n < in.size(); n += 2) {
    const double x = in[n];
    const double u = stage.direct * x + stage.first * band + stage.second * low;
    out.push_back(u + stage.behind * before);
    const double gap = x - low;
    low += stage.turn * band + stage.pull * gap;
    band = stage.damp * band + stage.turn * gap;
    before = u;
  }
  return out;
}

std::vector<float> noise(std::size_t frames, std::uint64_t seed) {
  test::Dice dice(seed);
  std::vector<float> pairs(2 * frames);
  for (float& value : pairs) value = static_cast<float>(dice.uniform(-1.0, 1.0));
  return pairs;
}

FilterStage anyStage(test::Dice& dice) {
  return matchedStage(static_cast<FilterMode>(dice.bits() / 2 % 8),
                      0.4 * std::exp2(-dice.uniform(0.0, 9.0)), dice.uniform(0.5, 9.0), 9.0);
}

}  // namespace

TEST_CASE("two frames at a time are the state equations frame by frame, for both channels") {
  test::Dice dice(4);
  for (int round = 0; round < 40; ++round) {
    const FilterStage stage = anyStage(dice);
    const std::vector<float> in = noise(3000, static_cast<std::uint64_t>(round));
    std::vector<float> out = in;
    StereoStage filter;
    filter.jumpTo(stage);
    filter.process(out.data(), out.data(), 3000);
    for (const std::size_t channel : {0U, 1U}) {
      const auto expected = reference(stage, in, channel);
      double size = 0.0;
      for (const double value : expected) size = std::fmax(size, std::fabs(value));
      for (std::size_t n = 0; n < 3000; ++n) {
        REQUIRE(std::fabs(out[2 * n + channel] - expected[n]) < 2e-5 * size);
      }
    }
  }
}

TEST_CASE("a stage sounds the same to the bit however frames are cut, also while it glides") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    std::vector<std::vector<float>> results;
    for (const int cutting : {0, 1, 2, 3}) {
      test::Dice dice(seed);
      test::Dice cut(seed + 100);
      std::vector<float> pairs = noise(4000, seed);
      StereoStage filter;
      filter.jumpTo(anyStage(dice));
      std::uint32_t at = 0;
      while (at < 4000) {
        std::uint32_t left = 1 + dice.bits() / 2 % 200;
        if (left > 4000 - at) left = 4000 - at;
        if (dice.bits() / 2 % 4 == 0) {
          filter.jumpTo(anyStage(dice));
        } else {
          filter.glideTo(anyStage(dice), 1 + dice.bits() / 2 % 20);
        }
        while (left > 0) {
          std::uint32_t count = left;
          if (cutting == 1) count = 1;
          if (cutting == 2) count = 1 + cut.bits() / 2 % 7;
          if (cutting == 3) count = 32;
          if (count > left) count = left;
          filter.process(pairs.data() + 2 * at, pairs.data() + 2 * at, count);
          at += count;
          left -= count;
        }
      }
      results.push_back(pairs);
    }
    for (const auto& result : results) CHECK(result == results[0]);
  }
}

TEST_CASE("four frames of one channel are the state equations too, however they are cut") {
  test::Dice dice(5);
  for (int round = 0; round < 40; ++round) {
    const FilterStage stage = anyStage(dice);
    const std::vector<float> pairs = noise(1500, static_cast<std::uint64_t>(round));
    std::vector<float> in;  // the same left and right, for the reference
    for (const float x : pairs) in.insert(in.end(), {x, x});
    const auto expected = reference(stage, in, 0);
    double size = 0.0;
    for (const double value : expected) size = std::fmax(size, std::fabs(value));
    std::vector<float> whole = pairs;
    MonoStage filter;
    filter.jumpTo(stage);
    filter.process(whole.data(), whole.data(), 3000);
    for (std::size_t n = 0; n < 3000; ++n) {
      REQUIRE(std::fabs(whole[n] - expected[n]) < 2e-5 * size);
    }
    std::vector<float> cut = pairs;
    MonoStage again;
    again.jumpTo(stage);
    for (std::uint32_t at = 0; at < 3000;) {
      const std::uint32_t count = std::min<std::uint32_t>(1 + dice.bits() / 2 % 9, 3000 - at);
      again.process(cut.data() + at, cut.data() + at, count);
      at += count;
    }
    CHECK(cut == whole);
  }
}

TEST_CASE("one channel becomes two in the middle of a glide, and nobody hears it") {
  test::Dice dice(6);
  for (int round = 0; round < 40; ++round) {
    const FilterStage stage = anyStage(dice);
    const FilterStage next = anyStage(dice);
    const std::vector<float> in = noise(500, static_cast<std::uint64_t>(round));
    const auto change = static_cast<std::uint32_t>(1 + dice.bits() / 2 % 600);
    const std::uint32_t glide = change - 1 - std::min<std::uint32_t>(change - 1, 10);
    const auto play = [&](auto& filter, float* samples, std::uint32_t from, std::uint32_t to,
                          std::size_t channels) {
      for (std::uint32_t n = from; n < to; ++n) {
        if (n == glide) filter.glideTo(next, 16);
        filter.process(samples + channels * n, samples + channels * n, 1);
      }
    };
    std::vector<float> one = in;
    MonoStage mono;
    mono.jumpTo(stage);
    play(mono, one.data(), 0, 1000, 1);
    std::vector<float> two;
    for (const float x : in) two.insert(two.end(), {x, x});
    MonoStage before;
    before.jumpTo(stage);
    std::vector<float> begin = in;
    play(before, begin.data(), 0, change, 1);
    StereoStage after;
    after.continueFrom(before.state());
    play(after, two.data(), change, 1000, 2);
    double size = 0.0;
    for (const float value : one) size = std::fmax(size, std::fabs(value));
    for (std::size_t n = change; n < 1000; ++n) {
      REQUIRE(std::fabs(two[2 * n] - one[n]) < 2e-5 * size);
      REQUIRE(two[2 * n] == two[2 * n + 1]);
    }
  }
}

TEST_CASE("a stage at rest is a wire") {
  StereoStage filter;
  CHECK(filter.isAtRest());
  std::vector<float> pairs = noise(100, 1);
  const std::vector<float> before = pairs;
  filter.process(pairs.data(), pairs.data(), 100);
  CHECK(pairs == before);
  const FilterStage stage = matchedStage(FilterMode::lowPass, 0.1, 1.0, 0.0);
  filter.glideTo(stage, 10);
  CHECK_FALSE(filter.isAtRest());
  filter.process(pairs.data(), pairs.data(), 20);
  filter.glideTo(bypassed(stage), 10);
  CHECK_FALSE(filter.isAtRest());
  filter.process(pairs.data(), pairs.data(), 10);
  CHECK(filter.isAtRest());
}

TEST_CASE("a stage ends in exact silence without denormals, and a reset is one too") {
  test::Dice dice(9);
  for (int round = 0; round < 30; ++round) {
    StereoStage filter;
    filter.jumpTo(round == 0 ? matchedStage(FilterMode::lowPass, 0.42, 0.5, 0.0) : anyStage(dice));
    std::vector<float> pairs = noise(200, 3);
    pairs.resize(2 * 200000);
    filter.process(pairs.data(), pairs.data(), 200000);
    std::size_t denormals = 0;
    for (const float value : pairs) denormals += std::fpclassify(value) == FP_SUBNORMAL ? 1U : 0U;
    CHECK(denormals == 0);
    CHECK(pairs.back() == 0.0F);
    CHECK(pairs[pairs.size() - 2] == 0.0F);
    pairs.assign(200, 1.0F);
    filter.process(pairs.data(), pairs.data(), 99);
    filter.reset();
    pairs.assign(200, 0.0F);
    filter.process(pairs.data(), pairs.data(), 100);
    CHECK(pairs == std::vector<float>(200));
  }
}
