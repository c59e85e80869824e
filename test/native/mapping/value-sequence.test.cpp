// SPDX-License-Identifier: GPL-3.0-or-later
// Values of the player's own choice, and keys that keep to a scale.
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

EntryPlan through(std::vector<double> values, Reading reading) {
  EntryPlan plan = controllerTo(0);
  plan.source.kind = SourceKind::note;
  plan.source.number = 36;
  plan.reading = reading;
  plan.values = std::move(values);
  return plan;
}
double pressed(MappingRig& rig) {
  rig.noteOn(36, 100);
  rig.noteOff(36);
  return rig.last();
}

}  // namespace

TEST_CASE("each press goes to the next value and round, in the order in which they are written") {
  MappingRig rig({through({0.2, 0.9, 0.2, -4.0}, Reading::toggle)});
  std::vector<double> heard;
  for (int i = 0; i < 9; ++i) {
    heard.push_back(pressed(rig));
    rig.set(0, static_cast<float>(heard.back()));  // as the node has it
  }
  CHECK(heard == std::vector<double>{0.2, 0.9, 0.2, -4.0, 0.2, 0.9, 0.2, -4.0, 0.2});
}

TEST_CASE("a sequence of any length goes through all of its values") {
  std::mt19937 random(41);
  for (std::size_t count = 1; count <= 64; ++count) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<double>(i) + 0.1);
    std::shuffle(values.begin(), values.end(), random);
    MappingRig rig({through(values, Reading::toggle)});
    for (std::size_t i = 0; i < 2 * count; ++i) CHECK(pressed(rig) == values[i % count]);
  }
}

TEST_CASE("a sequence goes on from the nearest value when somebody else has moved it") {
  MappingRig rig({through({100.0, 200.0, 400.0}, Reading::toggle)}, {{0, 210.0}});
  CHECK(pressed(rig) == 400.0);
  rig.set(0, 90.0);
  CHECK(pressed(rig) == 200.0);
}

TEST_CASE("one value is set by every press, also again") {
  MappingRig rig({through({0.7}, Reading::toggle)}, {{0, 0.1}});
  CHECK(pressed(rig) == 0.7);
  rig.set(0, 0.3);
  CHECK(pressed(rig) == 0.7);
  CHECK(rig.count() == 2);
}

TEST_CASE("a knob has equal zones for the values, an endless one a place for each") {
  EntryPlan plan = controllerTo(0);
  plan.values = {5.0, 1.0, 3.0, 2.0};
  plan.takeover = Takeover::jump;
  MappingRig rig({plan});
  std::map<double, int> zones;
  for (int raw = 0; raw <= 127; ++raw) {
    rig.cc(20, raw);
    ++zones[rig.last()];
  }
  CHECK(zones == std::map<double, int>{{5.0, 32}, {1.0, 32}, {3.0, 32}, {2.0, 32}});
  plan.reading = Reading::twosComplement;
  MappingRig endless({plan}, {{0, 5.0}});
  for (const double value : {1.0, 3.0, 2.0}) {
    endless.cc(20, 1);
    CHECK(endless.last() == value);
  }
}

TEST_CASE("the light of a sequence says how far it is") {
  EntryPlan plan = through({3.0, 1.0, 2.0}, Reading::toggle);
  plan.hasFeedback = true;
  MappingRig rig({plan}, {{0, 3.0}});
  const auto light = [&rig] {
    rig.pass(200);
    return static_cast<int>(rig.stage.of(Move::Kind::feedback).back().group.messages[0].bytes[2]);
  };
  CHECK(light() == 0);
  (void)pressed(rig);
  CHECK(light() == 64);
  (void)pressed(rig);
  CHECK(light() == 127);
}

TEST_CASE("keys that sound the same are one note: it begins with each and ends with the last") {
  EntryPlan plan;
  plan.id = "keys";
  plan.source.port = "0";
  plan.source.kind = SourceKind::note;
  plan.target.kind = TargetKind::play;
  plan.target.node = "1";
  for (int note = 0; note < 128; ++note)
    plan.keys.push_back(static_cast<std::uint8_t>(note / 2 * 2));
  MappingRig rig({plan});
  rig.noteOn(60, 100);
  rig.noteOn(61, 100);
  CHECK(rig.stage.of(Move::Kind::noteOn).size() == 2);
  CHECK(rig.stage.of(Move::Kind::noteOff).size() == 1);  // struck anew
  rig.noteOff(60);
  CHECK(rig.stage.of(Move::Kind::noteOff).size() == 1);
  rig.noteOff(61);
  CHECK(rig.stage.of(Move::Kind::noteOff).size() == 2);
  for (const Move& move : rig.stage.moves) CHECK(move.param == 60);
}

TEST_CASE("keys of a scale never hang, whatever is pressed and refused") {
  std::mt19937 random(42);
  for (int round = 0; round < 200; ++round) {
    EntryPlan plan;
    plan.id = "keys";
    plan.source.port = "0";
    plan.source.kind = SourceKind::note;
    plan.target.kind = TargetKind::play;
    plan.target.node = "1";
    for (int note = 0; note < 128; ++note)
      plan.keys.push_back(static_cast<std::uint8_t>(note / 4 * 4));
    MappingRig rig({plan});
    rig.stage.refuses = [&random](const Move&) { return random() % 3 == 0; };
    for (int i = 0; i < 100; ++i) {
      const int note = static_cast<int>(60 + random() % 6);
      if (random() % 2 == 0) {
        rig.noteOn(note, 100);
      } else {
        rig.noteOff(note);
      }
    }
    rig.stage.refuses = nullptr;
    for (int note = 60; note < 66; ++note) rig.noteOff(note);
    rig.pass(10);
    std::map<std::uint32_t, bool> isSounding;
    for (const Move& move : rig.stage.moves)
      isSounding[move.param] = move.kind == Move::Kind::noteOn;
    for (const auto& [note, is] : isSounding) CHECK_FALSE(is);
  }
}
