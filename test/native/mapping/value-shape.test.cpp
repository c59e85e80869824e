// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/value-shape.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace downbeat::mapping;

namespace {

double between(std::mt19937& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

/// Never falling, and rising everywhere when `isRising`.
std::vector<double> anyCurve(std::mt19937& random, bool isRising) {
  std::vector<double> curve(2 + random() % 256);
  double sum = 0.0;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    sum += isRising ? between(random, 0.05, 1.0) : std::max(0.0, between(random, -0.5, 1.0));
    curve[i] = sum;
  }
  if (sum == 0.0) return {0.0, 1.0};
  for (double& y : curve) y /= sum;
  curve.back() = 1.0;
  return curve;
}

EntryPlan anyPlan(std::mt19937& random, bool isRising) {
  EntryPlan plan;
  plan.curve = anyCurve(random, isRising);
  plan.low = between(random, -20000.0, 20000.0);
  plan.high = between(random, -20000.0, 20000.0);
  return plan;
}

std::uint32_t anyTop(std::mt19937& random) { return random() % 2 == 0 ? 127 : 16383; }

double valueAt(const ValueShape& shape, std::uint32_t raw) {
  return shape.valueOf(shape.outputOf(shape.positionOf(raw)));
}

}  // namespace

TEST_CASE("both ends of a control are exactly the ends of its target, whatever is between") {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    EntryPlan plan = anyPlan(random, false);
    if (random() % 2 == 0) plan.from = between(random, 0.0, 0.5);
    if (random() % 2 == 0) plan.to = between(random, 0.6, 1.0);
    if (random() % 2 == 0) plan.steps = 2 + random() % 20;
    if (random() % 2 == 0) plan.deadzone = between(random, 0.0, 0.45);
    const ValueShape shape(plan, anyTop(random));
    CHECK(valueAt(shape, 0) == plan.low);
    CHECK(valueAt(shape, shape.top()) == plan.high);
  }
}

TEST_CASE("a value never goes back while its control goes on") {
  std::mt19937 random(2);
  for (int round = 0; round < 100; ++round) {
    EntryPlan plan = anyPlan(random, false);
    if (random() % 2 == 0) plan.steps = 2 + random() % 20;
    const double sign = plan.high > plan.low ? 1.0 : -1.0;
    const ValueShape shape(plan, 127);
    for (std::uint32_t raw = 1; raw <= 127; ++raw) {
      CHECK(sign * valueAt(shape, raw) >= sign * valueAt(shape, raw - 1));
    }
  }
}

