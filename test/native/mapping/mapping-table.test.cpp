// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/mapping-table.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>
#include <utility>
#include <vector>

#include "mapping-rig.hpp"

using namespace downbeat;
using namespace downbeat::mapping;
using test::controllerTo;
using test::MappingRig;

namespace {

EntryPlan button(Reading reading) {
  EntryPlan plan = controllerTo(0);
  plan.reading = reading;
  plan.low = 2.0;
  plan.high = 8.0;
  return plan;
}

EntryPlan pads(int number = -1) {
  EntryPlan plan = controllerTo(0, number);
  plan.source.kind = SourceKind::note;
  plan.target.kind = TargetKind::play;
  return plan;
}

EntryPlan synth() {
  EntryPlan plan = controllerTo(0);
  plan.target.kind = TargetKind::midi;
  plan.target.port = "7";
  plan.target.key = "cutoff";
  plan.target.messages = {{3, {0xB2, 63, kHighByte}}, {3, {0xB2, 6, kLowByte}}};
  plan.high = 16383.0;
  return plan;
}

}  // namespace

TEST_CASE("a knob sets its parameter, with its smoothing, and only when it changes") {
  EntryPlan plan = controllerTo(5);
  plan.rampMs = 12.0;
  plan.steps = 2;
  MappingRig rig({controllerTo(9, 99), plan});
  rig.cc(20, 10);
  rig.cc(20, 11);
  rig.cc(20, 100);
  const auto moves = rig.stage.of(Move::Kind::setParam);
  REQUIRE(moves.size() == 2);
  CHECK(moves[1].entry == 1);
  CHECK(moves[1].node == 1);
  CHECK(moves[1].param == 5);
  CHECK(moves[1].value == 1.0);
  CHECK(moves[1].rampMs == 12.0);
}

TEST_CASE("an entry whose port, node or synth is not there stays silent") {
  EntryPlan noPort = controllerTo(0);
  noPort.source.port = "none";
  EntryPlan noNode = controllerTo(0);
  noNode.target.node = "none";
  EntryPlan noSynth = synth();
  noSynth.target.port = "none";
  MappingRig rig({noPort, noNode, noSynth, controllerTo(1)}, {{0, 0.5}});
  rig.cc(20, 99);
  rig.pass(10.0);
  rig.table->releaseAll(rig.stage);
  REQUIRE(rig.count() == 1);
  CHECK(rig.stage.moves[0].entry == 3);
  CHECK(rig.table->size() == 4);
}

TEST_CASE("another port's knob of the same number is another knob") {
  EntryPlan other = controllerTo(1);
  other.source.port = "31";
  MappingRig rig({controllerTo(0), other});
  rig.send(0xB0, 20, 99, 31);
  REQUIRE(rig.count() == 1);
  CHECK(rig.stage.moves[0].entry == 1);
  rig.send(0xB0, 20, 99, 40);  // there is no such port
  CHECK(rig.count() == 1);
}

TEST_CASE("a toggle goes to the other end from wherever the value is") {
  MappingRig rig({button(Reading::toggle)}, {{0, 7.0}});
  rig.cc(20, 127);
  CHECK(rig.last() == 2.0);
  rig.cc(20, 0);
  rig.cc(20, 127);
  CHECK(rig.last() == 8.0);
  rig.cc(20, 100);  // still down
  rig.cc(20, 0);
  rig.set(0, 3.0);
  rig.cc(20, 127);
  CHECK(rig.last() == 8.0);
  CHECK(rig.values().size() == 3);
}

TEST_CASE("toggles of any kind always go to the end that is further away") {
  std::mt19937 random(21);
  for (int round = 0; round < 100; ++round) {
    EntryPlan plan = button(Reading::toggle);
    plan.source.kind = round % 2 == 0 ? SourceKind::note : SourceKind::program;
    double value = 2.0;
    MappingRig rig({plan}, {{0, value}});
    for (int i = 0; i < 50; ++i) {
      if (random() % 2 == 0) {
        value = std::uniform_real_distribution<double>(0.0, 10.0)(random);
        rig.set(0, value);
      } else {
        if (round % 2 == 0) {
          rig.noteOn(20, 1 + static_cast<int>(random() % 127));
          rig.noteOff(20);
        } else {
          rig.send(0xC0, 20);
        }
        CHECK(rig.last() == (value >= 5.0 ? 2.0 : 8.0));
        value = rig.last();
      }
    }
  }
}

