// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/matched-filter.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>

#include "dsp/measure.hpp"

using namespace downbeat::dsp;
namespace test = downbeat::test;
using Complex = std::complex<double>;

namespace {

/// Gain of the stage as it stands, rounded coefficients and all, from its state equations.
double gainOf(const FilterStage& stage, double w) {
  const Complex z = std::polar(1.0, w);
  const double turn = stage.turn;
  const double pull = stage.pull;
  const Complex a = z - static_cast<double>(stage.damp);
  const Complex d = z - (1.0 - pull);
  const Complex determinant = a * d + turn * turn;
  const Complex band = turn * (d - pull) / determinant;
  const Complex low = (a * pull + turn * turn) / determinant;
  const Complex u = static_cast<double>(stage.direct) + static_cast<double>(stage.first) * band +
                    static_cast<double>(stage.second) * low;
  return std::abs(u * (1.0 + static_cast<double>(stage.behind) / z));
}

double analogGain(FilterMode mode, double ratio, double q, double gainDb) {
  const Complex s{0.0, ratio};
  const double a = std::pow(10.0, gainDb / 40.0);
  const double root = std::sqrt(a);
  const Complex bottom = s * s + s / q + 1.0;
  switch (mode) {
    case FilterMode::lowPass: return std::abs(1.0 / bottom);
    case FilterMode::highPass: return std::abs(s * s / bottom);
    case FilterMode::bandPass: return std::abs(s / q / bottom);
    case FilterMode::notch: return std::abs((s * s + 1.0) / bottom);
    case FilterMode::peak: return std::abs((s * s + s * a / q + 1.0) / (s * s + s / (a * q) + 1.0));
    case FilterMode::lowShelf:
      return std::abs(a * (s * s + root / q * s + a) / (a * s * s + root / q * s + 1.0));
    case FilterMode::highShelf:
      return std::abs(a * (a * s * s + root / q * s + 1.0) / (s * s + root / q * s + a));
    case FilterMode::allPass: break;
  }
  return 1.0;
}

}  // namespace

TEST_CASE("every kind of filter is the analog one within 0.1 dB up to a sixth of the rate") {
  for (const double rate : {48000.0, 96000.0}) {
    for (int m = 0; m < 8; ++m) {
      const auto mode = static_cast<FilterMode>(m);
      const bool isShelf = mode == FilterMode::lowShelf || mode == FilterMode::highShelf;
      const bool hasGain = isShelf || mode == FilterMode::peak;
      double worst = 0.0;
      for (double hz = 20.0; hz <= 20000.0; hz *= 1.37) {
        for (const double q : {0.3, 0.5, 0.7071, 1.5, 5.0, 10.0, 40.0}) {
          if (isShelf && q > 10.0) continue;
          for (const double gainDb : {-24.0, -7.0, 3.0, 24.0}) {
            if (!hasGain && gainDb != 3.0) continue;
            const FilterStage stage = matchedStage(mode, hz / rate, q, gainDb);
            for (double at = 15.0; at <= rate / 6; at *= 1.11) {
              const double expected = test::db(analogGain(mode, at / hz, q, gainDb));
              if (expected < -70.0) continue;
              const double error =
                  std::fabs(test::db(gainOf(stage, 2 * test::kPi * at / rate)) - expected);
              if (error > worst) worst = error;
            }
          }
        }
      }
      INFO("mode ", m, " at ", rate, ": ", worst, " dB");
      CHECK(worst < 0.1);
      if (!hasGain) CHECK(worst < 0.05);
    }
  }
}

TEST_CASE("above a sixth of the rate nothing is much louder than the analog filter's loudest") {
  for (int m = 0; m < 8; ++m) {
    const auto mode = static_cast<FilterMode>(m);
    for (double cutoff = 0.0002; cutoff < 0.45; cutoff *= 1.37) {
      for (const double q : {0.3, 0.7071, 5.0, 40.0}) {
        for (const double gainDb : {-24.0, 24.0}) {
          const FilterStage stage = matchedStage(mode, cutoff, q, gainDb);
          const double loudest =
              std::fmax(0.0, test::db(q)) + (m >= 4 && m < 7 ? std::fmax(0.0, gainDb) : 0.0);
          for (double w = 0.02; w < test::kPi; w += 0.02) {
            REQUIRE(test::db(gainOf(stage, w)) < loudest + 3.0);
          }
        }
      }
    }
  }
}

TEST_CASE("no stage makes its state longer by itself, whatever its shape") {
  test::Dice dice(1);
  for (int n = 0; n < 20000; ++n) {
    const FilterStage stage =
        matchedStage(static_cast<FilterMode>(n % 8), 0.45 * std::exp2(-dice.uniform(0.0, 13.0)),
                     std::exp2(dice.uniform(-3.0, 6.0)), dice.uniform(-24.0, 24.0));
    const double angle = dice.uniform(0.0, 2 * test::kPi);
    const double band = std::cos(angle);
    const double low = std::sin(angle);
    const double nextBand = stage.damp * band - stage.turn * low;
    const double nextLow = low + stage.turn * band - stage.pull * low;
    REQUIRE(nextBand * nextBand + nextLow * nextLow < 1.0 + 4e-7);
  }
}

TEST_CASE("an all-pass passes all, a bypassed stage as it is") {
  const FilterStage stage = matchedStage(FilterMode::allPass, 0.07, 2.0, 0.0);
  for (double w = 0.01; w < test::kPi; w += 0.01) {
    CHECK(gainOf(stage, w) == doctest::Approx(1.0).epsilon(1e-5));
  }
  CHECK_FALSE(isBypassed(stage));
  CHECK(isBypassed(bypassed(stage)));
  CHECK(gainOf(bypassed(stage), 1.0) == 1.0);
}

TEST_CASE("what is out of range is clamped") {
  for (const double cutoff : {-1.0, 0.0, 0.7, 1e9, std::nan("")}) {
    for (const double q : {-1.0, 0.0, 1e9, std::nan("")}) {
      for (int m = 0; m < 8; ++m) {
        const FilterStage stage = matchedStage(static_cast<FilterMode>(m), cutoff, q, 1e9);
        CHECK(std::isfinite(stage.direct + stage.first + stage.second + stage.behind));
        CHECK(std::fabs(stage.damp) <= 1.0F);
      }
    }
  }
}
