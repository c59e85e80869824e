// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/meter.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

rack::MeterValues valuesOf(NodeRig& rig) {
  rack::MeterValues values;
  REQUIRE(rig.node().readMeter(values));
  return values;
}

}  // namespace

TEST_CASE("a meter passes its sound bit for bit and measures both sides") {
  NodeRig rig("meter", {{"target", "the bass"}});
  for (int n = 0; n < 96000; ++n) {
    const auto sine = static_cast<float>(std::sin(2 * test::kPi * 997.0 / test::kRate * n));
    rig.input.push_back(sine);
    rig.inputRight.push_back(0.5F * sine);
  }
  rig.run(96000);
  CHECK(rig.left == rig.input);
  CHECK(rig.right == rig.inputRight);
  const rack::MeterValues values = valuesOf(rig);
  CHECK(std::fabs(test::db(values.peak[0])) < 0.001);
  CHECK(std::fabs(test::db(values.rms[0]) + 3.01) < 0.02);
  CHECK(std::fabs(test::db(values.peak[1]) + 6.02) < 0.001);
  CHECK(std::fabs(test::db(values.rms[1]) + 9.03) < 0.02);
  CHECK(values.overs[0] == 0);
}

TEST_CASE("HOLD_MS keeps the peak on display, then it falls by 12 dB a second") {
  for (const float hold : {0.0F, 2000.0F}) {
    NodeRig rig("meter");
    rig.set("HOLD_MS", hold);
    rig.input.assign(4800, 1.0F);
    rig.run(48000);
    const double expected = hold > 0.0F ? 0.0 : -12.0 * 0.9;
    CHECK(std::fabs(test::db(valuesOf(rig).peak[0]) - expected) < 0.2);
    rig.node().reset();
    CHECK(valuesOf(rig).peak[0] == 0.0F);
  }
}

TEST_CASE("a node that is no meter measures nothing") {
  NodeRig rig("delay");
  rack::MeterValues values;
  CHECK_FALSE(rig.node().readMeter(values));
}
