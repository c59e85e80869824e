// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/event-loop.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace downbeat;
using namespace downbeat::sequencer;

namespace {

int anyParam(std::uint32_t, std::uint32_t id) { return static_cast<int>(id); }

}  // namespace

TEST_CASE("a step is a bar of four beats divided by the resolution") {
  PatternPlan plan;
  plan.resolution = 16;
  CHECK(beatOfStep(plan, 4) == 1.0);
  plan.resolution = 12;
  CHECK(beatOfStep(plan, 3) == 1.0);
}

TEST_CASE("swing moves odd steps by (percent / 100 x 0.5) to the exponent, and even steps not") {
  PatternPlan plan;
  for (const double percent : {0.0, 25.0, 60.0, 100.0}) {
    for (const double exponent : {0.5, 1.0, 2.0}) {
      plan.swingPercent = percent;
      plan.swingExponent = exponent;
      for (std::uint32_t step = 0; step < 16; ++step) {
        const double shift = step % 2 == 1 ? std::pow(percent / 100.0 * 0.5, exponent) : 0.0;
        CHECK(beatOfStep(plan, step) == doctest::Approx((step + shift) * 0.25).epsilon(1e-15));
      }
    }
  }
}

TEST_CASE("a lock comes before the hit of its step, and a lock on a rest is kept") {
  PatternPlan plan;
  plan.hits = {2, 4};
  plan.locks = {{4, 7, 1.0, 0.0}, {3, 8, 2.0, 10.0}};
  const EventLoop loop = makePatternLoop(plan, 5, anyParam, 48000.0);
  REQUIRE(loop.events.size() == 4);
  CHECK(loop.events[0].event.kind == RtRackEventKind::trigger);
  CHECK(loop.events[1].event.param == 8);
  CHECK(loop.events[1].event.rampFrames == 480);
  CHECK(loop.events[2].event.param == 7);
  CHECK(loop.events[2].event.kind == RtRackEventKind::setParam);
  CHECK(loop.events[3].event.kind == RtRackEventKind::trigger);
  CHECK(loop.events[2].beat == loop.events[3].beat);
  CHECK(loop.events[0].event.node == 5);
  CHECK(loop.lengthBeats == 4.0);
}

TEST_CASE("locks of one step keep the order of the plan") {
  PatternPlan plan;
  plan.locks = {{4, 3, 1.0, 0.0}, {4, 1, 2.0, 0.0}, {4, 2, 3.0, 0.0}};
  const EventLoop loop = makePatternLoop(plan, 0, anyParam, 48000.0);
  CHECK(loop.events[0].event.param == 3);
  CHECK(loop.events[1].event.param == 1);
  CHECK(loop.events[2].event.param == 2);
}

TEST_CASE("what points nowhere is left out") {
  PatternPlan plan;
  plan.hits = {0, 99};
  plan.locks = {{0, 1, 1.0, 0.0}};
  const auto noParam = [](std::uint32_t, std::uint32_t) { return -1; };
  CHECK(makePatternLoop(plan, 0, noParam, 48000.0).events.size() == 1);
  const std::vector<CommandPlan> commands{{1.0, "gone", CommandKind::trigger, 0, 1.0, 0.0}};
  const auto noNode = [](const std::string&) { return -1; };
  CHECK(makeCommandLoop(commands, noNode, anyParam, 48000.0).events.empty());
}

TEST_CASE("commands play once, in the order of their beats, ramps only where asked for") {
  const std::vector<CommandPlan> commands{{2.0, "a", CommandKind::trigger, 0, 0.5, 0.0},
                                          {2.0, "a", CommandKind::setParam, 1, 9.0, 100.0},
                                          {1.0, "a", CommandKind::setParamRamp, 1, 8.0, 100.0}};
  const auto node = [](const std::string&) { return 0; };
  const EventLoop loop = makeCommandLoop(commands, node, anyParam, 48000.0);
  REQUIRE(loop.events.size() == 3);
  CHECK(loop.lengthBeats == 0.0);
  CHECK(loop.events[0].event.rampFrames == 4800);
  CHECK(loop.events[1].event.rampFrames == 0);
  CHECK(loop.events[1].event.value == 9.0F);
  CHECK(loop.events[2].event.value == 0.5F);
}