TEST_CASE("what a control says is what it is told back, where its curve rises") {
  std::mt19937 random(3);
  for (int round = 0; round < 40; ++round) {
    const EntryPlan plan = anyPlan(random, true);
    const ValueShape shape(plan, round < 4 ? 16383 : 127);
    long wrong = 0;
    for (std::uint32_t raw = 0; raw <= shape.top(); ++raw) {
      if (shape.rawFor(valueAt(shape, raw), -1) != raw) ++wrong;
      // Parameters may be single precision.
      const float single = static_cast<float>(valueAt(shape, raw));
      if (shape.top() == 127 && shape.rawFor(single, -1) != raw) ++wrong;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("a control that stands where the value is stays there, also where its curve is flat") {
  std::mt19937 random(4);
  for (int round = 0; round < 60; ++round) {
    EntryPlan plan = anyPlan(random, false);
    if (random() % 2 == 0) plan.steps = 2 + random() % 20;
    const ValueShape shape(plan, 127);
    for (std::uint32_t raw = 0; raw <= 127; ++raw) {
      CHECK(shape.rawFor(valueAt(shape, raw), raw) == raw);
    }
  }
}

TEST_CASE("a control is told the nearest place, and the ends for what is beyond") {
  std::mt19937 random(5);
  for (int round = 0; round < 100; ++round) {
    const EntryPlan plan = anyPlan(random, false);
    const ValueShape shape(plan, 127);
    CHECK(shape.rawFor(plan.low - 2.0 * (plan.high - plan.low), -1) == 0);
    CHECK(shape.rawFor(plan.high + 2.0 * (plan.high - plan.low), -1) == 127);
    const double value = between(random, 0.0, 1.0) * (plan.high - plan.low) + plan.low;
    const double off = std::fabs(valueAt(shape, shape.rawFor(value, -1)) - value);
    for (std::uint32_t raw = 0; raw <= 127; ++raw) {
      CHECK(off <= std::fabs(valueAt(shape, raw) - value) + 1.0e-6);
    }
  }
}

TEST_CASE("steps are equal zones of the way, and evenly spaced values") {
  EntryPlan plan;
  plan.steps = 4;
  plan.high = 3.0;
  const ValueShape shape(plan, 127);
  int counts[4] = {0, 0, 0, 0};
  for (std::uint32_t raw = 0; raw <= 127; ++raw) {
    ++counts[static_cast<int>(valueAt(shape, raw))];
  }
  for (const int count : counts) CHECK(count == 32);
  CHECK(shape.rawFor(1.0, -1) == 47);  // the middle of its zone
  CHECK(shape.rawFor(0.0, -1) == 0);
  CHECK(shape.rawFor(3.0, -1) == 127);
}

TEST_CASE("around the middle is the middle, and from its edge on the way is even") {
  EntryPlan plan;
  plan.deadzone = 0.1;
  plan.low = -1.0;
  const ValueShape shape(plan, 16383);
  double before = -2.0;
  for (std::uint32_t raw = 0; raw <= 16383; ++raw) {
    const double at = raw / 16383.0 - 0.5;
    const double expected = std::fabs(at) <= 0.1 ? 0.0 : (at - std::copysign(0.1, at)) / 0.4;
    const double value = valueAt(shape, raw);
    REQUIRE(std::fabs(value - expected) < 1e-9);
    REQUIRE(value >= before);
    before = value;
  }
  // What the control is told is in the middle, too.
  CHECK(std::abs(static_cast<int>(shape.rawFor(0.0, -1)) - 8191) <= 1);
}

TEST_CASE("only the part from `from` to `to` counts") {
  EntryPlan plan;
  plan.from = 0.25;
  plan.to = 0.75;
  const ValueShape shape(plan, 16383);
  CHECK(valueAt(shape, 4000) == 0.0);
  CHECK(valueAt(shape, 12400) == 1.0);
  CHECK(valueAt(shape, 8192) == doctest::Approx(0.5).epsilon(0.001));
}

TEST_CASE("listed values have equal zones, and each is found again") {
  EntryPlan plan;
  plan.target.kind = TargetKind::midi;
  plan.target.values = {3, 40, 90, 16383, 7};
  const ValueShape shape(plan, 127);
  for (const std::uint16_t value : plan.target.values) {
    CHECK(valueAt(shape, shape.rawFor(value, -1)) == value);
  }
  CHECK(valueAt(shape, 0) == 3);
  CHECK(valueAt(shape, 127) == 7);
}

TEST_CASE("whatever a control can say is what it is told back, of every shape there is") {
  std::mt19937 random(6);
  for (int round = 0; round < 300; ++round) {
    EntryPlan plan = anyPlan(random, false);
    if (random() % 3 == 0) plan.from = between(random, 0.0, 0.4);
    if (random() % 3 == 0) plan.to = between(random, 0.6, 1.0);
    if (random() % 3 == 0) plan.deadzone = between(random, 0.0, 0.45);
    if (random() % 3 == 0) plan.steps = 2 + random() % 40;
    if (random() % 3 == 0) {
      plan.steps = 0;
      const std::size_t count = 1 + random() % 30;
      for (std::size_t i = 0; i < count; ++i) plan.values.push_back(between(random, -5.0, 5.0));
    }
    const ValueShape shape(plan, 127);
    for (std::uint32_t raw = 0; raw <= 127; ++raw) {
      const double value = valueAt(shape, raw);
      CHECK(valueAt(shape, shape.rawFor(value, -1)) == doctest::Approx(value).epsilon(1e-9));
      CHECK(shape.isNear(raw, value));
    }
  }
}
