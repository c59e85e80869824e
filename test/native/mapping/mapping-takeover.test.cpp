// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include "mapping-rig.hpp"

using namespace downbeat;
using namespace downbeat::mapping;
using test::controllerTo;
using test::MappingRig;

namespace {

EntryPlan knob(Takeover takeover) {
  EntryPlan plan = controllerTo(0);
  plan.takeover = takeover;
  return plan;
}

double between(std::mt19937& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

}  // namespace

TEST_CASE("a jumping knob sets what it shows") {
  MappingRig rig({knob(Takeover::jump)}, {{0, 0.5}});
  CHECK(rig.table->isAttached(0));
  rig.cc(20, 127);
  rig.cc(20, 0);
  CHECK(rig.values() == std::vector<double>{1.0, 0.0});
}

TEST_CASE("a knob whose value is not known sets it at once") {
  MappingRig rig({knob(Takeover::pickup)});
  CHECK(rig.table->isAttached(0));
  rig.cc(20, 127);
  CHECK(rig.last() == 1.0);
}

TEST_CASE("a knob picks its value up in passing, however fast") {
  MappingRig rig({knob(Takeover::pickup)}, {{0, 0.5}});
  CHECK_FALSE(rig.table->isAttached(0));
  rig.cc(20, 64);  // near, but where from is not known
  rig.cc(20, 70);
  CHECK(rig.count() == 0);
  rig.cc(20, 10);
  CHECK(rig.table->isAttached(0));
  CHECK(rig.last() == doctest::Approx(10.0 / 127.0));
}

TEST_CASE("a knob that is first seen exactly where its value is has it") {
  MappingRig rig({knob(Takeover::pickup)}, {{0, 100.0 / 127.0}});
  rig.cc(20, 100);
  CHECK(rig.table->isAttached(0));
  CHECK(rig.count() == 0);  // and nothing changes
  rig.cc(20, 101);
  CHECK(rig.last() == doctest::Approx(101.0 / 127.0));
}

TEST_CASE("a knob loses its value when somebody takes it further than one step") {
  MappingRig rig({knob(Takeover::pickup)}, {{0, 0.0}});
  rig.cc(20, 0);
  rig.cc(20, 50);
  rig.set(0, 51.0 / 127.0);
  CHECK(rig.table->isAttached(0));
  rig.set(0, 53.0 / 127.0);
  CHECK_FALSE(rig.table->isAttached(0));
  rig.cc(20, 52);
  CHECK(rig.values().size() == 1);
  rig.cc(20, 54);
  CHECK(rig.last() == doctest::Approx(54.0 / 127.0));
}

TEST_CASE("what a knob itself did does not take its value away") {
  MappingRig rig({knob(Takeover::pickup)}, {{0, 0.0}});
  rig.cc(20, 0);
  rig.cc(20, 50);
  rig.table->noteParam(1, 0, 0.2, 0, rig.stage);  // the node made something else of it
  CHECK(rig.table->isAttached(0));
  rig.cc(20, 51);
  CHECK(rig.last() == doctest::Approx(51.0 / 127.0));
}

TEST_CASE("picking up never jumps further than the hand and one step") {
  std::mt19937 random(11);
  for (int round = 0; round < 1000; ++round) {
    EntryPlan plan = knob(Takeover::pickup);
    const bool isFalling = random() % 2 == 0;
    plan.low = isFalling ? 900.0 : 20.0;
    plan.high = isFalling ? 20.0 : 900.0;
    const double step = 880.0 / 127.0;
    double value = between(random, 20.0, 900.0);
    MappingRig rig({plan}, {{0, value}});
    int hand = static_cast<int>(random() % 128);
    double hadHand = -1.0;
    for (int i = 0; i < 100; ++i) {
      if (random() % 5 == 0) {
        value = std::clamp(value + between(random, -60.0, 60.0), 20.0, 900.0);
        rig.set(0, value);
        continue;
      }
      hand = std::clamp(hand + static_cast<int>(random() % 21) - 10, 0, 127);
      const double output = plan.low + (plan.high - plan.low) * hand / 127.0;
      const std::size_t before = rig.count();
      rig.cc(20, hand);
      if (rig.count() > before) {
        const double turned = hadHand < 0.0 ? 0.0 : std::fabs(output - hadHand);
        CHECK(std::fabs(rig.last() - value) <= turned + step + 0.002);  // rounding: 1e-6 of the way
        value = rig.last();
      }
      hadHand = output;
    }
  }
}

TEST_CASE("a scaled knob goes the way of the hand and reaches both ends") {
  std::mt19937 random(12);
  for (int round = 0; round < 2000; ++round) {
    EntryPlan plan = knob(Takeover::scale);
    plan.from = between(random, 0.0, 0.3);
    plan.to = between(random, 0.7, 1.0);
    double value = between(random, 0.0, 1.0);
    MappingRig rig({plan}, {{0, value}});
    int hand = static_cast<int>(random() % 128);
    rig.cc(20, hand);
    for (int i = 0; i < 60; ++i) {
      if (random() % 5 == 0) {
        const double place = (hand / 127.0 - plan.from) / (plan.to - plan.from);
        const double near = place + between(random, -0.02, 0.02);
        value = random() % 2 == 0 ? between(random, 0.0, 1.0) : std::clamp(near, 0.0, 1.0);
        rig.set(0, value);
      }
      const bool wasAttached = rig.table->isAttached(0);
      const int next = std::clamp(hand + static_cast<int>(random() % 31) - 15, 0, 127);
      const std::size_t before = rig.count();
      rig.cc(20, next);
      if (rig.count() > before) {
        if (!wasAttached) CHECK((rig.last() > value) == (next > hand));
        value = rig.last();
      }
      hand = next;
    }
    rig.set(0, 0.3);
    rig.cc(20, 64);
    const int end = random() % 2 == 0 ? 127 : 0;
    for (int at = 64; at != end; at += end > 64 ? 1 : -1) rig.cc(20, at);
    rig.cc(20, end);
    CHECK(rig.last() == (end == 127 ? 1.0 : 0.0));
    CHECK(rig.table->isAttached(0));
  }
}

TEST_CASE("a scaled knob halves what is left when it goes half of what it has left") {
  MappingRig rig({knob(Takeover::scale)}, {{0, 0.2}});
  rig.cc(20, 63);
  CHECK(rig.count() == 0);
  rig.cc(20, 95);
  CHECK(rig.last() == doctest::Approx(0.6));
  CHECK_FALSE(rig.table->isAttached(0));
}

TEST_CASE("an endless knob goes on from where somebody else left the value") {
  EntryPlan plan = knob(Takeover::pickup);
  plan.reading = Reading::twosComplement;
  plan.stepSize = 0.1;
  plan.low = 0.0;
  plan.high = 10.0;
  MappingRig rig({plan}, {{0, 4.0}});
  rig.cc(20, 2);
  CHECK(rig.last() == doctest::Approx(6.0));
  rig.set(0, 1.0);
  rig.cc(20, 127);
  CHECK(rig.last() == doctest::Approx(0.0));
  const std::size_t count = rig.count();
  rig.cc(20, 120);
  CHECK(rig.count() == count);  // the end
}

TEST_CASE("every click of an endless knob with steps changes something until the end") {
  std::mt19937 random(13);
  for (int round = 0; round < 200; ++round) {
    EntryPlan plan = knob(Takeover::jump);
    plan.reading = Reading::signedBit;
    plan.steps = 2 + random() % 30;
    plan.stepSize = between(random, 0.001, 0.2);
    plan.high = plan.steps - 1.0;
    MappingRig rig({plan}, {{0, 0.0}});
    double value = 0.0;
    for (int i = 0; i < 60; ++i) {
      const bool isUp = random() % 3 != 0;
      const bool isEnd = value == (isUp ? plan.high : 0.0);
      const std::size_t before = rig.count();
      rig.cc(20, isUp ? 1 : 65);
      CHECK(rig.count() == before + (isEnd ? 0 : 1));
      if (isEnd) continue;
      CHECK((rig.last() > value) == isUp);
      CHECK(rig.last() == doctest::Approx(std::round(rig.last())));
      value = rig.last();
    }
  }
}

TEST_CASE("a step and a half per click are three steps in two") {
  EntryPlan plan = knob(Takeover::jump);
  plan.reading = Reading::binaryOffset;
  plan.steps = 16;
  plan.stepSize = 0.1;
  plan.high = 15.0;
  MappingRig rig({plan}, {{0, 0.0}});
  for (int i = 0; i < 4; ++i) rig.cc(20, 65);
  CHECK(rig.values() == std::vector<double>{1.0, 3.0, 4.0, 6.0});
}

TEST_CASE(
    "of any shape, picking up never jumps further than the hand and one step of the control") {
  std::mt19937 random(13);
  for (int round = 0; round < 1000; ++round) {
    EntryPlan plan = knob(Takeover::pickup);
    plan.source.kind = random() % 2 == 0 ? SourceKind::cc : SourceKind::bend;
    const int top = plan.source.kind == SourceKind::cc ? 127 : 16383;
    plan.curve = {0.0, between(random, 0.05, 0.5), between(random, 0.5, 0.95), 1.0};
    if (random() % 3 == 0) plan.deadzone = between(random, 0.0, 0.3);
    if (random() % 3 == 0) plan.hysteresis = between(random, 0.0, 0.05);
    const ValueShape shape(plan, static_cast<std::uint32_t>(top));
    const auto at = [&shape](int raw) {
      return shape.valueOf(shape.outputOf(shape.positionOf(static_cast<std::uint32_t>(raw))));
    };
    double value = between(random, 0.0, 1.0);
    MappingRig rig({plan}, {{0, value}});
    int hand = static_cast<int>(random() % static_cast<unsigned>(top + 1));
    int taken = -1;  // where the knob was last, as far as it does not tremble
    const int trembling = static_cast<int>(std::ceil(plan.hysteresis * top));
    for (int i = 0; i < 60; ++i) {
      if (random() % 5 == 0) {
        value = between(random, 0.0, 1.0);
        rig.set(0, value);
      }
      const int turn = static_cast<int>(random() % static_cast<unsigned>(top / 6)) - top / 12;
      hand = std::clamp(hand + turn, 0, top);
      const std::size_t count = rig.count();
      if (plan.source.kind == SourceKind::cc) {
        rig.cc(20, hand);
      } else {
        rig.send(0xE0, hand & 127, hand >> 7);
      }
      const bool isEnd = hand == 0 || hand == top;
      if (taken >= 0 && !isEnd && std::abs(hand - taken) < trembling) {
        CHECK(rig.count() == count);
        continue;
      }
      const int before = taken < 0 ? hand : taken;
      taken = hand;
      if (rig.count() == count) continue;
      const double low = at(std::max(std::min(before, hand) - 1, 0));
      const double high = at(std::min(std::max(before, hand) + 1, top));
      CHECK(value >= low - 2e-6);
      CHECK(value <= high + 2e-6);
      value = rig.last();
    }
  }
}