TEST_CASE("a momentary button is one end while it is held") {
  MappingRig rig({button(Reading::momentary)}, {{0, 5.0}});
  rig.cc(20, 0);
  CHECK(rig.count() == 0);  // it was not pressed
  rig.cc(20, 127);
  rig.cc(20, 0);
  CHECK(rig.values() == std::vector<double>{8.0, 2.0});
}

TEST_CASE("System Reset ends what is pressed at its port and nowhere else") {
  EntryPlan other = button(Reading::momentary);
  other.source.port = "1";
  other.target.param = 1;
  MappingRig rig({button(Reading::momentary), other});
  rig.cc(20, 127);
  rig.send(0xB0, 20, 127, 1);
  rig.systemReset();
  CHECK(rig.values() == std::vector<double>{8.0, 8.0, 2.0});
  rig.table->releaseAll(rig.stage);
  CHECK(rig.values().size() == 4);
}

TEST_CASE("any program is a choice, its number the value") {
  EntryPlan plan = controllerTo(0, -1);
  plan.source.kind = SourceKind::program;
  plan.high = 127.0;
  MappingRig rig({plan}, {{0, 3.0}});
  rig.send(0xC0, 77);
  CHECK(rig.last() == 77.0);
}

TEST_CASE("a button commands the transport with every press") {
  EntryPlan plan = controllerTo(0);
  plan.target.kind = TargetKind::transport;
  plan.target.action = TransportAction::playStop;
  MappingRig rig({plan});
  for (const int value : {127, 127, 0, 63, 64, 0}) rig.cc(20, value);
  const auto moves = rig.stage.of(Move::Kind::transport);
  REQUIRE(moves.size() == 2);
  CHECK(moves[0].action == TransportAction::playStop);
}

TEST_CASE("a press that the transport had no room for is made by the next reading") {
  EntryPlan plan = controllerTo(0);
  plan.target.kind = TargetKind::transport;
  MappingRig rig({plan});
  rig.stage.isFull = true;
  rig.cc(20, 127);
  rig.stage.isFull = false;
  rig.cc(20, 127);
  CHECK(rig.count() == 1);
}

TEST_CASE("a knob for the tempo says bpm, an endless one begins at 120") {
  EntryPlan plan = controllerTo(0);
  plan.target.kind = TargetKind::transport;
  plan.target.action = TransportAction::tempo;
  plan.low = 60.0;
  plan.high = 180.0;
  EntryPlan endless = plan;
  endless.source.number = 21;
  endless.reading = Reading::twosComplement;
  endless.stepSize = 1.0 / 120.0;
  MappingRig rig({plan, endless});
  rig.cc(20, 127);
  rig.cc(21, 1);
  const auto moves = rig.stage.of(Move::Kind::transport);
  REQUIRE(moves.size() == 2);
  CHECK(moves[0].action == TransportAction::tempo);
  CHECK(moves[0].value == 180.0);
  CHECK(moves[1].value == doctest::Approx(121.0));
}

TEST_CASE("a synth gets the whole value in its bytes, and the same one only once") {
  MappingRig rig({synth()});
  rig.cc(20, 127);
  rig.cc(20, 127);
  rig.cc(20, 64);
  const auto moves = rig.stage.of(Move::Kind::midi);
  REQUIRE(moves.size() == 2);
  CHECK(moves[0].slot == 7);
  CHECK(moves[0].isContinuous);
  CHECK(moves[0].value == 1.0);
  REQUIRE(moves[0].group.count == 2);
  CHECK(moves[0].group.messages[0] == midi::MidiMessage{3, {0xB2, 63, 127}});
  CHECK(moves[0].group.messages[1] == midi::MidiMessage{3, {0xB2, 6, 127}});
  // 64/127 of 16383 is 8256.
  CHECK(moves[1].group.messages[0].bytes[2] == 8256 / 128);
  CHECK(moves[1].group.messages[1].bytes[2] == 8256 % 128);
}

TEST_CASE("a status byte is never taken for a part of the value") {
  EntryPlan plan = synth();
  plan.target.messages = {{3, {0x80, kValueByte, 5}}, {2, {0xC1, kValueByte, 0}}};
  plan.high = 127.0;
  MappingRig rig({plan});
  rig.cc(20, 99);
  const auto moves = rig.stage.of(Move::Kind::midi);
  REQUIRE(moves.size() == 1);
  CHECK(moves[0].group.messages[0] == midi::MidiMessage{3, {0x80, 99, 5}});
  CHECK(moves[0].group.messages[1].size == 2);
  CHECK(moves[0].group.messages[1].bytes[1] == 99);
}

