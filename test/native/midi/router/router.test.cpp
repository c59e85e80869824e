// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/router/router.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "router-rig.hpp"

using namespace downbeat;
using midi::kNotCarried;
using midi::MidiRoutePlan;
using midi::RouteKind;
using test::Bytes;
using test::bytesOf;
using test::hangingNotes;
using test::notesOf;
using test::route;
using test::RouterRig;

namespace {

void carryOnly(MidiRoutePlan& plan, RouteKind kind) {
  plan.kinds = static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
}

}  // namespace

TEST_CASE("a route carries every channel message as it came, at once") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({route("thru")});
  const std::vector<Bytes> sent{{0x93, 60, 100}, {0xA3, 60, 50}, {0xB3, 1, 64}, {0xC3, 12},
                                {0xD3, 90},      {0xE3, 1, 2},   {0x83, 60, 7}};
  for (const Bytes& bytes : sent) rig.hear(1, bytes);
  CHECK(bytesOf(*log) == sent);
  for (const test::SentMessage& message : log->messages) CHECK(message.at == rig.time.micros);
}

TEST_CASE("clock, transport and what comes in elsewhere are not carried") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({route("thru")});
  for (const std::uint8_t status : {0xF8, 0xFA, 0xFB, 0xFC, 0xFE, 0xFF}) rig.hear(1, {status});
  rig.hear(1, {0xF2, 1, 2});
  rig.on(2, 60);
  CHECK(log->messages.empty());
}

TEST_CASE("a route carries only the kinds that it is asked for") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("wheel");
  carryOnly(plan, RouteKind::bend);
  rig.setRoutes({plan});
  rig.on(1, 60);
  rig.hear(1, {0xB0, 1, 64});
  rig.hear(1, {0xE0, 0, 80});
  rig.off(1, 60);
  CHECK(bytesOf(*log) == std::vector<Bytes>{{0xE0, 0, 80}});
}

TEST_CASE("system exclusive goes through a route that carries it") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("dump");
  carryOnly(plan, RouteKind::sysex);
  rig.setRoutes({plan});
  rig.hear(1, {0xF0, 0x7E, 0x7F, 6, 1, 0xF7});
  rig.setRoutes({route("dump")});
  rig.hear(1, {0xF0, 0x7E, 0x7F, 6, 1, 0xF7});
  CHECK(bytesOf(*log) == std::vector<Bytes>{{0xF0, 0x7E, 0x7F, 6, 1, 0xF7}});
}

TEST_CASE("system exclusive is sent on whole, without a clock inside, or not at all") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("dump");
  carryOnly(plan, RouteKind::sysex);
  rig.setRoutes({plan});
  rig.hear(1, {0xF0, 0x7E, 0x7F, 6, 1});
  rig.hear(1, {0xF0, 0x7E, 0x90, 60, 0xF7});
  CHECK(bytesOf(*log).empty());
  rig.hear(1, {0xF0, 0x7E, 0xF8, 0x7F, 6, 0xFE, 1, 0xF7});
  CHECK(bytesOf(*log) == std::vector<Bytes>{{0xF0, 0x7E, 0x7F, 6, 1, 0xF7}});
}

TEST_CASE("channels go where the map says, and nowhere") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("map");
  plan.channels.fill(kNotCarried);
  plan.channels[0] = 9;
  plan.channels[4] = 4;
  rig.setRoutes({plan});
  rig.on(1, 36, 100, 0);
  rig.on(1, 40, 100, 1);
  rig.on(1, 44, 100, 4);
  rig.off(1, 36, 0);
  CHECK(bytesOf(*log) == std::vector<Bytes>{{0x99, 36, 100}, {0x94, 44, 100}, {0x89, 36, 64}});
}

