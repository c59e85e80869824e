// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/half-band.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dsp/measure.hpp"

using namespace downbeat;

namespace {

/// What comes out of a sine of height 1 at `hz` at 96 kHz, once it has settled.
std::vector<float> through(double hz, std::size_t frames = 9600) {
  dsp::HalfBandDecimator filter;
  std::vector<float> out;
  const auto sine = [&](std::size_t n) {
    return static_cast<float>(std::sin(2 * test::kPi * hz * static_cast<double>(n) / 96000.0));
  };
  for (std::size_t n = 0; n < frames + 960; ++n) {
    const float value = filter.next(sine(2 * n), sine(2 * n + 1));
    if (n >= 960) out.push_back(value);
  }
  return out;
}

}  // namespace

TEST_CASE("the half-band filter passes up to 20 kHz and stops from 28 kHz") {
  for (const double hz : {20.0, 1000.0, 9000.0, 15000.0, 19000.0, 19900.0}) {
    INFO(hz, " Hz");
    CHECK(test::db(test::rms(through(hz)) * std::sqrt(2.0)) == doctest::Approx(0.0).epsilon(1e-4));
  }
  for (const double hz : {28100.0, 30000.0, 37000.0, 45000.0, 47900.0}) {
    INFO(hz, " Hz");
    CHECK(test::db(test::rms(through(hz)) * std::sqrt(2.0)) < -98.0);
  }
}

TEST_CASE("the half-band filter delays low frequencies by 1.8 frames") {
  const auto out = through(100.0, 48000);
  const auto bin = test::dft(out, 100.0 / 48000.0);
  // Of a sine that was at frame 960 when `out` began; the second of two half frames is "now".
  const double expected = 2 * test::kPi * std::fmod(100.0 * 960.0 / 48000.0, 1.0) - test::kPi / 2;
  const double late = std::remainder(expected - std::arg(bin), 2 * test::kPi);
  CHECK(late / (2 * test::kPi * 100.0) * 48000.0 == doctest::Approx(1.8 - 0.5).epsilon(0.01));
}

TEST_CASE("the half-band filter falls silent, without denormals") {
  dsp::HalfBandDecimator filter;
  CHECK(filter.isSilent());
  filter.next(1.0F, -0.5F);
  CHECK_FALSE(filter.isSilent());
  float last = 1.0F;
  for (int n = 0; n < 4800; ++n) {
    last = filter.next(0.0F, 0.0F);
    REQUIRE(std::fpclassify(last) != FP_SUBNORMAL);
  }
  CHECK(last == 0.0F);
  CHECK(filter.isSilent());
}
