// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/filter-bank.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

NodeRig bankOf(float count, float lowHz, float highHz, float q, float spread) {
  NodeRig rig("filter_bank");
  rig.set("COUNT", count);
  rig.set("LOW_HZ", lowHz);
  rig.set("HIGH_HZ", highHz);
  rig.set("Q", q);
  rig.set("SPREAD", spread);
  rig.set("MIX", 1.0F);
  return rig;
}

double gain(const std::vector<float>& response, double hz) {
  return test::db(std::abs(test::dft(response, hz / test::kRate)));
}

}  // namespace

TEST_CASE("the resonator bank rings at its bands, in equal ratios from low to high") {
  NodeRig rig = bankOf(4.0F, 250.0F, 2000.0F, 60.0F, 0.0F);
  rig.input = {1.0F};
  rig.run(96000);
  for (const double hz : {250.0, 500.0, 1000.0, 2000.0}) {
    CHECK(std::fabs(gain(rig.left, hz)) < 0.1);
    CHECK(gain(rig.left, hz * 1.4142) < -25.0);
  }
  CHECK(rig.left == rig.right);
}

TEST_CASE("however dense the bands, what they hear comes through at its level") {
  for (const float spread : {0.0F, 0.5F, 1.0F}) {
    for (const float count : {200.0F, 500.0F, 1000.0F}) {
      NodeRig rig = bankOf(count, 40.0F, 15000.0F, 8.0F, spread);
      rig.input = {1.0F};
      rig.run(48000);
      for (const double hz : {300.0, 1000.0, 3000.0}) {
        INFO(count, " bands, spread ", spread, " at ", hz, ": ", gain(rig.left, hz));
        CHECK(std::fabs(gain(rig.left, hz)) < 1.5);
        CHECK(std::fabs(gain(rig.right, hz)) < 1.5);
      }
    }
  }
}

TEST_CASE("spread sends the bands left and right by turns") {
  NodeRig rig = bankOf(4.0F, 250.0F, 2000.0F, 60.0F, 1.0F);
  rig.input = {1.0F};
  rig.run(96000);
  for (const double hz : {250.0, 1000.0}) {
    CHECK(std::fabs(gain(rig.left, hz)) < 0.1);
    CHECK(gain(rig.right, hz) < -25.0);
  }
  for (const double hz : {500.0, 2000.0}) {
    CHECK(std::fabs(gain(rig.right, hz)) < 0.1);
    CHECK(gain(rig.left, hz) < -25.0);
  }
}

TEST_CASE("the bank rings for as long as its Q says") {
  // Down to 37 % after Q periods / pi.
  NodeRig rig = bankOf(1.0F, 1000.0F, 2000.0F, 100.0F, 0.0F);
  rig.input = {1.0F};
  rig.run(9600);
  const double frames = 100.0 / (test::kPi * 1000.0) * test::kRate;
  const double early = test::rms(rig.left, 480, 480);
  const double late = test::rms(rig.left, 480 + static_cast<std::size_t>(frames), 480);
  CHECK(late / early == doctest::Approx(std::exp(-1.0)).epsilon(0.01));
}

TEST_CASE("gain and mix of the bank are straight") {
  auto render = [](float mix, float gainDb) {
    NodeRig rig = bankOf(24.0F, 80.0F, 8000.0F, 30.0F, 0.5F);
    rig.set("MIX", mix);
    rig.set("GAIN_DB", gainDb);
    test::Dice dice(1);
    for (int n = 0; n < 4800; ++n) {
      rig.input.push_back(static_cast<float>(dice.uniform(-1.0, 1.0)));
    }
    rig.run(4800);
    return rig;
  };
  const NodeRig wet = render(1.0F, 0.0F);
  const NodeRig loud = render(1.0F, 6.0206F);
  const NodeRig half = render(0.5F, 0.0F);
  const NodeRig dry = render(0.0F, 0.0F);
  CHECK(dry.left == dry.input);
  for (std::size_t n = 0; n < 4800; ++n) {
    REQUIRE(loud.left[n] == doctest::Approx(2.0 * wet.left[n]).epsilon(1e-4).scale(0.1));
    REQUIRE(half.left[n] ==
            doctest::Approx(0.5 * (wet.left[n] + wet.input[n])).epsilon(1e-5).scale(1.0));
  }
}

TEST_CASE("a bank whose range moves does not click") {
  NodeRig rig = bankOf(200.0F, 100.0F, 2000.0F, 20.0F, 0.5F);
  for (int n = 0; n < 48000; ++n) {
    rig.input.push_back(static_cast<float>(std::sin(2 * test::kPi * 300.0 * n / test::kRate)));
  }
  rig.run(12000);
  rig.set("LOW_HZ", 60.0F);
  rig.set("HIGH_HZ", 9000.0F);
  rig.set("COUNT", 500.0F);
  rig.run(12000);
  rig.set("COUNT", 12.0F);
  rig.run(12000);
  double steepest = 0.0;
  for (std::size_t n = 1; n < rig.left.size(); ++n) {
    steepest = std::fmax(steepest, std::fabs(rig.left[n] - rig.left[n - 1]));
  }
  INFO("steepest ", steepest);
  CHECK(steepest < 0.15);
}

TEST_CASE("a thousand bands that ring together round off below six times full scale") {
  NodeRig rig = bankOf(1000.0F, 300.0F, 20000.0F, 1.0F, 0.0F);
  rig.set("GAIN_DB", 24.0F);
  rig.input.assign(9600, 1.0F);
  for (std::size_t n = 0; n < 9600; n += 96) rig.input[n] = -1.0F;
  rig.run(9600);
  CHECK(test::peak(rig.left) > 3.0);
  CHECK(test::peak(rig.left) <= 6.0);
}
