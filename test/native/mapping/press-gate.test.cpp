// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/press-gate.hpp"

#include <doctest/doctest.h>

#include "mapping-rig.hpp"

using namespace downbeat;
using namespace downbeat::mapping;
using test::controllerTo;
using test::MappingRig;

namespace {

EntryPlan button(Press press, Reading reading = Reading::toggle) {
  EntryPlan plan = controllerTo(0, 36);
  plan.source.kind = SourceKind::note;
  plan.reading = reading;
  plan.press = press;
  return plan;
}

/// A press that is held for so long, as a hand does it: blocks go by meanwhile.
void hold(MappingRig& rig, double ms) {
  rig.noteOn(36, 100);
  for (double at = 0.0; at < ms; at += 5.0) rig.pass(5.0);
  rig.noteOff(36);
  rig.pass(1.0);
}

}  // namespace

TEST_CASE("a long press counts after half a second, and until it is let go") {
  MappingRig rig({button(Press::longPress, Reading::momentary)}, {{0, 0.0}});
  hold(rig, 490.0);
  CHECK(rig.values().empty());
  rig.noteOn(36, 100);
  rig.pass(495.0);
  CHECK(rig.values().empty());
  rig.pass(10.0);
  CHECK(rig.values() == std::vector<double>{1.0});
  rig.pass(3000.0);
  rig.noteOff(36);
  CHECK(rig.values() == std::vector<double>{1.0, 0.0});
}

TEST_CASE("a short press counts when it is let go, and a long one does not") {
  MappingRig rig({button(Press::shortPress)}, {{0, 0.0}});
  hold(rig, 100.0);
  CHECK(rig.values() == std::vector<double>{1.0});
  hold(rig, 600.0);
  CHECK(rig.values().size() == 1);
  hold(rig, 480.0);
  CHECK(rig.values() == std::vector<double>{1.0, 0.0});
}

TEST_CASE("the second of two quick presses counts, a third begins anew") {
  MappingRig rig({button(Press::doublePress)}, {{0, 0.0}});
  hold(rig, 50.0);
  rig.pass(400.0);
  hold(rig, 50.0);
  CHECK(rig.values().empty());
  rig.pass(100.0);
  hold(rig, 50.0);
  CHECK(rig.values() == std::vector<double>{1.0});
  rig.pass(100.0);
  hold(rig, 50.0);
  CHECK(rig.values().size() == 1);
  rig.pass(100.0);
  hold(rig, 50.0);
  CHECK(rig.values() == std::vector<double>{1.0, 0.0});
}

TEST_CASE("one pad has a short and a long meaning, and one press only one of them") {
  EntryPlan brief = button(Press::shortPress);
  EntryPlan held = button(Press::longPress);
  held.target.param = 1;
  MappingRig rig({brief, held}, {{0, 0.0}, {1, 0.0}});
  for (int turn = 0; turn < 50; ++turn) {
    const std::size_t before = rig.count();
    const bool isLong = turn % 3 == 0;
    hold(rig, isLong ? 700.0 : 80.0);
    REQUIRE(rig.count() == before + 1);
    CHECK(rig.stage.moves.back().param == (isLong ? 1 : 0));
    rig.pass(50.0);
  }
}

TEST_CASE("a long press starts the song, once") {
  EntryPlan start = controllerTo(0);
  start.press = Press::longPress;
  start.target.kind = TargetKind::transport;
  start.target.action = TransportAction::playStop;
  MappingRig rig({start});
  rig.cc(20, 127);
  rig.pass(501.0);
  rig.pass(500.0);
  rig.cc(20, 0);
  CHECK(rig.stage.of(Move::Kind::transport).size() == 1);
}

TEST_CASE("a port that goes while a button is held leaves nothing to ripen") {
  MappingRig rig({button(Press::longPress)}, {{0, 0.0}});
  rig.noteOn(36, 100);
  rig.pass(300.0);
  rig.systemReset();
  rig.pass(1000.0);
  CHECK(rig.values().empty());
  hold(rig, 520.0);
  CHECK(rig.values() == std::vector<double>{1.0});
}

TEST_CASE("a knob that trembles moves nothing, and still reaches both ends and every place") {
  EntryPlan plan = controllerTo(0);
  plan.takeover = Takeover::jump;
  plan.hysteresis = 0.015;  // two steps of 127
  MappingRig rig({plan});
  rig.cc(20, 60);
  for (int i = 0; i < 50; ++i) rig.cc(20, 60 + i % 2);
  CHECK(rig.values().size() == 1);
  rig.cc(20, 62);
  CHECK(rig.last() == doctest::Approx(62.0 / 127.0));
  for (int value = 63; value <= 127; ++value) rig.cc(20, value);
  CHECK(rig.last() == 1.0);
  for (int value = 126; value >= 0; --value) rig.cc(20, value);
  CHECK(rig.last() == 0.0);
  CHECK(rig.values().size() > 60);
}
