// SPDX-License-Identifier: GPL-3.0-or-later
// Delays and arpeggios: what a route does in time.
#include <doctest/doctest.h>

#include <cmath>

#include "router-rig.hpp"

using namespace downbeat;
using midi::ArpOrder;
using midi::MidiRoutePlan;
using test::hangingNotes;
using test::kBeatMicros;
using test::kOrigin;
using test::notesOf;
using test::route;
using test::RouterRig;
using test::strikesOf;

namespace {

MidiRoutePlan arpeggio(ArpOrder order, double stepBeats = 0.25) {
  MidiRoutePlan plan = route("arp");
  plan.arp.order = order;
  plan.arp.stepBeats = stepBeats;
  return plan;
}

void runToBeat(RouterRig& rig, double beat) {
  rig.runUntil(kOrigin + static_cast<std::int64_t>(beat * static_cast<double>(kBeatMicros)));
}

}  // namespace

TEST_CASE("a delay lasts its beats to the microsecond") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("echo");
  plan.delayBeats = 0.75;
  rig.setRoutes({plan});
  rig.runFor(0.123457);
  const std::int64_t struck = rig.time.micros;
  rig.on(1, 60);
  rig.runFor(0.05);
  const std::int64_t released = rig.time.micros;
  rig.off(1, 60);
  rig.runFor(1.0);
  REQUIRE(log->messages.size() == 2);
  CHECK(std::abs(log->messages[0].at - (struck + kBeatMicros * 3 / 4)) <= 1);
  CHECK(std::abs(log->messages[1].at - (released + kBeatMicros * 3 / 4)) <= 1);
}

TEST_CASE("a delay follows the tempo while it waits, and the port's offset") {
  RouterRig rig;
  const auto log = rig.addOut(0, 20.0);
  MidiRoutePlan plan = route("echo");
  plan.delayBeats = 2.0;
  rig.setRoutes({plan});
  runToBeat(rig, 1.0);
  rig.on(1, 60);
  runToBeat(rig, 2.0);
  rig.transport.tempo(rig.time.micros, 60.0);  // the second beat lasts a second
  rig.runFor(2.0);
  REQUIRE(log->messages.size() == 1);
  CHECK(std::abs(log->messages[0].at - (kOrigin + 2 * kBeatMicros + 1'000'000 + 20'000)) <= 1);
}

TEST_CASE("what waits for a beat goes along when the beat line begins somewhere else") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("echo");
  plan.delayBeats = 1.0;
  rig.setRoutes({plan});
  rig.on(1, 60);
  rig.runFor(0.1);
  rig.transport.line(rig.time.micros, 1000.0, 120.0);
  rig.runFor(0.2);
  rig.transport.line(rig.time.micros, 3.0, 120.0);
  rig.runFor(0.3);
  REQUIRE(log->messages.size() == 1);
  CHECK(std::abs(log->messages[0].at - (kOrigin + kBeatMicros)) <= 1);
}

TEST_CASE("a delay that is shortened meanwhile ends no note before it begins") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("echo");
  plan.delayBeats = 1.0;
  rig.setRoutes({plan});
  rig.on(1, 60);
  plan.delayBeats = 0.0;
  rig.setRoutes({plan});
  rig.off(1, 60);
  rig.runFor(1.0);
  CHECK(log->messages.size() == 2);
  CHECK(hangingNotes(*log) == 0);
}

TEST_CASE("a pool of delays that is full refuses what begins and never what ends") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("echo");
  plan.delayBeats = 64.0;
  rig.setRoutes({plan});
  std::uint64_t asked = 0;
  for (int i = 0; i < 5000; ++i, ++asked) {
    const auto note = static_cast<std::uint8_t>(i % 100);
    rig.on(1, note);
    if (i % 2 == 0) rig.off(1, note);
    rig.runFor(0.002);
  }
  for (std::uint8_t note = 0; note < 100; ++note) rig.off(1, note);
  CHECK(rig.stateOf(0).figures.refused > 0);
  rig.runFor(45.0);
  CHECK(notesOf(*log).size() > 1000);
  CHECK(hangingNotes(*log) == 0);
}

TEST_CASE("an arpeggio steps on the grid of the beat, however its keys were pressed") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({arpeggio(ArpOrder::up)});
  runToBeat(rig, 0.9);
  rig.on(1, 64);
  rig.on(1, 60);
  rig.on(1, 67);
  runToBeat(rig, 2.1);
  const auto strikes = strikesOf(*log);
  REQUIRE(strikes.size() == 5);
  for (std::size_t i = 0; i < strikes.size(); ++i) {
    CHECK(std::abs(strikes[i].first - (1.0 + 0.25 * static_cast<double>(i))) < 1e-5);
  }
  CHECK(notesOf(*log) == std::vector<int>{60, 64, 67, 60, 64});
  for (const std::uint8_t note : {60, 64, 67}) rig.off(1, note);
  runToBeat(rig, 3.0);
  CHECK(strikesOf(*log).size() == 5);
  CHECK(hangingNotes(*log) == 0);
}