TEST_CASE("a part of the keyboard and of the velocities, transposed and bent by a curve") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("upper");
  plan.lowestNote = 60;
  plan.highestNote = 72;
  plan.lowestVelocity = 20;
  plan.highestVelocity = 90;
  plan.transpose = -12;
  for (std::size_t v = 1; v < 128; ++v) plan.velocities[v] = static_cast<std::uint8_t>(128 - v);
  rig.setRoutes({plan});
  rig.on(1, 59, 50);
  rig.on(1, 60, 50);
  rig.on(1, 72, 90);
  rig.on(1, 73, 50);
  rig.on(1, 65, 19);
  rig.on(1, 65, 91);
  CHECK(bytesOf(*log) == std::vector<Bytes>{{0x90, 48, 78}, {0x90, 60, 38}});
}

TEST_CASE("controllers are renamed and held back") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("knobs");
  plan.controllers[1] = 74;
  plan.controllers[64] = kNotCarried;
  rig.setRoutes({plan});
  rig.hear(1, {0xB0, 1, 5});
  rig.hear(1, {0xB0, 64, 127});
  rig.hear(1, {0xB0, 7, 100});
  CHECK(bytesOf(*log) == std::vector<Bytes>{{0xB0, 74, 5}, {0xB0, 7, 100}});
}

TEST_CASE("one key plays a chord, and notes that do not exist are left out") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("chord");
  plan.chord = {0, 4, 7};
  rig.setRoutes({plan});
  rig.on(1, 60);
  rig.on(1, 122);
  rig.off(1, 60);
  CHECK(notesOf(*log) == std::vector<int>{60, 64, 67, 122, 126});
  rig.off(1, 122);
  CHECK(hangingNotes(*log) == 0);
  plan.transpose = 100;
  rig.setRoutes({plan});
  rig.on(1, 60);
  rig.off(1, 60);
  CHECK(notesOf(*log).size() == 5);
  CHECK(rig.stateOf(0).figures.unplayable == 1);
}

TEST_CASE("a note that two keys hold ends with the second") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("chord");
  plan.chord = {0, 4};
  rig.setRoutes({plan, route("thru")});
  rig.on(1, 60);  // 60, 64 and 60
  rig.on(1, 64);  // 64, 68 and 64
  rig.off(1, 60);
  const auto ends = test::only(*log, 0x80);
  CHECK(std::count_if(ends.begin(), ends.end(), [](const auto& m) { return m.bytes[1] == 60; }) ==
        2);  // once to be struck again
  CHECK(log->messages.back().bytes == Bytes{0x80, 60, 64});
  rig.off(1, 64);
  CHECK(hangingNotes(*log) == 0);
}

TEST_CASE("a key ends what it has begun, whatever the settings say meanwhile") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({route("keys")});
  rig.on(1, 60);
  MidiRoutePlan changed = route("keys");
  changed.transpose = 12;
  changed.channels.fill(5);
  changed.highestNote = 10;
  changed.kinds = 0;
  rig.setRoutes({changed});
  CHECK(log->messages.size() == 1);  // an edit takes no note away
  rig.off(1, 60);
  CHECK(log->messages.back().bytes == Bytes{0x80, 60, 64});
  CHECK(hangingNotes(*log) == 0);
}

TEST_CASE("a route that leaves lets go of what it holds, with wheel and pedal") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({route("keys"), route("other")});
  rig.on(1, 60);
  rig.hear(1, {0xB0, 64, 127});
  rig.hear(1, {0xE0, 0, 100});
  rig.setRoutes({route("other")});
  CHECK(hangingNotes(*log) == 1);  // the other one still holds it
  rig.setRoutes({});
  CHECK(hangingNotes(*log) == 0);
  const std::vector<Bytes> all = bytesOf(*log);
  CHECK(std::count(all.begin(), all.end(), Bytes{0xB0, 64, 0}) > 0);
  CHECK(std::count(all.begin(), all.end(), Bytes{0xE0, 0, 64}) > 0);
}

