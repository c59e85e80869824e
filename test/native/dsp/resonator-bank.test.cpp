// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/resonator-bank.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "dsp/fast-math.hpp"
#include "dsp/measure.hpp"

using namespace downbeat::dsp;
namespace test = downbeat::test;

namespace {

using Shape = ResonatorBank::Shape;

struct Sums {
  std::vector<float> even;
  std::vector<float> odd;
};

Sums noise(std::size_t frames, std::uint64_t seed) {
  test::Dice dice(seed);
  Sums in;
  for (std::size_t n = 0; n < frames; ++n) {
    in.even.push_back(static_cast<float>(dice.uniform(-1.0, 1.0)));
    in.odd.push_back(static_cast<float>(dice.uniform(-1.0, 1.0)));
  }
  return in;
}

/// The bank with nothing side by side: every band on its own, one frame after the other. Sums are
/// made in the bank's order: four bands whose numbers are 4 apart, in pairs, then sixteen by
/// sixteen, and last the two bands of one side whose numbers are 2 apart.
Sums reference(const Shape& shape, const Sums& in) {
  const std::uint32_t bands = (shape.count + 15) / 16 * 16;
  std::vector<FilterStage> stages;
  for (std::uint32_t b = 0; b < bands; ++b) {
    stages.push_back(ResonatorBank::stageOf(shape, b));
  }
  std::vector<float> band(bands, 0.0F);
  std::vector<float> low(bands, 0.0F);
  std::vector<float> out(bands, 0.0F);
  Sums result;
  for (std::size_t n = 0; n < in.even.size(); ++n) {
    for (std::uint32_t b = 0; b < bands; ++b) {
      if (n % ResonatorBank::kStepFrames == 0) {
        band[b] = flushed(band[b]);
        low[b] = flushed(low[b]);
      }
      const FilterStage& s = stages[b];
      const float gap =
          static_cast<float>(shape.level) * (b % 2 == 0 ? in.even[n] : in.odd[n]) - low[b];
      out[b] = s.direct * gap + s.first * band[b];
      low[b] = (low[b] + s.turn * band[b]) + s.pull * gap;
      band[b] = s.damp * band[b] + s.turn * gap;
    }
    float sums[4] = {};
    for (std::uint32_t group = 0; group < bands; group += 16) {
      for (std::uint32_t lane = 0; lane < 4; ++lane) {
        const float* o = out.data() + group + lane;
        sums[lane] += (o[0] + o[4]) + (o[8] + o[12]);
      }
    }
    result.even.push_back(sums[0] + sums[2]);
    result.odd.push_back(sums[1] + sums[3]);
  }
  return result;
}

Sums run(ResonatorBank& bank, const Sums& in, std::uint32_t cut = 32) {
  Sums out;
  out.even.resize(in.even.size());
  out.odd.resize(in.odd.size());
  for (std::size_t at = 0; at < in.even.size();) {
    const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(cut, in.even.size() - at));
    bank.process(in.even.data() + at, in.odd.data() + at, out.even.data() + at, out.odd.data() + at,
                 count);
    at += count;
  }
  return out;
}

}  // namespace

TEST_CASE("bands side by side say what each would alone, bit for bit") {
  for (const std::uint32_t count : {1U, 2U, 15U, 16U, 17U, 100U, 1000U, 1024U}) {
    const Shape shape{count, 0.0015, 0.38, 25.0, 0.7};
    const Sums in = noise(500, count);
    const Sums expected = reference(shape, in);
    for (const std::uint32_t cut : {32U, 1U, 7U}) {
      ResonatorBank bank;
      bank.prepare();
      bank.jumpTo(shape);
      const Sums got = run(bank, in, cut);
      INFO(count, " bands, cut ", cut);
      CHECK(got.even == expected.even);
      CHECK(got.odd == expected.odd);
    }
  }
}

