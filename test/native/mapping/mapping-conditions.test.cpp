// SPDX-License-Identifier: GPL-3.0-or-later
// Banks and modifiers.
#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "mapping-rig.hpp"

using namespace downbeat;
using namespace downbeat::mapping;
using test::controllerTo;
using test::MappingRig;

namespace {

constexpr int kBankPad = 40;
constexpr int kShiftPad = 41;

EntryPlan onPad(int note, TargetKind target, std::uint32_t place) {
  EntryPlan plan;
  plan.id = "pad-" + std::to_string(note) + "-" + std::to_string(place);
  plan.source.port = "0";
  plan.source.kind = SourceKind::note;
  plan.source.number = note;
  plan.target.kind = target;
  plan.target.place = place;
  return plan;
}
EntryPlan nextBank() {
  EntryPlan plan = onPad(kBankPad, TargetKind::bank, 0);
  plan.target.choice = Choice::next;
  return plan;
}
EntryPlan shift() { return onPad(kShiftPad, TargetKind::modifier, 0); }
EntryPlan inBank(EntryPlan plan, std::uint32_t bank) {
  plan.banks = {bank};
  return plan;
}
EntryPlan withShift(EntryPlan plan) {
  plan.modifier = 0;
  return plan;
}
MappingRig withBanks(std::vector<EntryPlan> entries, const MappingRig::Values& values = {}) {
  return MappingRig(std::move(entries), values, {}, {"first", "second"}, {"shift"});
}
void press(MappingRig& rig, int note) {
  rig.noteOn(note, 100);
  rig.noteOff(note);
}

}  // namespace

TEST_CASE("a knob moves what it moves in the bank that is there") {
  MappingRig rig = withBanks(
      {nextBank(), inBank(controllerTo(0), 0), inBank(controllerTo(1), 1), controllerTo(2, 21)});
  CHECK(rig.table->bank() == 0);
  rig.cc(20, 127);
  CHECK(rig.stage.moves.back().param == 0);
  press(rig, kBankPad);
  CHECK(rig.table->bank() == 1);
  rig.cc(20, 0);
  CHECK(rig.stage.moves.back().param == 1);
  rig.cc(21, 50);  // in all banks
  CHECK(rig.stage.moves.back().param == 2);
  CHECK(rig.values().size() == 3);
  press(rig, kBankPad);
  CHECK(rig.table->bank() == 0);
}

TEST_CASE("after a change of the bank a knob picks its value up") {
  MappingRig rig = withBanks({nextBank(), inBank(controllerTo(0), 0), inBank(controllerTo(1), 1)},
                             {{0, 0.0}, {1, 0.8}});
  rig.cc(20, 0);
  rig.cc(20, 30);
  CHECK(rig.table->isAttached(1));
  press(rig, kBankPad);
  CHECK_FALSE(rig.table->isAttached(2));
  CHECK_FALSE(rig.table->isActive(1));
  rig.cc(20, 60);
  CHECK(rig.values().size() == 1);
  rig.cc(20, 110);  // passes 0.8
  CHECK(rig.last() == doctest::Approx(110.0 / 127.0));
  press(rig, kBankPad);
  CHECK_FALSE(rig.table->isAttached(1));  // the hand has gone on without it
  rig.cc(20, 100);
  CHECK(rig.values().size() == 2);
}

TEST_CASE("a change of the bank repaints the controls, and darkens those with nothing to show") {
  EntryPlan first = inBank(controllerTo(0), 0);
  first.hasFeedback = true;
  EntryPlan second = inBank(controllerTo(1), 1);
  second.hasFeedback = true;
  EntryPlan alone = inBank(controllerTo(2, 21), 0);
  alone.hasFeedback = true;
  MappingRig rig = withBanks({nextBank(), first, second, alone}, {{0, 1.0}, {1, 0.5}, {2, 1.0}});
  rig.pass(30);
  const auto shown = [&rig](int number) {
    int value = -1;
    for (const Move& move : rig.stage.of(Move::Kind::feedback)) {
      if (move.group.messages[0].bytes[1] == number) value = move.group.messages[0].bytes[2];
    }
    return value;
  };
  CHECK(shown(20) == 127);
  CHECK(shown(21) == 127);
  press(rig, kBankPad);
  rig.pass(30);
  CHECK(shown(20) == 64);
  CHECK(shown(21) == 0);
  press(rig, kBankPad);
  rig.pass(30);
  CHECK(shown(20) == 127);
  CHECK(shown(21) == 127);
}