TEST_CASE("a route to another port ends its notes at the old one") {
  RouterRig rig;
  const auto before = rig.addOut(0);
  const auto after = rig.addOut(2);
  rig.setRoutes({route("keys", "1", "0")});
  rig.on(1, 60);
  rig.setRoutes({route("keys", "1", "2")});
  CHECK(hangingNotes(*before) == 0);
  rig.off(1, 60);
  rig.on(1, 62);
  CHECK(notesOf(*after) == std::vector<int>{62});
}

TEST_CASE("keys of a controller that was unplugged are let go") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({route("keys")});
  rig.on(1, 60);
  rig.on(1, 64);
  rig.inputs->lane(1).restart();
  rig.runFor(0.01);
  CHECK(hangingNotes(*log) == 0);
  rig.on(1, 60);
  CHECK(hangingNotes(*log) == 1);
}

TEST_CASE("all notes off lets go of every key of its channel, also where only notes are carried") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("keys");
  carryOnly(plan, RouteKind::notes);
  rig.setRoutes({plan});
  rig.on(1, 60, 100, 2);
  rig.on(1, 62, 100, 3);
  rig.hear(1, {0xB2, 123, 0});
  CHECK(hangingNotes(*log) == 1);
  CHECK(log->messages.back().bytes == Bytes{0x82, 60, 64});
}

TEST_CASE("a synth that comes back is told what it was told, and gets what is still held") {
  RouterRig rig;
  auto log = rig.addOut(0);
  rig.setRoutes({route("keys")});
  rig.hear(1, {0xB0, 0, 3});
  rig.hear(1, {0xC0, 17});
  rig.hear(1, {0xB0, 74, 90});
  rig.hear(1, {0xB0, 74, 91});
  rig.on(1, 60);
  rig.on(1, 64);
  log->isLost = true;
  rig.on(1, 67);
  rig.off(1, 60);
  rig.runFor(0.01);
  (void)rig.table->withdraw(0);
  rig.runFor(0.01);
  rig.hear(1, {0xE0, 0, 70});
  log = rig.addOut(0);
  rig.runFor(0.05);
  const std::vector<Bytes> all = bytesOf(*log);
  const auto at = [&](const Bytes& bytes) { return std::find(all.begin(), all.end(), bytes); };
  CHECK(at({0x80, 60, 64}) < at({0xC0, 17}));  // what it holds is ended first
  CHECK(at({0xB0, 0, 3}) < at({0xC0, 17}));
  CHECK(at({0xC0, 17}) < at({0xB0, 74, 91}));
  CHECK(at({0xB0, 74, 91}) < at({0xE0, 0, 70}));
  CHECK(at({0xB0, 74, 90}) == all.end());
  CHECK(notesOf(*log) == std::vector<int>{64, 67});
  CHECK(at({0xE0, 0, 70}) < at({0x90, 64, 100}));
  rig.off(1, 64);
  rig.off(1, 67);
  CHECK(hangingNotes(*log) == 0);
}

TEST_CASE("on a slow cable too the values are there before the notes") {
  RouterRig rig;
  midi::RtMidiSlotSettings settings = RouterRig::quiet(1);
  settings.byteMicros = 320.0;
  auto log = rig.addPort(0, settings);
  rig.setRoutes({route("keys")});
  for (std::uint8_t number = 70; number < 80; ++number) rig.hear(1, {0xB0, number, 5});
  rig.on(1, 60);
  rig.runFor(0.1);
  (void)rig.table->withdraw(0);
  rig.runFor(0.01);
  log = rig.addPort(0, settings);
  rig.runFor(0.2);
  const std::vector<Bytes> all = bytesOf(*log);
  REQUIRE(all.size() >= 12);
  CHECK(all.back() == Bytes{0x90, 60, 100});
  CHECK(std::count_if(all.begin(), all.end(), [](const Bytes& one) { return one[2] == 5; }) == 10);
}

