// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/snare.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

NodeRig headAlone() {
  NodeRig rig("snare");
  rig.set("SNAPPY", 0.0F);
  rig.set("DRIVE", 0.0F);
  rig.set("PITCH_DROP_SEMITONES", 0.0F);
  rig.set("AMP_DECAY_MS", 600.0F);
  rig.set("PAN", -1.0F);
  return rig;
}

double power(const NodeRig& rig, double fromHz, double toHz) {
  double sum = 0.0;
  for (double hz = fromHz; hz < toHz; hz += 20.0)
    sum += std::norm(test::dft(rig.left, hz / test::kRate, 0, 4800));
  return sum;
}

}  // namespace

TEST_CASE("the head has a mode at TUNE_HZ and one at 1.83 times that: TONE chooses") {
  for (const float tone : {0.0F, 1.0F}) {
    NodeRig rig = headAlone();
    rig.set("TUNE_HZ", 200.0F);
    rig.set("TONE", tone);
    rig.node().trigger(1.0F);
    rig.run(12000);
    const double hz = tone == 0.0F ? 200.0 : 366.0;
    CHECK(test::pitchOf(rig.left, 240, 9600) == doctest::Approx(hz).epsilon(1e-3));
  }
}

TEST_CASE("the head falls to 1/e in AMP_DECAY_MS, and its pitch by PITCH_DROP_SEMITONES") {
  NodeRig rig = headAlone();
  rig.set("TUNE_HZ", 200.0F);
  rig.set("TONE", 0.0F);
  rig.set("AMP_DECAY_MS", 100.0F);
  rig.node().trigger(1.0F);
  rig.run(24000);
  // Late, where nothing is saturated: whole periods of 240 frames.
  CHECK(test::rms(rig.left, 19200, 2400) / test::rms(rig.left, 14400, 2400) ==
        doctest::Approx(std::exp(-1.0)).epsilon(0.001));

  NodeRig falling = headAlone();
  falling.set("TUNE_HZ", 200.0F);
  falling.set("TONE", 0.0F);
  falling.set("PITCH_DROP_SEMITONES", 12.0F);
  falling.node().trigger(1.0F);
  falling.run(9600);
  int wrong = 0;
  for (std::size_t n = 0; n < 9600; ++n) {
    const double t = static_cast<double>(n) / test::kRate;
    const double turns = 200.0 * (t + 0.014 * (1.0 - std::exp(-t / 0.014)));
    const double expected = std::sin(2 * test::kPi * turns);
    if (std::fabs(expected) > 0.05 && (falling.left[n] > 0.0F) != (expected > 0.0)) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("the snares are a band from 1 to 8 kHz with a decay of their own") {
  double below = 0.0;
  double band = 0.0;
  double above = 0.0;
  double early = 0.0;
  double late = 0.0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    NodeRig rig("snare", seed);
    NodeRig head("snare", seed);
    rig.set("SNAPPY", 0.2F);
    head.set("SNAPPY", 0.0F);
    for (NodeRig* each : {&rig, &head}) {
      each->set("DRIVE", 0.0F);
      each->set("AMP_DECAY_MS", 10.0F);
      each->set("NOISE_DECAY_MS", 80.0F);
      each->node().trigger(1.0F);
      each->run(19200);
    }
    for (std::size_t n = 0; n < rig.left.size(); ++n) rig.left[n] -= head.left[n];
    if (seed < 10) {
      band += power(rig, 2000.0, 6000.0) / 4000.0;
      above += power(rig, 18000.0, 22000.0) / 4000.0;
      below += power(rig, 500.0, 600.0) / 100.0;
    }
    early += std::pow(test::rms(rig.left, 4800, 2400), 2);
    late += std::pow(test::rms(rig.left, 8640, 2400), 2);
  }
  CHECK(10.0 * std::log10(band / above) > 12.0);
  CHECK(10.0 * std::log10(band / below) > 6.0);
  CHECK(std::sqrt(late / early) == doctest::Approx(std::exp(-1.0)).epsilon(0.08));
}

TEST_CASE("SNAPPY is the level of the snares, DRIVE adds overtones to the head") {
  const auto hiss = [](float snappy) {
    NodeRig rig("snare");
    rig.set("SNAPPY", snappy);
    rig.node().trigger(1.0F);
    rig.run(9600);
    return std::sqrt(power(rig, 3000.0, 5000.0));
  };
  CHECK(hiss(1.0F) > 1.5 * hiss(0.5F));
  CHECK(hiss(0.5F) > 20.0 * hiss(0.0F));
  const auto third = [](float drive) {
    NodeRig rig = headAlone();
    rig.set("TONE", 0.0F);
    rig.set("TUNE_HZ", 200.0F);
    rig.set("DRIVE", drive);
    rig.node().trigger(1.0F);
    rig.run(9600);
    return std::abs(test::dft(rig.left, 600.0 / test::kRate, 0, 4800)) /
           std::abs(test::dft(rig.left, 200.0 / test::kRate, 0, 4800));
  };
  CHECK(third(1.0F) > 4.0 * third(0.0F));
}

TEST_CASE("a snare starts without a step, and again while it sounds without a click") {
  NodeRig rig = headAlone();
  rig.set("TUNE_HZ", 80.0F);
  rig.set("TONE", 0.0F);
  rig.node().trigger(1.0F);
  rig.run(750);
  CHECK(rig.left[0] == 0.0F);
  REQUIRE(std::fabs(rig.left.back()) > 0.3F);
  rig.node().trigger(1.0F);
  rig.run(4800);
  double steepest = 0.0;
  for (std::size_t n = 1; n < rig.left.size(); ++n)
    steepest = std::max(steepest, static_cast<double>(std::fabs(rig.left[n] - rig.left[n - 1])));
  CHECK(steepest < 0.05);
}

TEST_CASE("two snares in a row are not copies, two racks with one seed are") {
  NodeRig rig("snare", 3);
  NodeRig other("snare", 3);
  for (int hit = 0; hit < 2; ++hit) {
    rig.node().trigger(1.0F);
    rig.run(96000);
  }
  const std::vector<float> first(rig.left.begin(), rig.left.begin() + 96000);
  const std::vector<float> second(rig.left.begin() + 96000, rig.left.end());
  CHECK(first != second);
  // The second hit is the same, however soon it comes.
  other.node().trigger(1.0F);
  other.run(72000);
  other.node().trigger(1.0F);
  other.run(96000);
  CHECK(second == std::vector<float>(other.left.begin() + 72000, other.left.end()));
}
