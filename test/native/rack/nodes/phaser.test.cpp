// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/phaser.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;
using Complex = std::complex<double>;

namespace {

/// Of the all-passes, at `hz` with their corner at `centerHz`.
Complex chain(int stages, double hz, double centerHz) {
  const double g =
      std::tan(test::kPi * hz / test::kRate) / std::tan(test::kPi * centerHz / test::kRate);
  return std::pow((1.0 - Complex(0.0, g)) / (1.0 + Complex(0.0, g)), stages);
}

}  // namespace

TEST_CASE("a phaser that stands still has the notches of its all-passes") {
  for (const int stages : {4, 6, 8, 12}) {
    NodeRig rig("phaser");
    rig.set("STAGES", static_cast<float>(stages));
    rig.set("DEPTH", 0.0F);
    rig.set("FEEDBACK", 0.0F);
    rig.set("CENTER_HZ", 1000.0F);
    rig.input = {1.0F};
    rig.run(9600);
    for (const double hz : {50.0, 170.0, 300.0, 577.0, 1000.0, 1414.0, 3000.0, 8000.0, 15000.0}) {
      const double wanted = std::abs(0.5 + 0.5 * chain(stages, hz, 1000.0));
      INFO(stages, " stages at ", hz);
      CHECK(std::fabs(std::abs(test::dft(rig.left, hz / test::kRate)) - wanted) < 1e-4);
    }
  }
}

TEST_CASE("feedback of a phaser goes round with a frame of delay") {
  for (const double feedback : {-0.7, 0.9}) {
    NodeRig rig("phaser");
    rig.set("STAGES", 8.0F);
    rig.set("DEPTH", 0.0F);
    rig.set("FEEDBACK", static_cast<float>(feedback));
    rig.set("CENTER_HZ", 500.0F);
    rig.set("MIX", 1.0F);
    rig.input = {0.2F};
    rig.run(48000);
    for (const double hz : {100.0, 400.0, 900.0, 5000.0}) {
      const Complex once = chain(8, hz, 500.0);
      const Complex back = std::polar(feedback, -2.0 * test::kPi * hz / test::kRate);
      const double wanted = 0.2 * std::abs(once / (1.0 - back * once));
      INFO(feedback, " at ", hz);
      CHECK(std::abs(test::dft(rig.left, hz / test::kRate)) ==
            doctest::Approx(wanted).epsilon(1e-3));
    }
  }
}

TEST_CASE("a phaser sweeps by octaves around its center, once in a cycle") {
  // A slow sweep stands nearly still where it turns, 1.25 octaves up and down.
  const double top = 600.0 * std::exp2(1.25);
  const double bottom = 600.0 * std::exp2(-1.25);
  for (const double hz : {200.0, 430.0, 900.0}) {
    NodeRig rig("phaser");
    rig.set("STAGES", 4.0F);
    rig.set("DEPTH", 0.5F);
    rig.set("FEEDBACK", 0.0F);
    rig.set("CENTER_HZ", 600.0F);
    rig.set("RATE_HZ", 0.05F);
    rig.set("SPREAD", 1.0F);
    for (int n = 0; n < 260000; ++n) {
      rig.input.push_back(static_cast<float>(std::sin(2 * test::kPi * hz / test::kRate * n)));
    }
    rig.run(260000);
    // A quarter of 20 s; the right side is half a cycle ahead.
    const double left = std::abs(0.5 + 0.5 * chain(4, hz, top)) / std::sqrt(2.0);
    const double right = std::abs(0.5 + 0.5 * chain(4, hz, bottom)) / std::sqrt(2.0);
    INFO(hz, " Hz");
    CHECK(std::fabs(test::rms(rig.left, 237600, 4800) - left) < 0.01);
    CHECK(std::fabs(test::rms(rig.right, 237600, 4800) - right) < 0.01);
  }
}

TEST_CASE("a phaser in beats is a phaser in Hz at that tempo") {
  NodeRig free("phaser");
  NodeRig synced("phaser");
  free.set("RATE_HZ", 0.8F);
  synced.set("RATE_BEATS", 2.0F);
  synced.time.beatsPerFrame = 96.0 / 60.0 / test::kRate;
  test::Dice dice(1);
  for (int n = 0; n < 24000; ++n) {
    free.input.push_back(static_cast<float>(dice.uniform(-0.5, 0.5)));
  }
  synced.input = free.input;
  free.run(24000);
  synced.run(24000);
  for (std::size_t n = 0; n < 24000; ++n) {
    REQUIRE(std::fabs(free.right[n] - synced.right[n]) < 1e-4F);
  }
}

TEST_CASE("a phaser moves no faster than its sweep: no steps in a sine") {
  NodeRig rig("phaser");
  rig.set("RATE_HZ", 8.0F);
  rig.set("DEPTH", 1.0F);
  rig.set("FEEDBACK", 0.0F);
  rig.set("MIX", 1.0F);
  for (int n = 0; n < 48000; ++n) {
    rig.input.push_back(static_cast<float>(std::sin(2 * test::kPi * 200.0 / test::kRate * n)));
  }
  rig.run(48000);
  // The sweep of 5 octaves in 1/16 s moves the phase by at most a few turns in that time.
  const double slope = 2 * test::kPi * 200.0 / test::kRate;
  for (std::size_t n = 1000; n < 48000; ++n) {
    REQUIRE(std::fabs(rig.left[n] - rig.left[n - 1]) < 2.0 * slope);
  }
}
