// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/eq.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;
using Complex = std::complex<double>;

namespace {

Complex bell(double hz, double corner, double gainDb, double q) {
  const double a = std::pow(10.0, gainDb / 40.0);
  const Complex s(0.0, hz / corner);
  return (s * s + s * (a / q) + 1.0) / (s * s + s / (a * q) + 1.0);
}
Complex lowShelf(double hz, double corner, double gainDb, double q) {
  const double a = std::pow(10.0, gainDb / 40.0);
  const Complex s(0.0, hz / corner);
  const Complex middle = s * (std::sqrt(a) / q);
  return a * (s * s + middle + a) / (a * s * s + middle + 1.0);
}
Complex highShelf(double hz, double corner, double gainDb, double q) {
  const double a = std::pow(10.0, gainDb / 40.0);
  const Complex s(0.0, hz / corner);
  const Complex middle = s * (std::sqrt(a) / q);
  return a * (a * s * s + middle + 1.0) / (s * s + middle + a);
}
Complex lowPass(double x, double q) {
  const Complex s(0.0, x);
  return 1.0 / (s * s + s / q + 1.0);
}

void feedNoise(NodeRig& rig, int frames) {
  test::Dice dice(1);
  for (int n = 0; n < frames; ++n) {
    rig.input.push_back(static_cast<float>(dice.uniform(-0.9, 0.9)));
  }
}

}  // namespace

TEST_CASE("a flat equaliser is its input, bit for bit") {
  NodeRig rig("eq");
  feedNoise(rig, 4800);
  rig.run(4800);
  CHECK(rig.left == rig.input);
  CHECK(rig.right == rig.input);
}

TEST_CASE("all bands together are the analog ones within 0.1 dB up to 8 kHz") {
  NodeRig rig("eq");
  rig.set("LOW_CUT_HZ", 60.0F);
  rig.set("LOW_CUT_Q", 1.2F);
  rig.set("HIGH_CUT_HZ", 14000.0F);
  rig.set("LOW_SHELF_HZ", 150.0F);
  rig.set("LOW_SHELF_DB", -5.0F);
  rig.set("BELL1_HZ", 400.0F);
  rig.set("BELL1_DB", 9.0F);
  rig.set("BELL1_Q", 3.0F);
  rig.set("BELL2_HZ", 2500.0F);
  rig.set("BELL2_DB", -7.0F);
  rig.set("BELL2_Q", 0.6F);
  rig.set("BELL3_HZ", 11000.0F);
  rig.set("BELL3_DB", 12.0F);
  rig.set("BELL3_Q", 0.8F);
  rig.set("HIGH_SHELF_HZ", 7000.0F);
  rig.set("HIGH_SHELF_DB", 6.0F);
  rig.input = {1.0F};
  rig.run(48000);
  for (double hz = 30.0; hz <= 8000.0; hz *= 1.2) {
    const Complex analog = lowPass(60.0 / hz, 1.2) * lowPass(hz / 14000.0, 0.7071) *
                           lowShelf(hz, 150.0, -5.0, 0.7071) * bell(hz, 400.0, 9.0, 3.0) *
                           bell(hz, 2500.0, -7.0, 0.6) * bell(hz, 11000.0, 12.0, 0.8) *
                           highShelf(hz, 7000.0, 6.0, 0.7071);
    const double digital = test::db(std::abs(test::dft(rig.left, hz / test::kRate)));
    INFO(hz, " Hz");
    CHECK(std::fabs(digital - test::db(std::abs(analog))) < 0.1);
  }
  CHECK(rig.left == rig.right);
}

TEST_CASE("a band that is switched on, moved and off again does not click, and is gone") {
  NodeRig rig("eq");
  for (int n = 0; n < 96000; ++n) {
    rig.input.push_back(
        static_cast<float>(0.5 * std::sin(2 * test::kPi * 200.0 / test::kRate * n)));
  }
  rig.run(9600);
  rig.set("BELL1_HZ", 3000.0F);
  rig.set("BELL1_DB", 12.0F);
  rig.run(9600);
  rig.set("BELL1_HZ", 6000.0F);
  rig.run(9600);
  rig.set("HIGH_CUT_HZ", 2000.0F);
  rig.set("LOW_CUT_HZ", 30.0F);
  rig.run(9600);
  rig.set("BELL1_DB", 0.0F);
  rig.set("HIGH_CUT_HZ", 22000.0F);
  rig.set("LOW_CUT_HZ", 10.0F);
  rig.run(57600);
  const double slope = 0.5 * 2 * test::kPi * 200.0 / test::kRate;
  for (std::size_t n = 1; n < 96000; ++n) {
    REQUIRE(std::fabs(rig.left[n] - rig.left[n - 1]) < 1.4 * slope);
  }
  for (std::size_t n = 80000; n < 96000; ++n) REQUIRE(rig.left[n] == rig.input[n]);
}

TEST_CASE("an equaliser forgets infinity and not-a-number") {
  NodeRig rig("eq");
  rig.set("BELL1_DB", 6.0F);
  feedNoise(rig, 4800);
  rig.input[100] = INFINITY;
  rig.input[200] = NAN;
  rig.run(4800);
  REQUIRE(test::isFinite(rig.left));
}