TEST_CASE("a synth's choices are equal zones of the knob") {
  EntryPlan plan = synth();
  plan.target.values = {5, 40, 90};
  MappingRig rig({plan});
  for (int value = 0; value < 128; ++value) rig.cc(20, value);
  const auto moves = rig.stage.of(Move::Kind::midi);
  REQUIRE(moves.size() == 3);
  CHECK(moves[0].group.messages[1].bytes[2] == 5);
  CHECK(moves[1].group.messages[1].bytes[2] == 40);
  CHECK(moves[2].group.messages[1].bytes[2] == 90);
  CHECK_FALSE(moves[0].isContinuous);
}

TEST_CASE("what a synth was told before is where its knobs begin") {
  EntryPlan endless = synth();
  endless.reading = Reading::twosComplement;
  midi::MidiGroup group({3, {0xB2, 63, 64}});
  group.add({3, {0xB2, 6, 0}});
  MappingRig rig({endless}, {}, {{"cutoff", group}});
  rig.cc(20, 1);
  REQUIRE(rig.count() == 1);
  CHECK(rig.stage.moves[0].value == doctest::Approx(8192.0 / 16383.0 + 1.0 / 127.0).epsilon(1e-4));
}

TEST_CASE("bytes that are another parameter's tell nothing") {
  EntryPlan endless = synth();
  endless.reading = Reading::twosComplement;
  for (const midi::MidiGroup& group :
       {midi::MidiGroup({3, {0xB2, 63, 64}}), midi::MidiGroup({3, {0xB3, 63, 64}})}) {
    midi::MidiGroup said = group;
    if (group.messages[0].bytes[0] == 0xB3) said.add({3, {0xB2, 6, 0}});
    MappingRig rig({endless}, {}, {{"cutoff", said}});
    rig.cc(20, 1);
    CHECK(rig.stage.moves.at(0).value == doctest::Approx(0.5 + 1.0 / 127.0).epsilon(1e-4));
  }
}

TEST_CASE("a knob waits for a synth's value that somebody else set") {
  EntryPlan knob = synth();
  knob.takeover = Takeover::pickup;
  MappingRig rig({knob});
  rig.cc(20, 100);
  rig.table->noteSaid(0, 2000.0, rig.stage);
  rig.cc(20, 101);
  CHECK(rig.count() == 1);
  CHECK_FALSE(rig.table->isAttached(0));
  rig.cc(20, 0);
  CHECK(rig.count() == 2);
}

TEST_CASE("a mapping that changes leaves every hand where it is") {
  EntryPlan knob = controllerTo(0, 20);
  knob.takeover = Takeover::pickup;
  EntryPlan waiting = controllerTo(1, 21);
  waiting.takeover = Takeover::pickup;
  EntryPlan endless = synth();
  endless.source.number = 22;
  endless.reading = Reading::twosComplement;
  MappingRig rig({knob, waiting, endless}, {{0, 0.5}, {1, 1.0}});
  rig.cc(20, 127);
  rig.cc(20, 0);
  rig.cc(20, 40);  // picked up, at 40
  rig.cc(21, 30);  // far from its value
  rig.cc(22, 20);
  const double turned = rig.stage.of(Move::Kind::midi).back().value;
  const std::size_t before = rig.count();

  // Another order, and one more.
  rig.change({endless, controllerTo(5, 25), waiting, knob}, {{0, 40.0 / 127.0}, {1, 1.0}});
  CHECK(rig.table->isAttached(3));
  CHECK_FALSE(rig.table->isAttached(2));
  rig.cc(20, 41);
  CHECK(rig.last() == doctest::Approx(41.0 / 127.0));
  rig.cc(21, 31);
  CHECK(rig.count() == before + 1);
  rig.cc(22, 1);
  CHECK(rig.stage.of(Move::Kind::midi).back().value ==
        doctest::Approx(turned + 1.0 / 127.0).epsilon(1e-4));
}

TEST_CASE("two knobs for one parameter of a synth know of each other") {
  EntryPlan other = synth();
  other.source.number = 21;
  MappingRig rig({synth(), other});
  rig.cc(20, 10);
  rig.cc(21, 50);
  CHECK(rig.count() == 1);  // far away: it has to pick the value up
  rig.cc(21, 5);
  CHECK(rig.count() == 2);
  CHECK_FALSE(rig.table->isAttached(0));
}