TEST_CASE("note offs that find no room are said later") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({route("keys")});
  for (std::uint8_t note = 40; note < 60; ++note) rig.on(1, note);
  log->isFull = true;
  for (std::uint8_t note = 40; note < 60; ++note) rig.off(1, note);
  rig.runFor(0.05);
  CHECK(hangingNotes(*log) == 20);
  log->isFull = false;
  rig.runFor(0.05);
  CHECK(hangingNotes(*log) == 0);
}

TEST_CASE("a route to or from a port that is not there does nothing and costs nothing") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({route("a", "nowhere", "0"), route("b", "1", "nowhere"), route("c")});
  rig.on(1, 60);
  CHECK(log->messages.size() == 1);
  rig.setRoutes({});
  CHECK(hangingNotes(*log) == 0);
}

TEST_CASE("what goes round outside the box is cut, and goes on two seconds later") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({route("keys")});
  rig.on(1, 60);
  std::size_t echoed = 0;
  // A cable from the output back into the input.
  for (int i = 0; i < 500; ++i) {
    rig.runFor(0.001);
    for (const std::size_t end = log->messages.size(); echoed < end; ++echoed) {
      if (log->messages[echoed].status() == 0x90) rig.hear(1, log->messages[echoed].bytes);
    }
  }
  const std::size_t rounds = notesOf(*log).size();
  CHECK(rounds < 30);
  CHECK(hangingNotes(*log) == 0);
  const midi::RtRouteState state = rig.stateOf(0);
  CHECK(state.figures.loops == 1);
  CHECK(state.isCut == 1);
  rig.runFor(2.0);
  rig.on(1, 62);
  CHECK(notesOf(*log).back() == 62);
  CHECK(rig.stateOf(0).isCut == 0);
}

TEST_CASE("a loop through a computer is noticed too") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({route("keys")});
  for (int i = 0; i < 200; ++i) {
    rig.on(1, 60);
    rig.runFor(0.025);
  }
  CHECK(notesOf(*log).size() < 130);
  CHECK(rig.stateOf(0).figures.loops == 1);
}

TEST_CASE("fast repeats and a knob that is spun are no loop") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({route("keys")});
  for (int i = 0; i < 100; ++i) {  // 1/64 at 150 bpm
    rig.on(1, 60);
    rig.runFor(0.010);
    rig.off(1, 60);
    rig.runFor(0.015);
  }
  for (int i = 0; i < 200; ++i) {
    rig.hear(1, {0xB0, 20, 65});
    rig.runFor(0.008);
  }
  CHECK(rig.stateOf(0).figures.loops == 0);
  CHECK(notesOf(*log).size() == 100);
}

TEST_CASE("figures say what a route carried") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  MidiRoutePlan plan = route("chord");
  plan.chord = {0, 3, 7};
  rig.setRoutes({plan});
  rig.on(1, 60);
  const midi::RtRouteState held = rig.stateOf(0);
  CHECK(held.figures.heard == 1);
  CHECK(held.figures.sent == 3);
  CHECK(held.held == 1);
  rig.off(1, 60);
  CHECK(rig.stateOf(0).held == 0);
}

TEST_CASE("a pedal that trembles for ever costs itself, and no note") {
  RouterRig rig;
  const auto log = rig.addOut(0);
  rig.setRoutes({route("all")});
  rig.on(1, 60);
  for (int i = 0; i < 5000; ++i) {
    rig.hear(1, {0xB0, 11, static_cast<std::uint8_t>(63 + i % 2)});
    rig.runFor(0.01);
  }
  CHECK(log->messages.size() < 4000);
  CHECK(rig.stateOf(0).figures.loops == 0);
  rig.on(1, 64);
  rig.off(1, 60);
  rig.off(1, 64);
  CHECK(notesOf(*log) == std::vector<int>{60, 64});
  CHECK(hangingNotes(*log) == 0);
  // A pause, and it counts again.
  const std::size_t before = log->messages.size();
  rig.runFor(1.0);
  rig.hear(1, {0xB0, 11, 63});
  CHECK(log->messages.size() == before + 1);
}
