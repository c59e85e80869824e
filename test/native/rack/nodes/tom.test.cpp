// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/tom.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

NodeRig toneAlone() {
  NodeRig rig("tom");
  rig.set("TONE", 0.0F);
  rig.set("CLICK", 0.0F);
  rig.set("SKIN", 0.0F);
  rig.set("PAN", -1.0F);
  rig.set("GAIN", 1.0F);
  return rig;
}

}  // namespace

TEST_CASE(
    "a tom is a sine whose pitch falls to TUNE_HZ and whose level falls to 1/e in its decay") {
  NodeRig rig = toneAlone();
  rig.set("TUNE_HZ", 90.0F);
  rig.set("PITCH_DROP_SEMITONES", 9.0F);
  rig.set("PITCH_DECAY_MS", 50.0F);
  rig.set("AMP_DECAY_MS", 300.0F);
  rig.node().trigger(0.7F);
  rig.run(24000);
  const double drop = std::exp2(9.0 / 12.0) - 1.0;
  double worst = 0.0;
  for (std::size_t n = 0; n < rig.left.size(); ++n) {
    const double t = static_cast<double>(n) / test::kRate;
    const double turns = 90.0 * (t + drop * 0.05 * (1.0 - std::exp(-t / 0.05)));
    const double expected = 0.7 * 0.9 * std::exp(-t / 0.3) * std::sin(2 * test::kPi * turns);
    worst = std::max(worst, std::fabs(rig.left[n] - expected));
  }
  // Half a frame of the highest pitch is what an integral is ahead of a sum.
  CHECK(worst < 0.63 * 2 * test::kPi * 90.0 * drop * 0.5 / test::kRate * 1.1);
}

TEST_CASE("TONE adds a membrane's second mode, no louder at the start than the tone alone") {
  NodeRig rig = toneAlone();
  rig.set("TUNE_HZ", 100.0F);
  rig.set("PITCH_DROP_SEMITONES", 0.0F);
  rig.set("AMP_DECAY_MS", 1500.0F);
  rig.set("TONE", 1.0F);
  rig.node().trigger(1.0F);
  rig.run(14400);
  const auto at = [&](double hz) {
    return std::abs(test::dft(rig.left, hz / test::kRate, 0, 4800));
  };
  CHECK(at(159.3) > 0.3 * at(100.0));
  CHECK(at(159.3) < 0.6 * at(100.0));
  CHECK(test::peak(rig.left) <= 0.9);
}

TEST_CASE("the click is short and high, the skin is noise that lasts a fifth of the tone") {
  const auto without = [](const char* name, float value) {
    NodeRig with = toneAlone();
    NodeRig bare = toneAlone();
    with.set(name, value);
    for (NodeRig* rig : {&with, &bare}) {
      rig->set("AMP_DECAY_MS", 400.0F);
      rig->node().trigger(1.0F);
      rig->run(24000);
    }
    for (std::size_t n = 0; n < with.left.size(); ++n) with.left[n] -= bare.left[n];
    return with.left;
  };
  const auto click = without("CLICK", 1.0F);
  for (std::size_t n = 0; n < 480; ++n) {
    const double t = static_cast<double>(n) / test::kRate;
    CHECK(std::fabs(click[n] - std::exp(-t / 0.0014) * std::sin(2 * test::kPi * 1900.0 * t)) <
          1e-4);
  }
  const auto skin = without("SKIN", 1.0F);
  CHECK(test::rms(skin, 0, 4800) > 0.05);
  CHECK(test::rms(skin, 9600, 4800) / test::rms(skin, 0, 4800) ==
        doctest::Approx(std::exp(-0.2 / 0.088)).epsilon(0.35));
}

TEST_CASE("the skin is new at every hit and the same for the same seed") {
  NodeRig rig("tom", 3);
  NodeRig other("tom", 3);
  NodeRig third("tom", 4);
  for (NodeRig* each : {&rig, &other, &third}) {
    for (int hit = 0; hit < 2; ++hit) {
      each->node().trigger(1.0F);
      each->run(192000);
    }
  }
  CHECK(rig.left == other.left);
  CHECK(rig.left != third.left);
  CHECK(std::vector<float>(rig.left.begin(), rig.left.begin() + 192000) !=
        std::vector<float>(rig.left.begin() + 192000, rig.left.end()));
}

TEST_CASE("a tom that is hit again while it sounds does not click") {
  NodeRig rig = toneAlone();
  rig.set("TUNE_HZ", 60.0F);
  rig.set("PITCH_DROP_SEMITONES", 0.0F);
  rig.set("AMP_DECAY_MS", 1000.0F);
  rig.node().trigger(1.0F);
  rig.run(200 + 800 * 2);
  REQUIRE(std::fabs(rig.left.back()) > 0.8F);
  rig.node().trigger(1.0F);
  rig.run(9600);
  double steepest = 0.0;
  for (std::size_t n = 1; n < rig.left.size(); ++n)
    steepest = std::max(steepest, static_cast<double>(std::fabs(rig.left[n] - rig.left[n - 1])));
  CHECK(steepest < 0.04);
}