TEST_CASE("the light of a bank's pad says whether it is there") {
  EntryPlan one = onPad(36, TargetKind::bank, 0);
  EntryPlan two = onPad(37, TargetKind::bank, 1);
  one.hasFeedback = two.hasFeedback = true;
  MappingRig rig = withBanks({one, two});
  const auto lights = [&rig] {
    std::map<int, int> lit;
    for (const Move& move : rig.stage.of(Move::Kind::feedback)) {
      lit[move.group.messages[0].bytes[1]] = move.group.messages[0].bytes[2];
    }
    return lit;
  };
  rig.pass(30);
  CHECK(lights() == std::map<int, int>{{36, 127}, {37, 0}});
  press(rig, 37);
  rig.pass(200);
  CHECK(lights() == std::map<int, int>{{36, 0}, {37, 127}});
}

TEST_CASE("while a modifier is held its control does one thing only, and the rest goes on") {
  MappingRig rig =
      withBanks({shift(), controllerTo(0), withShift(controllerTo(1)), controllerTo(2, 21)});
  rig.cc(20, 10);
  CHECK(rig.stage.moves.back().param == 0);
  rig.noteOn(kShiftPad, 1);
  CHECK(rig.table->heldModifiers() == 1);
  rig.cc(20, 20);
  CHECK(rig.stage.moves.back().param == 1);
  rig.cc(21, 20);
  CHECK(rig.stage.moves.back().param == 2);
  rig.noteOff(kShiftPad);
  CHECK(rig.table->heldModifiers() == 0);
  rig.cc(20, 0);
  rig.cc(20, 30);
  CHECK(rig.stage.moves.back().param == 0);
}

TEST_CASE("a latching modifier stays until it is pressed again, also when the mapping changes") {
  EntryPlan latch = shift();
  latch.reading = Reading::toggle;
  const std::vector<EntryPlan> entries{latch, controllerTo(0), withShift(controllerTo(1))};
  MappingRig rig = withBanks(entries);
  press(rig, kShiftPad);
  CHECK(rig.table->heldModifiers() == 1);
  rig.change(entries);
  CHECK(rig.table->heldModifiers() == 1);
  CHECK_FALSE(rig.table->isActive(1));
  press(rig, kShiftPad);
  CHECK(rig.table->heldModifiers() == 0);
}

TEST_CASE("a modifier that is held stays held when the mapping changes") {
  const std::vector<EntryPlan> entries{shift(), controllerTo(0), withShift(controllerTo(1))};
  MappingRig rig = withBanks(entries);
  rig.noteOn(kShiftPad, 1);
  rig.change(entries);
  CHECK(rig.table->heldModifiers() == 1);
  rig.cc(20, 20);
  CHECK(rig.stage.moves.back().param == 1);
  rig.noteOff(kShiftPad);
  CHECK(rig.table->heldModifiers() == 0);
}

TEST_CASE(
    "a key that is held by one of two lines that differ by their bank is let go by that one") {
  EntryPlan keys;
  keys.source.port = "0";
  keys.source.kind = SourceKind::note;
  keys.source.channel = 5;
  keys.target.kind = TargetKind::play;
  keys.target.node = "1";
  for (const std::uint32_t bank : {0U, 1U}) {
    std::vector<EntryPlan> entries{nextBank(), inBank(keys, 0), inBank(keys, 1)};
    entries[1].id = "soft";
    entries[2].id = "hard";
    MappingRig rig = withBanks(entries);
    if (bank == 1) press(rig, kBankPad);
    rig.noteOn(60, 100, 5);
    rig.change(entries);
    CHECK(rig.stage.of(Move::Kind::noteOff).empty());
    rig.noteOff(60, 5);
    CHECK(rig.stage.of(Move::Kind::noteOff).size() == 1);
  }
}

