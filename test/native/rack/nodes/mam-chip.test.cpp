// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/mam-chip.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

/// A steady A4 for a second: 1200 frames are 11 periods.
NodeRig steady(float wave) {
  NodeRig rig("mam_chip");
  rig.set("WAVE", wave);
  rig.set("NOTE_SEMITONES", 69.0F);
  rig.set("ATTACK_MS", 0.0F);
  rig.set("DECAY_MS", 1000.0F);
  rig.set("SUSTAIN", 1.0F);
  return rig;
}

double harmonic(const NodeRig& rig, double number) {
  return 2.0 * std::abs(test::dft(rig.left, 440.0 * number / test::kRate, 4800, 36000)) / 36000.0;
}

}  // namespace

TEST_CASE("the chip's waves have the harmonics of their names and do not alias") {
  for (const int wave : {0, 1, 2}) {
    NodeRig rig = steady(static_cast<float>(wave));
    rig.node().trigger(1.0F);
    rig.run(43200);
    const double first = harmonic(rig, 1);
    INFO("wave ", wave);
    CHECK(test::db(harmonic(rig, 3) / first) ==
          doctest::Approx(wave == 1 ? -19.08 : -9.54).epsilon(0.01));
    CHECK(test::db(harmonic(rig, 2) / first) < (wave == 2 ? 0.0 : -70.0));
    for (const double between : {0.5, 1.5, 3.7, 20.3, 41.9})
      CHECK(test::db(harmonic(rig, between) / first) < -70.0);
    CHECK(test::pitchOf(rig.left, 4800, 40800) == doctest::Approx(440.0).epsilon(1e-5));
  }
}

TEST_CASE("a quarter pulse has no fourth harmonic") {
  NodeRig rig = steady(0.0F);
  rig.set("PULSE_WIDTH", 0.25F);
  rig.node().trigger(1.0F);
  rig.run(43200);
  CHECK(test::db(harmonic(rig, 4) / harmonic(rig, 1)) < -70.0);
  CHECK(test::db(harmonic(rig, 2) / harmonic(rig, 1)) > -4.0);
}

TEST_CASE("a hit lasts attack, decay and release: the gate is held until the sustain level") {
  NodeRig rig("mam_chip");
  rig.set("ATTACK_MS", 50.0F);
  rig.set("DECAY_MS", 100.0F);
  rig.set("SUSTAIN", 0.5F);
  rig.set("RELEASE_MS", 200.0F);
  rig.set("NOTE_SEMITONES", 93.0F);  // 1760 Hz
  rig.node().trigger(1.0F);
  rig.run(24000);
  const double top =
      test::peak(std::vector<float>(rig.left.begin() + 2390, rig.left.begin() + 2450));
  CHECK(test::peak(std::vector<float>(rig.left.begin(), rig.left.begin() + 1200)) < 0.55 * top);
  const double atGateEnd =
      test::peak(std::vector<float>(rig.left.begin() + 7150, rig.left.begin() + 7220));
  CHECK(atGateEnd == doctest::Approx(0.5 * top).epsilon(0.05));
  CHECK(test::peak(rig.left, 16500) > 0.0);
  CHECK(test::peak(rig.left, 16800 + 480) == 0.0);
}

TEST_CASE("noise of one bit has two levels, and follows the seed") {
  auto render = [](std::uint64_t seed) {
    NodeRig rig("mam_chip", seed);
    rig.set("NOISE_MIX", 1.0F);
    rig.set("ATTACK_MS", 0.0F);
    rig.set("DECAY_MS", 1000.0F);
    rig.set("SUSTAIN", 1.0F);
    rig.node().trigger(1.0F);
    rig.run(9600);
    return rig.left;
  };
  const auto a = render(1);
  CHECK(a == render(1));
  CHECK(a != render(2));
  const double level = std::fabs(a[5000]);
  for (std::size_t n = 4800; n < a.size(); ++n) CHECK(std::fabs(a[n]) == doctest::Approx(level));
  CHECK(std::fabs(test::mean(a, 1000)) < 0.1 * level);
}

TEST_CASE("SID mode is darker than PSG mode and moves by itself") {
  NodeRig psg = steady(0.0F);
  NodeRig sid = steady(0.0F);
  sid.set("MODE", 1.0F);
  for (NodeRig* rig : {&psg, &sid}) {
    rig->node().trigger(1.0F);
    rig->run(43200);
  }
  CHECK(harmonic(sid, 41) / harmonic(sid, 1) < 0.3 * harmonic(psg, 41) / harmonic(psg, 1));
  // The width drifts, so even harmonics come and go.
  CHECK(test::db(harmonic(sid, 2) / harmonic(sid, 1)) > -50.0);
}
