// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/chorus.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

/// Mean delay in frames of three voices whose first is at `turns` of its cycle.
double meanDelay(double turns, double delayFrames, double depthFrames) {
  double sum = 0.0;
  for (const double voice : {0.0, 0.5, 0.25}) {
    sum += delayFrames + depthFrames * (0.5 + 0.5 * std::sin(2.0 * test::kPi * (turns + voice)));
  }
  return sum / 3.0;
}

void feedLine(NodeRig& rig, int frames) {
  for (int n = 0; n < frames; ++n) rig.input.push_back(static_cast<float>(1e-5 * n));
}

}  // namespace

TEST_CASE("a chorus without depth is an echo, louder by the root of its voices") {
  for (const float voices : {2.0F, 3.0F, 4.0F}) {
    NodeRig rig("chorus");
    rig.set("VOICES", voices);
    rig.set("DEPTH_MS", 0.0F);
    rig.set("DELAY_MS", 10.0F);
    rig.set("MIX", 1.0F);
    rig.input = {1.0F};
    rig.run(960);
    for (std::size_t n = 0; n < 960; ++n) {
      if (n == 480) {
        CHECK(rig.left[n] == doctest::Approx(std::sqrt(voices)));
      } else {
        REQUIRE(std::fabs(rig.left[n]) < 1e-6F);
      }
    }
  }
}

TEST_CASE("the voices of a chorus move as sines, the right ones between the left ones") {
  // A line that rises comes out late by the mean delay of the voices.
  NodeRig rig("chorus");
  rig.set("VOICES", 3.0F);
  rig.set("RATE_HZ", 2.5F);
  rig.set("DEPTH_MS", 6.0F);
  rig.set("DELAY_MS", 5.0F);
  rig.set("MIX", 1.0F);
  feedLine(rig, 48000);
  rig.run(48000);
  for (std::size_t n = 1000; n < 48000; n += 7) {
    const double turns = 2.5 * static_cast<double>(n) / test::kRate;
    const auto at = static_cast<double>(n);
    // What is read in frame n was written n + 1 frames after the first: one write is behind it.
    const double left = std::sqrt(3.0) * 1e-5 * (at - meanDelay(turns, 240.0, 288.0));
    const double right = std::sqrt(3.0) * 1e-5 * (at - meanDelay(turns + 1.0 / 6, 240.0, 288.0));
    REQUIRE(std::fabs(rig.left[n] - left) < 2e-6);
    REQUIRE(std::fabs(rig.right[n] - right) < 2e-6);
  }
}

TEST_CASE("a chorus in beats is a chorus in Hz at that tempo") {
  NodeRig free("chorus");
  NodeRig synced("chorus");
  free.set("RATE_HZ", 0.8F);
  synced.set("RATE_BEATS", 2.0F);
  synced.set("RATE_HZ", 7.0F);
  synced.time.beatsPerFrame = 96.0 / 60.0 / test::kRate;
  test::Dice dice(1);
  for (int n = 0; n < 24000; ++n) {
    free.input.push_back(static_cast<float>(dice.uniform(-0.5, 0.5)));
  }
  synced.input = free.input;
  free.run(48000);
  synced.run(48000);
  for (std::size_t n = 0; n < 48000; ++n) {
    REQUIRE(std::fabs(free.left[n] - synced.left[n]) < 1e-4F);
  }
}

TEST_CASE("without spread both sides of a chorus are alike, with it they differ") {
  for (const float spread : {0.0F, 1.0F}) {
    NodeRig rig("chorus");
    rig.set("SPREAD", spread);
    test::Dice dice(1);
    for (int n = 0; n < 9600; ++n) {
      rig.input.push_back(static_cast<float>(dice.uniform(-0.5, 0.5)));
    }
    rig.run(9600);
    CHECK((rig.left == rig.right) == (spread == 0.0F));
  }
}

TEST_CASE("settings of a chorus that jump bend the pitch and do not click") {
  NodeRig rig("chorus");
  rig.set("MIX", 1.0F);
  for (int n = 0; n < 96000; ++n) {
    rig.input.push_back(
        static_cast<float>(0.3 * std::sin(2 * test::kPi * 200.0 / test::kRate * n)));
  }
  rig.run(24000);
  rig.set("DELAY_MS", 40.0F);
  rig.run(12000);
  rig.set("DEPTH_MS", 20.0F);
  rig.run(12000);
  rig.set("VOICES", 2.0F);
  rig.run(12000);
  rig.set("SPREAD", 0.0F);
  rig.run(12000);
  // Three voices at 1 / sqrt(3), read at most at about twice their speed.
  const double slope = std::sqrt(3.0) * 0.3 * 2 * test::kPi * 200.0 / test::kRate;
  for (std::size_t n = 4800; n < rig.left.size(); ++n) {
    REQUIRE(std::fabs(rig.left[n] - rig.left[n - 1]) < 2.5 * slope);
    REQUIRE(std::fabs(rig.right[n] - rig.right[n - 1]) < 2.5 * slope);
  }
}

TEST_CASE("feedback returns the mean of the voices: echo k at feedback^(k-1)") {
  NodeRig rig("chorus");
  rig.set("DEPTH_MS", 0.0F);
  rig.set("DELAY_MS", 10.0F);
  rig.set("FEEDBACK", -0.8F);
  rig.set("MIX", 1.0F);
  rig.input = {1.0F};
  rig.run(4800);
  for (std::size_t k = 1; k < 9; ++k) {
    CHECK(rig.left[480 * k] ==
          doctest::Approx(std::sqrt(3.0) * std::pow(-0.8, k - 1.0)).epsilon(1e-4));
  }
}