TEST_CASE("what there was no room for is sent in the next block, the last value only") {
  MappingRig rig({controllerTo(0)});
  rig.cc(20, 1);
  rig.stage.isFull = true;
  for (int value = 2; value < 90; ++value) rig.cc(20, value);
  rig.pass(1.0);
  rig.stage.isFull = false;
  rig.pass(1.0);
  rig.pass(1.0);
  REQUIRE(rig.values().size() == 2);
  CHECK(rig.last() == doctest::Approx(89.0 / 127.0));
}

TEST_CASE("clicks that there was no room for are not lost") {
  EntryPlan plan = controllerTo(0);
  plan.reading = Reading::twosComplement;
  plan.stepSize = 0.01;
  MappingRig rig({plan}, {{0, 0.0}});
  rig.stage.isFull = true;
  for (int i = 0; i < 30; ++i) rig.cc(20, 1);
  rig.stage.isFull = false;
  rig.pass(1.0);
  CHECK(rig.last() == doctest::Approx(0.3));
}

TEST_CASE("somebody's newer value wins over one that still waits") {
  MappingRig rig({controllerTo(0)}, {{0, 0.0}});
  rig.cc(20, 0);
  rig.stage.isFull = true;
  rig.cc(20, 99);
  rig.stage.isFull = false;
  rig.set(0, 0.1);
  rig.pass(1.0);
  CHECK(rig.count() == 0);
  rig.cc(20, 5);  // the hand comes from 99 and passes 0.1
  CHECK(rig.last() == doctest::Approx(5.0 / 127.0));
}

TEST_CASE("the last value of every sweep arrives, whatever was refused") {
  std::mt19937 random(22);
  for (int round = 0; round < 300; ++round) {
    EntryPlan plan = controllerTo(0);
    plan.takeover = Takeover::jump;
    EntryPlan pedal = button(Reading::momentary);
    pedal.target.param = 1;
    MappingRig rig({plan, pedal});
    rig.stage.refuses = [&random](const Move&) { return random() % 3 != 0; };
    int value = 0;
    for (int i = 0; i < 50; ++i) {
      value = static_cast<int>(random() % 128);
      rig.cc(20, value);
      if (random() % 4 == 0) rig.pass(0.7);
    }
    rig.stage.refuses = nullptr;
    rig.pass(0.7);
    double turned = 0.0;
    double held = 2.0;
    for (const Move& move : rig.stage.moves) (move.param == 0 ? turned : held) = move.value;
    CHECK(turned == doctest::Approx(value / 127.0));
    CHECK(held == (value >= 64 ? 8.0 : 2.0));
  }
}

TEST_CASE("14 bits of a 7 bit knob are set by the flush") {
  EntryPlan plan = controllerTo(0, 1);
  plan.source.kind = SourceKind::cc14;
  plan.source.lsb = 33;
  MappingRig rig({plan});
  rig.cc(1, 127);
  rig.pass(4.0);
  CHECK(rig.count() == 0);
  rig.pass(1.5);
  CHECK(rig.last() == 1.0);
}

TEST_CASE("pads play, higher or lower, and what is off the keyboard is not played") {
  EntryPlan plan = pads();
  plan.transpose = 60;
  MappingRig rig({plan});
  rig.noteOn(10, 127);
  rig.noteOn(68, 127);
  rig.noteOff(68);
  rig.noteOff(10);
  REQUIRE(rig.count() == 2);
  CHECK(rig.stage.moves[0].kind == Move::Kind::noteOn);
  CHECK(rig.stage.moves[0].param == 70);
  CHECK(rig.stage.moves[0].node == 1);
  CHECK(rig.stage.moves[0].value == 1.0);
  CHECK(rig.stage.moves[1].kind == Move::Kind::noteOff);
  CHECK(rig.stage.moves[1].param == 70);
}

TEST_CASE("a held note that begins again ends first") {
  MappingRig rig({pads(36)});
  rig.noteOn(36, 100);
  rig.noteOn(36, 50);
  REQUIRE(rig.count() == 3);
  CHECK(rig.stage.moves[1].kind == Move::Kind::noteOff);
  CHECK(rig.stage.moves[2].kind == Move::Kind::noteOn);
}