TEST_CASE("a key that comes a little late is played at once") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({arpeggio(ArpOrder::up, 1.0)});
  runToBeat(rig, 4.05);
  rig.on(1, 60);
  runToBeat(rig, 5.5);
  const auto strikes = strikesOf(*log);
  REQUIRE(strikes.size() == 2);
  CHECK(std::abs(strikes[0].first - 4.05) < 1e-5);
  CHECK(std::abs(strikes[1].first - 5.0) < 1e-5);
}

TEST_CASE("while the song plays an arpeggio steps with the song, round its loop too") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({arpeggio(ArpOrder::up, 0.5)});
  rig.on(1, 60);
  rig.transport.play(1.3, 0.0, 1);
  rig.transport.loop(true, 0.0, 3.25);
  runToBeat(rig, 5.4);
  std::vector<double> beats;
  for (const auto& [beat, note] : strikesOf(*log)) beats.push_back(beat);
  // Before the song on the line, then on the song; its loop is three and a quarter beats long.
  const std::vector<double> expected{0.0, 0.5, 1.0, 1.3, 1.8, 2.3, 2.8, 3.3, 3.8, 4.3, 4.55, 5.05};
  REQUIRE(beats.size() == expected.size());
  for (std::size_t i = 0; i < beats.size(); ++i) CHECK(std::abs(beats[i] - expected[i]) < 1e-4);
}

TEST_CASE("the gate is a part of the step, of whatever tempo") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = arpeggio(ArpOrder::up, 0.5);
  plan.arp.gate = 0.2;
  rig.setRoutes({plan});
  rig.on(1, 60);
  rig.transport.tempo(rig.time.micros, 240.0);
  rig.runFor(0.2);
  REQUIRE(log->messages.size() >= 3);
  CHECK(std::abs(log->messages[1].at - log->messages[0].at - 25'000) <= 2);
  plan.arp.gate = 1.0;
  rig.setRoutes({plan});
  rig.runFor(0.3);
  rig.off(1, 60);
  rig.runFor(0.5);
  CHECK(hangingNotes(*log) == 0);
}

TEST_CASE("hold keeps an arpeggio until other keys are pressed") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = arpeggio(ArpOrder::up);
  plan.arp.hold = true;
  rig.setRoutes({plan});
  rig.on(1, 60);
  rig.on(1, 64);
  rig.off(1, 60);
  rig.off(1, 64);
  runToBeat(rig, 1.1);
  CHECK(strikesOf(*log).size() == 5);
  rig.on(1, 72);
  rig.off(1, 72);
  const std::size_t before = strikesOf(*log).size();
  runToBeat(rig, 2.1);
  const auto notes = notesOf(*log);
  for (std::size_t i = before; i < notes.size(); ++i) CHECK(notes[i] == 72);
  // A keyboard that is unplugged takes nothing away; all notes off does.
  rig.inputs->lane(1).restart();
  runToBeat(rig, 3.1);
  CHECK(strikesOf(*log).size() > notes.size());
  rig.hear(1, {0xB0, 123, 0});
  const std::size_t ended = strikesOf(*log).size();
  runToBeat(rig, 4.0);
  CHECK(strikesOf(*log).size() == ended);
  CHECK(hangingNotes(*log) == 0);
}

TEST_CASE("the pedal holds the keys of an arpeggio and is not passed on") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({arpeggio(ArpOrder::up)});
  rig.hear(1, {0xB0, 64, 127});
  rig.on(1, 60);
  rig.off(1, 60);
  runToBeat(rig, 1.1);
  CHECK(strikesOf(*log).size() == 5);
  rig.hear(1, {0xB0, 64, 0});
  runToBeat(rig, 2.0);
  CHECK(strikesOf(*log).size() == 5);
  CHECK(test::only(*log, 0xB0).empty());
  CHECK(hangingNotes(*log) == 0);
}

TEST_CASE("an edit changes an arpeggio while it plays, and switching it off ends it") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({arpeggio(ArpOrder::up)});
  rig.on(1, 60);
  rig.on(1, 64);
  runToBeat(rig, 1.1);
  rig.setRoutes({arpeggio(ArpOrder::up, 0.5)});
  const std::size_t before = strikesOf(*log).size();
  runToBeat(rig, 2.1);
  CHECK(strikesOf(*log).size() == before + 2);
  rig.setRoutes({route("arp")});
  runToBeat(rig, 4.0);
  CHECK(strikesOf(*log).size() == before + 2);
  CHECK(hangingNotes(*log) == 0);
  rig.off(1, 60);
  rig.off(1, 64);
  rig.on(1, 62);
  CHECK(notesOf(*log).back() == 62);
}

TEST_CASE("an arpeggio is delayed as a whole") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = arpeggio(ArpOrder::up, 0.5);
  plan.delayBeats = 0.25;
  rig.setRoutes({plan});
  rig.on(1, 60);
  runToBeat(rig, 1.4);
  const auto strikes = strikesOf(*log);
  REQUIRE(strikes.size() == 3);
  CHECK(std::abs(strikes[1].first - 0.75) < 1e-5);
  CHECK(std::abs(strikes[2].first - 1.25) < 1e-5);
}
