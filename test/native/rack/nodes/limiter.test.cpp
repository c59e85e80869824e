// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/limiter.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

TEST_CASE("true peaks stay below the ceiling with every look-ahead, and it says how late it is") {
  const struct {
    const char* lookaheadMs;
    std::uint32_t latency;
  } cases[] = {{"", 87}, {"1", 87}, {"2", 135}, {"5", 279}, {"10", 519}};
  for (const auto& c : cases) {
    std::vector<rack::NodeText> texts;
    if (c.lookaheadMs[0] != '\0') texts.push_back({"lookaheadMs", c.lookaheadMs});
    NodeRig rig("limiter", texts);
    CHECK(rig.node().latencyFrames() == c.latency);
    rig.set("INPUT_GAIN_DB", 12.0F);
    rig.set("CEILING_DB", -3.0F);
    test::Dice dice(2);
    for (int n = 0; n < 9600; ++n) {
      const double height = n / 2000 % 2 == 0 ? 1.0 : 0.1;
      rig.input.push_back(static_cast<float>(dice.uniform(-height, height)));
    }
    rig.run(9600);
    INFO(std::string(c.lookaheadMs));
    CHECK(test::db(test::truePeak8(rig.left)) <= -3.0);
    CHECK(test::db(test::truePeak8(rig.left)) > -4.5);
  }
}

TEST_CASE("what stays below the ceiling passes bit for bit, at unity gain") {
  NodeRig rig("limiter");
  for (int n = 0; n < 9600; ++n) rig.input.push_back(static_cast<float>(0.8 * std::sin(0.05 * n)));
  rig.run(9600);
  for (std::size_t n = 0; n < 9600; ++n) {
    REQUIRE(rig.left[n] == (n < 87 ? 0.0F : rig.input[n - 87]));
  }
}

TEST_CASE("below the ceiling the threshold bends: level and ceiling are never reached") {
  NodeRig rig("limiter");
  rig.set("CEILING_DB", 0.0F);
  rig.set("THRESHOLD_DB", -12.0F);
  rig.input.assign(9600, 0.9F);
  rig.run(9600);
  const double knee = std::pow(10.0, -12.0 / 20.0);
  const double top = std::pow(10.0, -0.25 / 20.0);
  const double over = (0.9 - knee) / (top - knee);
  CHECK(rig.left.back() ==
        doctest::Approx(knee + (top - knee) * over / (1.0 + over)).epsilon(1e-4));
}

TEST_CASE("the release is a time constant") {
  for (const float ms : {20.0F, 200.0F}) {
    NodeRig rig("limiter");
    rig.set("CEILING_DB", 0.0F);
    rig.set("RELEASE_MS", ms);
    rig.input.assign(4800, 1.0F);
    rig.input.resize(48000, 0.1F);
    for (std::size_t n = 0; n < 4800; ++n) rig.input[n] = 4.0F;
    rig.run(48000);
    const auto reduction = [&](std::size_t n) { return 1.0 - rig.left[n] / 0.1; };
    const auto later = static_cast<std::size_t>(48.0F * ms);
    CHECK(reduction(5200 + later) / reduction(5200) ==
          doctest::Approx(std::exp(-1.0)).epsilon(0.02));
  }
}