TEST_CASE("a button or a program plays the middle of the keyboard") {
  EntryPlan pedal = controllerTo(0);
  pedal.target.kind = TargetKind::play;
  pedal.transpose = -12;
  EntryPlan program = pedal;
  program.source.kind = SourceKind::program;
  MappingRig rig({pedal, program});
  rig.cc(20, 127);
  rig.cc(20, 90);
  rig.cc(20, 10);
  REQUIRE(rig.count() == 2);
  CHECK(rig.stage.moves[0].param == 48);
  rig.send(0xC0, 20);
  REQUIRE(rig.count() == 4);  // begun and ended: a program has no release
  CHECK(rig.stage.moves[3].kind == Move::Kind::noteOff);
}

TEST_CASE("a latching pad holds its note until it is pressed again") {
  EntryPlan plan = pads(36);
  plan.reading = Reading::toggle;
  MappingRig rig({plan});
  rig.noteOn(36, 100);
  rig.noteOff(36);
  CHECK(rig.count() == 1);
  rig.noteOn(36, 100);
  CHECK(rig.stage.moves.back().kind == Move::Kind::noteOff);
}

TEST_CASE("what is held goes on when the mapping changes and its line does not") {
  EntryPlan latch = pads(36);
  latch.reading = Reading::toggle;
  EntryPlan hold = controllerTo(0, 64);
  hold.reading = Reading::momentary;
  EntryPlan keys = pads();
  keys.source.channel = 5;
  EntryPlan moved = keys;
  moved.source.channel = 6;
  MappingRig rig({latch, hold, keys, moved}, {{0, 0.0}});
  rig.noteOn(36, 100);
  rig.noteOff(36);
  rig.cc(64, 127);
  rig.noteOn(60, 100, 5);
  rig.noteOn(60, 100, 6);
  REQUIRE(rig.last() == 1.0);
  moved.transpose = 12;  // this one is another now, and one is new before all
  rig.stage.moves.clear();
  rig.change({controllerTo(3, 23), latch, hold, keys, moved}, {{0, 1.0}});
  REQUIRE(rig.count() == 1);
  CHECK(rig.stage.moves[0].kind == Move::Kind::noteOff);
  CHECK(rig.stage.moves[0].entry == 3);  // of the mapping that was
  rig.noteOff(60, 6);
  rig.noteOff(60, 5);
  rig.cc(64, 0);
  rig.noteOn(36, 100);
  REQUIRE(rig.count() == 4);
  CHECK(rig.stage.moves[1].kind == Move::Kind::noteOff);
  CHECK(rig.stage.moves[1].entry == 3);
  CHECK(rig.last() == 0.0);
  CHECK(rig.stage.moves[3].kind == Move::Kind::noteOff);
  CHECK(rig.stage.moves[3].entry == 1);
}

TEST_CASE("no note hangs, whatever is played, refused, changed or reset") {
  std::mt19937 random(23);
  for (int round = 0; round < 400; ++round) {
    EntryPlan pedal = controllerTo(0);
    pedal.target.kind = TargetKind::play;
    EntryPlan low = pads();
    low.transpose = -40;
    low.source.channel = 0;
    EntryPlan latch = pads(50);
    latch.reading = Reading::toggle;
    const std::vector<EntryPlan> entries{low, latch, pedal, pads(60)};
    MappingRig rig(entries);
    rig.stage.refuses = [&random](const Move&) { return random() % 3 == 0; };
    for (int i = 0; i < 120; ++i) {
      const int note = 45 + static_cast<int>(random() % 20);
      switch (random() % 13) {
        case 0: rig.cc(20, static_cast<int>(random() % 128)); break;
        case 1: rig.pass(0.7); break;
        case 2:
          if (random() % 8 == 0) rig.systemReset();
          break;
        case 3: {
          std::vector<EntryPlan> changed = entries;
          const std::size_t other = random() % 12;
          if (other < changed.size()) changed[other].source.port = "none";
          if (random() % 4 == 0) rig.change(changed);
          break;
        }
        case 4:
        case 5:
        case 6:
        case 7: rig.noteOff(note); break;
        default: rig.noteOn(note, static_cast<int>(random() % 128)); break;
      }
    }
    if (round % 2 == 0) {
      rig.table->releaseAll(rig.stage);
    } else {
      rig.systemReset();
    }
    rig.stage.refuses = nullptr;
    rig.pass(0.7);
    std::set<std::pair<std::uint32_t, std::uint32_t>> sounding;
    for (const Move& move : rig.stage.moves) {
      const std::pair<std::uint32_t, std::uint32_t> note{move.entry, move.param};
      if (move.kind == Move::Kind::noteOn) {
        CHECK(sounding.insert(note).second);  // never twice
      } else {
        CHECK(sounding.erase(note) == 1);
      }
    }
    CHECK(sounding.empty());
  }
}
