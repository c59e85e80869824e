// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/kick.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

TEST_CASE("the kick's phase is the integral of a pitch that falls from F0 to FEND") {
  NodeRig rig("kick");
  rig.set("F0", 180.0F);
  rig.set("FEND", 45.0F);
  rig.set("PITCH_DECAY_MS", 35.0F);
  rig.node().trigger(1.0F);
  rig.run(24000);
  for (std::size_t n = 0; n < rig.left.size(); ++n) {
    const double t = static_cast<double>(n) / test::kRate;
    const double turns = 45.0 * t + (180.0 - 45.0) * 0.035 * (1.0 - std::exp(-t / 0.035));
    const double expected = std::sin(2 * test::kPi * turns);
    if (std::fabs(expected) > 0.02) CHECK((rig.left[n] > 0.0F) == (expected > 0.0));
  }
}

TEST_CASE("the kick falls to 1/e in its amplitude decay once the saturation has let go") {
  NodeRig rig("kick");
  rig.set("AMP_DECAY_MS", 100.0F);
  rig.set("F0", 60.0F);
  rig.set("FEND", 60.0F);
  rig.node().trigger(1.0F);
  rig.run(48000);
  // Whole periods of 800 frames.
  const double early = test::rms(rig.left, 19200, 2400);
  const double late = test::rms(rig.left, 24000, 2400);
  CHECK(late / early == doctest::Approx(std::exp(-1.0)).epsilon(0.01));
}

TEST_CASE("the kick peaks at its gain times the velocity, and starts without a step") {
  for (const float gain : {0.3F, 0.9F, 1.5F}) {
    NodeRig rig("kick");
    rig.set("GAIN", gain);
    rig.node().trigger(0.8F);
    rig.run(9600);
    CHECK(rig.left[0] == 0.0F);
    CHECK(test::peak(rig.left) <= gain * 0.8);
    CHECK(test::peak(rig.left) > gain * 0.8 * 0.9);
  }
}

TEST_CASE("the click is short and bright") {
  NodeRig with("kick");
  NodeRig without("kick");
  with.set("CLICK", 1.0F);
  with.node().trigger(1.0F);
  without.node().trigger(1.0F);
  with.run(4800);
  without.run(4800);
  std::vector<float> click(4800);
  for (std::size_t n = 0; n < click.size(); ++n) click[n] = with.left[n] - without.left[n];
  CHECK(test::peak(click) > 0.3);
  CHECK(test::peak(click, 960) < 0.001);
  const double bright = std::abs(test::dft(click, 2300.0 / test::kRate));
  const double dark = std::abs(test::dft(click, 80.0 / test::kRate));
  CHECK(bright > 4.0 * dark);
}

TEST_CASE("LOOP plays the kick on every beat of BPM, without drift") {
  NodeRig rig("kick");
  rig.set("AMP_DECAY_MS", 50.0F);
  rig.set("FEND", 100.0F);
  rig.set("BPM", 97.0F);
  rig.run(4800);
  CHECK(test::peak(rig.left) == 0.0);
  rig.set("LOOP", 1.0F);
  rig.run(48000 * 30);
  const double period = 60.0 * test::kRate / 97.0;
  int beats = 0;
  std::size_t quietSince = 0;
  for (std::size_t n = 0; n < rig.left.size(); ++n) {
    if (std::fabs(rig.left[n]) < 2e-3F) continue;
    if (n == quietSince || n - quietSince > 4000) {
      const double expected = 4800.0 + beats * period;
      CHECK(std::fabs(static_cast<double>(n) - 1.0 - std::round(expected)) <= 1.0);
      ++beats;
    }
    quietSince = n;
  }
  CHECK(beats == static_cast<int>(48000 * 30 / period) + 1);
}
