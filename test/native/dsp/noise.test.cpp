// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/noise.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dsp/measure.hpp"

using downbeat::dsp::Noise;
namespace test = downbeat::test;

namespace {
std::vector<float> run(std::uint64_t seed, std::uint32_t count) {
  const Noise noise(seed);
  std::vector<float> x(count);
  for (std::uint32_t n = 0; n < count; ++n) x[n] = noise.at(n);
  return x;
}
}  // namespace

TEST_CASE("noise is the same for the same seed and counter, in any order") {
  const Noise a(7);
  const Noise b(7);
  for (std::uint32_t n = 1000; n-- > 0;) CHECK(a.bits(n) == b.bits(n));
}

TEST_CASE("noise is uniform in [-1, 1): mean 0, variance 1/3") {
  const auto x = run(1, 1 << 18);
  CHECK(std::fabs(test::mean(x)) < 0.006);
  CHECK(test::rms(x) == doctest::Approx(std::sqrt(1.0 / 3.0)).epsilon(0.005));
  for (const float value : x) CHECK((value >= -1.0F && value < 1.0F));
}

TEST_CASE("noise is white: no lag of it resembles it") {
  const auto x = run(2, 1 << 16);
  for (std::size_t lag : {1, 2, 3, 4, 8, 16, 64, 100, 256, 1000, 4096}) {
    double sum = 0.0;
    for (std::size_t n = 0; n + lag < x.size(); ++n) sum += x[n] * x[n + lag];
    CHECK(std::fabs(sum / static_cast<double>(x.size())) < 0.008);
  }
}

TEST_CASE("neighbouring seeds give unrelated noise") {
  const auto x = run(100, 1 << 16);
  for (std::uint64_t seed : {0ULL, 101ULL, 102ULL, 100ULL + (1ULL << 32), 100ULL + (1ULL << 63)}) {
    const auto y = run(seed, 1 << 16);
    double sum = 0.0;
    for (std::size_t n = 0; n < x.size(); ++n) sum += x[n] * y[n];
    CHECK(std::fabs(sum / static_cast<double>(x.size())) < 0.008);
  }
}
