// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/acceleration.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "mapping-rig.hpp"

using namespace downbeat;
using namespace downbeat::mapping;
using test::controllerTo;
using test::MappingRig;

namespace {

const std::vector<AccelerationPoint> kLaw{{10.0, 1.0}, {60.0, 8.0}};

EntryPlan endless() {
  EntryPlan plan = controllerTo(0);
  plan.reading = Reading::twosComplement;
  plan.stepSize = 0.001;
  plan.acceleration = kLaw;
  return plan;
}

/// How far `clicks` clicks go at this speed.
double wayOf(int clicks, double clicksPerSecond) {
  MappingRig rig({endless()}, {{0, 0.0}});
  for (int i = 0; i < clicks; ++i) {
    rig.pass(1000.0 / clicksPerSecond);
    rig.cc(20, 1);
  }
  return rig.last();
}

}  // namespace

TEST_CASE("slow turns of an accelerated knob are exact, whichever way they go") {
  std::mt19937 random(21);
  for (int round = 0; round < 200; ++round) {
    MappingRig rig({endless()}, {{0, 0.5}});
    double position = 0.5;
    for (int i = 0; i < 50; ++i) {
      const int clicks = random() % 2 == 0 ? 1 : -1;
      rig.pass(125.0 + static_cast<double>(random() % 500));  // 8 clicks a second at most
      rig.cc(20, clicks & 127);
      position += clicks * 0.001;
    }
    CHECK(rig.last() == doctest::Approx(position));
  }
}

TEST_CASE(
    "the faster an accelerated knob turns, the further each click goes, up to the law's end") {
  double before = 0.0;
  for (const double speed : {5.0, 20.0, 40.0, 80.0, 1000.0}) {
    const double way = wayOf(60, speed);
    CHECK(way >= before);
    CHECK(way <= 60 * 0.001 * 8.0 + 1e-9);
    before = way;
  }
  CHECK(wayOf(60, 5.0) == doctest::Approx(0.06));
  CHECK(wayOf(60, 200.0) > 0.3);
}

TEST_CASE("the first click back is one click, however fast the knob went the other way") {
  MappingRig rig({endless()}, {{0, 0.5}});
  for (int i = 0; i < 30; ++i) {
    rig.pass(5.0);
    rig.cc(20, 1);
  }
  const double turned = rig.last();
  rig.pass(5.0);
  rig.cc(20, 127);
  CHECK(rig.last() == doctest::Approx(turned - 0.001));
}

TEST_CASE("without a law every click is one") {
  Acceleration none({});
  CHECK(none.factorFor(1, {0}) == 1.0);
  CHECK(none.factorFor(1, {1}) == 1.0);
}

TEST_CASE("an accelerated knob loses no part of a step of a list") {
  EntryPlan plan = endless();
  plan.steps = 101;
  plan.stepSize = 0.01;
  plan.acceleration = {{0.0, 1.5}};
  MappingRig rig({plan}, {{0, 0.0}});
  for (int i = 0; i < 20; ++i) {
    rig.pass(200.0);
    rig.cc(20, 1);
  }
  CHECK(rig.last() == doctest::Approx(0.30));
}
