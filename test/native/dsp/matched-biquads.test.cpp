// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/matched-biquads.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <vector>

#include "dsp/measure.hpp"

using namespace downbeat::dsp;
namespace test = downbeat::test;
using Complex = std::complex<double>;

namespace {

constexpr double kRate = 48000.0;

double digitalDb(const BiquadCoefficients& c, double hz) {
  const Complex z = std::polar(1.0, -2.0 * test::kPi * hz / kRate);
  return test::db(std::abs((c.b0 + c.b1 * z + c.b2 * z * z) / (1.0 + c.a1 * z + c.a2 * z * z)));
}

bool isStable(const BiquadCoefficients& c) {
  return std::fabs(c.a2) < 1.0 && std::fabs(c.a1) < 1.0 + c.a2;
}

/// The filters of the textbook, in s over the corner.
double bellDb(double x, double gainDb, double q) {
  const double a = std::pow(10.0, gainDb / 40.0);
  const Complex s(0.0, x);
  return test::db(std::abs((s * s + s * (a / q) + 1.0) / (s * s + s / (a * q) + 1.0)));
}
double lowShelfDb(double x, double gainDb, double q) {
  const double a = std::pow(10.0, gainDb / 40.0);
  const Complex s(0.0, x);
  const Complex middle = s * (std::sqrt(a) / q);
  return test::db(std::abs(a * (s * s + middle + a) / (a * s * s + middle + 1.0)));
}
double highShelfDb(double x, double gainDb, double q) { return lowShelfDb(1.0 / x, gainDb, q); }
double lowPassDb(double x, double q) {
  const Complex s(0.0, x);
  return test::db(std::abs(1.0 / (s * s + s / q + 1.0)));
}

std::vector<double> frequencies() {
  std::vector<double> result;
  for (double hz = 10.0; hz < 8000.0; hz *= 1.07) result.push_back(hz);
  result.push_back(8000.0);
  return result;
}

}  // namespace

TEST_CASE("bells are the analog ones within 0.1 dB up to 8 kHz, wherever their middle") {
  const auto hzs = frequencies();
  double worst = 0.0;
  for (double corner = 20.0; corner <= 20000.0; corner *= 1.17) {
    for (const double gainDb : {-18.0, -7.0, -1.0, 0.5, 3.0, 12.0, 18.0}) {
      for (const double q : {0.2, 0.5, 0.9, 2.0, 5.0, 12.0}) {
        const auto c = matchedBell(corner / kRate, gainDb, q);
        REQUIRE(isStable(c));
        for (const double hz : hzs) {
          worst = std::max(worst, std::fabs(digitalDb(c, hz) - bellDb(hz / corner, gainDb, q)));
        }
      }
    }
  }
  CHECK(worst < 0.1);
}

TEST_CASE("shelves are the analog ones within 0.1 dB up to 8 kHz, wherever their corner") {
  const auto hzs = frequencies();
  double worst = 0.0;
  for (double corner = 20.0; corner <= 20000.0; corner *= 1.17) {
    for (const double gainDb : {-18.0, -7.0, -1.0, 0.5, 3.0, 12.0, 18.0}) {
      for (const double q : {0.3, 0.5, 0.7071, 1.0, 2.0}) {
        const auto low = matchedLowShelf(corner / kRate, gainDb, q);
        const auto high = matchedHighShelf(corner / kRate, gainDb, q);
        REQUIRE(isStable(low));
        REQUIRE(isStable(high));
        for (const double hz : hzs) {
          const double x = hz / corner;
          worst = std::max(worst, std::fabs(digitalDb(low, hz) - lowShelfDb(x, gainDb, q)));
          worst = std::max(worst, std::fabs(digitalDb(high, hz) - highShelfDb(x, gainDb, q)));
        }
      }
    }
  }
  CHECK(worst < 0.1);
}

TEST_CASE("the passes are the analog ones within 0.1 dB up to 8 kHz") {
  const auto hzs = frequencies();
  double worst = 0.0;
  for (const double q : {0.3, 0.7071, 1.0, 2.0, 8.0}) {
    for (double corner = 10.0; corner <= 22000.0; corner *= 1.13) {
      const auto low = matchedLowPass(corner / kRate, q);
      REQUIRE(isStable(low));
      const auto high = matchedHighPass(corner / kRate, q);
      REQUIRE(isStable(high));
      for (const double hz : hzs) {
        const double x = hz / corner;
        if (lowPassDb(x, q) > -60.0) {
          worst = std::max(worst, std::fabs(digitalDb(low, hz) - lowPassDb(x, q)));
        }
        if (corner > 2400.0) continue;
        worst = std::max(worst, std::fabs(digitalDb(high, hz) - lowPassDb(1.0 / x, q)));
      }
    }
  }
  INFO(worst, " dB");
  CHECK(worst < 0.1);
  worst = 0.0;
  for (double corner = 10.0; corner <= 22000.0; corner *= 1.13) {
    const auto c = matchedOnePole(corner / kRate);
    for (const double hz : hzs) {
      const double analog = -10.0 * std::log10(1.0 + hz * hz / (corner * corner));
      worst = std::max(worst, std::fabs(digitalDb(c, hz) - analog));
      if (corner > 2400.0) continue;
      const double other = -10.0 * std::log10(1.0 + corner * corner / (hz * hz));
      worst = std::max(worst, std::fabs(digitalDb(matchedOneZero(corner / kRate), hz) - other));
    }
  }
  CHECK(worst < 0.1);
}

TEST_CASE("without gain a bell and a shelf are nothing at all, with their poles") {
  for (const auto& c : {matchedBell(0.1, 0.0, 1.0), matchedLowShelf(0.01, 0.0, 0.7),
                        matchedHighShelf(0.2, 0.0, 0.7)}) {
    CHECK(c.b0 == 1.0);
    CHECK(c.b1 == c.a1);
    CHECK(c.b2 == c.a2);
    CHECK(c.a1 != 0.0);
  }
}

TEST_CASE("a filter that glides from one setting to another does not click, and arrives") {
  StereoBiquad filter;
  filter.jumpTo(matchedBell(1000.0 / kRate, 18.0, 1.0));
  std::vector<float> out;
  const double w = 2.0 * test::kPi * 100.0 / kRate;
  for (int n = 0; n < 48000; ++n) {
    if (n == 24000) filter.glideTo(matchedBell(3000.0 / kRate, -18.0, 1.0), 240);
    const double x = std::sin(w * n);
    out.push_back(static_cast<float>(filter.next(StereoBiquad::Stereo{x, -x})[0]));
  }
  double steepest = 0.0;
  for (std::size_t n = 23900; n < 25000; ++n) {
    steepest = std::max(steepest, static_cast<double>(std::fabs(out[n] - out[n - 1])));
  }
  CHECK(steepest < 1.3 * w);
  const double level = test::db(std::abs(test::dft(out, 100.0 / kRate, 43200, 4800)) / 2400.0);
  CHECK(level == doctest::Approx(bellDb(100.0 / 3000.0, -18.0, 1.0)).epsilon(0.01));
  filter.glideTo(transparentLike(matchedBell(3000.0 / kRate, -18.0, 1.0)), 240);
  CHECK(!filter.isTransparent());
  for (int n = 0; n < 4800; ++n) filter.next(StereoBiquad::Stereo{0.5, -0.5});
  CHECK(filter.isTransparent());
  CHECK(filter.next(StereoBiquad::Stereo{0.3, 0.4})[1] == doctest::Approx(0.4));
}