TEST_CASE("the bank stays when the mapping changes, by its name") {
  MappingRig rig = withBanks({nextBank()});
  press(rig, kBankPad);
  rig.banks = {"zeroth", "first", "second"};
  rig.change({nextBank(), inBank(controllerTo(0), 2)});
  CHECK(rig.table->bank() == 2);
  CHECK(rig.table->isActive(1));
}

TEST_CASE("what is held when its bank or modifier goes is let go by its own release") {
  EntryPlan keys;
  keys.id = "keys";
  keys.source.port = "0";
  keys.source.kind = SourceKind::note;
  keys.source.channel = 5;
  keys.target.kind = TargetKind::play;
  keys.target.node = "1";
  EntryPlan hold = onPad(50, TargetKind::param, 0);
  hold.target.node = "1";
  hold.reading = Reading::momentary;
  MappingRig rig = withBanks({nextBank(), inBank(keys, 0), inBank(hold, 0)}, {{0, 0.0}});
  rig.noteOn(60, 100, 5);
  rig.noteOn(50, 100);
  CHECK(rig.last() == 1.0);
  press(rig, kBankPad);
  rig.noteOff(60, 5);
  CHECK(rig.stage.of(Move::Kind::noteOff).size() == 1);
  rig.noteOff(50);
  CHECK(rig.last() == 0.0);
  rig.noteOn(60, 100, 5);
  rig.noteOn(50, 100);
  CHECK(rig.stage.of(Move::Kind::noteOn).size() == 1);
  CHECK(rig.last() == 0.0);
}

TEST_CASE("a port that goes takes the modifiers that were held there with it") {
  MappingRig rig = withBanks({shift(), withShift(controllerTo(1))});
  rig.noteOn(kShiftPad, 100);
  CHECK(rig.table->isActive(1));
  rig.systemReset();
  CHECK_FALSE(rig.table->isActive(1));
}

TEST_CASE(
    "whatever is pressed and turned, no note hangs and a value comes from an entry that counts") {
  std::mt19937 random(31);
  for (int round = 0; round < 200; ++round) {
    EntryPlan keys;
    keys.id = "keys";
    keys.source.port = "0";
    keys.source.kind = SourceKind::note;
    keys.source.channel = 5;
    keys.target.kind = TargetKind::play;
    keys.target.node = "1";
    MappingRig rig =
        withBanks({nextBank(), shift(), inBank(controllerTo(0), 0), inBank(controllerTo(1), 1),
                   withShift(controllerTo(2)), inBank(keys, 1)});
    std::map<std::uint32_t, int> sounding;
    std::size_t seen = 0;
    for (int i = 0; i < 200; ++i) {
      switch (random() % 6) {
        case 0: press(rig, kBankPad); break;
        case 1: rig.noteOn(kShiftPad, 100); break;
        case 2: rig.noteOff(kShiftPad); break;
        case 3: rig.noteOn(static_cast<int>(60 + random() % 4), 100, 5); break;
        case 4: rig.noteOff(static_cast<int>(60 + random() % 4), 5); break;
        default: rig.cc(20, static_cast<int>(random() % 128)); break;
      }
      for (; seen < rig.count(); ++seen) {
        const Move& move = rig.stage.moves[seen];
        if (move.kind == Move::Kind::setParam) CHECK(rig.table->isActive(move.entry));
        if (move.kind == Move::Kind::noteOn) ++sounding[move.param];
        if (move.kind == Move::Kind::noteOff) --sounding[move.param];
      }
    }
    for (int note = 60; note < 64; ++note) rig.noteOff(note, 5);
    for (; seen < rig.count(); ++seen) {
      if (rig.stage.moves[seen].kind == Move::Kind::noteOff)
        --sounding[rig.stage.moves[seen].param];
    }
    for (const auto& [note, count] : sounding) CHECK(count == 0);
  }
}
