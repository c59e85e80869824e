// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/antialiased-shaper.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dsp/measure.hpp"
#include "dsp/wave-shapes.hpp"

using namespace downbeat::dsp;
namespace test = downbeat::test;

namespace {

template <class Shape>
void checkIntegrals(const Shape& shape) {
  // Simpson's rule over small steps.
  constexpr double kStep = 0.01;
  for (double x = -6.0; x < 6.0; x += kStep) {
    const Shaped a = shape(bothOf(x));
    const Shaped m = shape(bothOf(x + kStep / 2));
    const Shaped b = shape(bothOf(x + kStep));
    const double once = kStep / 6.0 * (a.value[0] + 4.0 * m.value[0] + b.value[0]);
    const double twice = kStep / 6.0 * (a.once[0] + 4.0 * m.once[0] + b.once[0]);
    REQUIRE(std::fabs(b.once[0] - a.once[0] - once) < 1e-5);
    REQUIRE(std::fabs(b.twice[0] - a.twice[0] - twice) < 1e-7);
    REQUIRE(std::fabs(a.value[0]) <= 1.0);
    REQUIRE(a.value[0] == a.value[1]);
  }
  const double slope = (shape(bothOf(1e-4)).value[0] - shape(bothOf(-1e-4)).value[0]) / 2e-4;
  CHECK(slope == doctest::Approx(1.0).epsilon(1e-6));
  CHECK(shape(bothOf(0.0)).value[0] == 0.0);
}

/// The average of the curve over the triangle, by brute force.
template <class Shape>
double average(const Shape& shape, double before, double x, double after) {
  constexpr int kSteps = 20000;
  double sum = 0.0;
  for (int k = 0; k < kSteps; ++k) {
    const double u = (k + 0.5) / kSteps;
    sum += (1.0 - u) * (shape(bothOf(x + (after - x) * u)).value[0] +
                        shape(bothOf(x + (before - x) * u)).value[0]);
  }
  return sum / kSteps;
}

template <class Shape>
void checkAverages(const Shape& shape) {
  // The share of the point itself, from the gain at half the rate: (1/3 - p) / (1 - p).
  const double top = AntialiasedShaper::gainOfStraight(0.5);
  const double point = (1.0 / 3.0 - top) / (1.0 - top);
  test::Dice dice(3);
  for (const double size : {5.0, 0.5, 0.01, 0.002, 0.0005}) {
    AntialiasedShaper shaper;
    double x[3] = {0.3, 0.3, 0.3};
    shaper.reset(shape, bothOf(x[2]));
    for (int n = 0; n < 50; ++n) {
      x[0] = x[1];
      x[1] = x[2];
      x[2] = dice.uniform(-0.5, 0.5) * size + (size < 1.0 ? 0.7 : 0.0);
      const double got = shaper.next(shape, bothOf(x[2]))[0];
      if (n == 0) continue;
      const double wanted =
          (average(shape, x[0], x[1], x[2]) - point * shape(bothOf(x[1])).value[0]) / (1.0 - point);
      INFO(x[0], " ", x[1], " ", x[2]);
      REQUIRE(std::fabs(got - wanted) < 2e-6);
    }
  }
}

}  // namespace

TEST_CASE("the integrals of every curve are its integrals") {
  checkIntegrals(HardClip{});
  checkIntegrals(SoftClip{});
  checkIntegrals(AsymmetricClip{});
  checkIntegrals(SineFold{});
}

TEST_CASE("a fold is a sine, far out as well") {
  for (double x = -200.0; x < 200.0; x += 0.37) {
    REQUIRE(std::fabs(SineFold{}(bothOf(x)).value[1] - std::sin(x)) < 1e-12);
  }
}

TEST_CASE("each frame is the average of the curve over its neighbourhood, for any step") {
  checkAverages(HardClip{});
  checkAverages(SoftClip{});
  checkAverages(AsymmetricClip{});
  checkAverages(SineFold{});
}

TEST_CASE("a level that stands still becomes the curve at that level") {
  AntialiasedShaper shaper;
  shaper.reset(AsymmetricClip{}, bothOf(0.4));
  for (int n = 0; n < 10; ++n) {
    CHECK(shaper.next(AsymmetricClip{}, bothOf(0.4))[0] ==
          doctest::Approx(AsymmetricClip{}(bothOf(0.4)).value[0]).epsilon(1e-14));
  }
}