TEST_CASE("bands are spread in equal ratios, and silent where the rate cannot hold them") {
  const Shape shape{5, 0.01, 0.16, 10.0, 1.0};
  for (std::uint32_t band = 0; band < 5; ++band) {
    CHECK(ResonatorBank::cutoffOf(shape, band) == doctest::Approx(0.01 * std::exp2(band)));
  }
  CHECK(ResonatorBank::stageOf(Shape{2, 0.1, 0.46, 5.0, 1.0}, 1).direct == 0.0F);
  CHECK(ResonatorBank::stageOf(Shape{2, 0.1, 0.46, 5.0, 1.0}, 2).first == 0.0F);
}

TEST_CASE("a band is the analog band-pass within 0.1 dB") {
  for (const double hz : {50.0, 1000.0, 7000.0}) {
    for (const double q : {1.0, 8.0, 60.0}) {
      ResonatorBank bank;
      bank.prepare();
      bank.jumpTo({1, hz / 48000.0, 0.4, q, 1.0});
      Sums in;
      in.even.assign(96000, 0.0F);
      in.odd.assign(96000, 0.0F);
      in.even[0] = 1.0F;
      const Sums out = run(bank, in);
      for (const double at : {30.0, 45.0, 50.0, 300.0, 990.0, 1000.0, 3000.0, 6900.0, 8000.0}) {
        const double off = q * (at / hz - hz / at);
        const double expected = test::db(1.0 / std::sqrt(1.0 + off * off));
        if (expected < -70.0) continue;
        INFO(hz, " Hz, Q ", q, " at ", at);
        CHECK(std::fabs(test::db(std::abs(test::dft(out.even, at / 48000.0))) - expected) < 0.1);
      }
      CHECK(test::peak(out.odd) == 0.0);
    }
  }
}

TEST_CASE("a new shape arrives within 16 steps, however it is cut, and is then as if it had been") {
  const Shape before{700, 0.002, 0.1, 5.0, 0.01};
  for (const Shape& after : {Shape{1000, 0.004, 0.3, 9.0, 0.02}, Shape{30, 0.3, 0.001, 3.0, 1.0}}) {
    const Sums in = noise(6000, 1);
    Sums first;
    for (const std::uint32_t cut : {32U, 1U, 11U}) {
      ResonatorBank bank;
      bank.prepare();
      bank.jumpTo(before);
      bank.glideTo(after);
      const Sums got = run(bank, in, cut);
      if (cut == 32) first = got;
      CHECK(got.even == first.even);
      CHECK(got.odd == first.odd);
    }
    ResonatorBank straight;
    straight.prepare();
    straight.jumpTo(after);
    const Sums expected = run(straight, in);
    for (std::size_t n = 5000; n < 6000; ++n) {
      REQUIRE(first.even[n] == doctest::Approx(expected.even[n]).epsilon(1e-3).scale(1.0));
    }
  }
}

TEST_CASE("a bank whose shape jumps at random stays bounded and ends in exact silence") {
  test::Dice dice(8);
  ResonatorBank bank;
  bank.prepare();
  Sums in = noise(32, 2);
  double peak = 0.0;
  for (int step = 0; step < 600; ++step) {
    bank.glideTo({1 + dice.bits() / 2 % 200, 0.4 * std::exp2(-dice.uniform(0.0, 9.0)),
                  0.4 * std::exp2(-dice.uniform(0.0, 9.0)), dice.uniform(1.0, 30.0), 0.1});
    const Sums out = run(bank, in);
    peak = std::fmax(peak, std::fmax(test::peak(out.even), test::peak(out.odd)));
  }
  CHECK(peak < 40.0);
  in.even.assign(48000 * 6, 0.0F);
  in.odd.assign(48000 * 6, 0.0F);
  bank.jumpTo({200, 0.002, 0.4, 10.0, 1.0});
  const Sums out = run(bank, in);
  std::size_t denormals = 0;
  for (const float value : out.even) denormals += std::fpclassify(value) == FP_SUBNORMAL ? 1U : 0U;
  CHECK(denormals == 0);
  CHECK(test::peak(out.even, 48000 * 5) == 0.0);
  CHECK(test::peak(out.odd, 48000 * 5) == 0.0);
}
