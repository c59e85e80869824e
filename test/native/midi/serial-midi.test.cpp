// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/serial-midi.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/host-clock.hpp"
#include "support/pty.hpp"

using namespace downbeat;
using midi::MidiInputs;
using midi::MidiPortPlan;
using midi::RtMidiInput;
using midi::SendResult;

namespace {

MidiPortPlan serialPlan(const std::string& path, bool input) {
  MidiPortPlan plan;
  plan.id = "din";
  plan.kind = midi::MidiPortKind::serial;
  plan.name = path;
  plan.input = input;
  return plan;
}

void send(midi::MidiOutPort& port, const std::vector<std::uint8_t>& bytes, std::int64_t now) {
  CHECK(port.send(bytes.data(), bytes.size(), {now}) == SendResult::sent);
}

}  // namespace

TEST_CASE("a tick passes the notes that wait for the wire, and every byte arrives") {
  test::Pty pty;
  MidiInputs inputs;
  auto opened = midi::openSerialMidi(serialPlan(pty.path(), false), inputs.lane(0));
  REQUIRE(opened.isOk());
  midi::MidiOutPort& port = *opened.value().out;
  std::int64_t now = 1'000'000;
  std::vector<std::uint8_t> notes;
  for (std::uint8_t note = 60; note < 70; ++note) {
    send(port, {0x90, note, 100}, now);
    notes.insert(notes.end(), {0x90, note, 100});
  }
  send(port, {0xF8}, now);
  // Two note bytes may be ahead of the tick: one on the wire, one behind it.
  const std::vector<std::uint8_t> first = pty.read(1000);
  CHECK(first == std::vector<std::uint8_t>{0x90, 60, 0xF8});
  std::vector<std::uint8_t> rest;
  int turns = 0;
  for (HostMicros next = port.pump({now}, midi::MidiOutPort::kNever);
       next < midi::MidiOutPort::kNever && turns < 1000; ++turns) {
    CHECK(next.value > now);
    now = next.value;
    next = port.pump({now}, midi::MidiOutPort::kNever);
  }
  rest = pty.read(1000);
  std::vector<std::uint8_t> all = first;
  all.insert(all.end(), rest.begin(), rest.end());
  all.erase(std::remove(all.begin(), all.end(), 0xF8), all.end());
  CHECK(all == notes);
  // 31 bytes of 320 us, the last one put on the wire one byte time early.
  CHECK(now - 1'000'000 >= 28 * 320);
  CHECK(now - 1'000'000 <= 31 * 320);
}

TEST_CASE("the wire is left free for a tick that is about to come") {
  test::Pty pty;
  MidiInputs inputs;
  auto opened = midi::openSerialMidi(serialPlan(pty.path(), false), inputs.lane(0));
  REQUIRE(opened.isOk());
  midi::MidiOutPort& port = *opened.value().out;
  send(port, {0x90, 60, 100}, 1'000'000);  // two bytes go, the third waits
  CHECK(pty.read(1000).size() == 2);
  // At 320 us the third could go, and would be on the wire from 640 to 960.
  CHECK(port.pump({1'000'320}, {1'000'800}).value == 1'000'800);
  CHECK(pty.read(0).empty());
  send(port, {0xF8}, 1'000'800);
  CHECK(port.pump({1'000'800}, {2'000'000}) == midi::MidiOutPort::kNever);
  CHECK(pty.read(1000) == std::vector<std::uint8_t>{0xF8, 100});
}

TEST_CASE("Continue does not pass the song position it belongs to") {
  test::Pty pty;
  MidiInputs inputs;
  auto opened = midi::openSerialMidi(serialPlan(pty.path(), false), inputs.lane(0));
  REQUIRE(opened.isOk());
  midi::MidiOutPort& port = *opened.value().out;
  send(port, {0x90, 60, 100}, 1'000'000);
  send(port, {0xF2, 4, 0}, 1'000'000);
  send(port, {0xFB}, 1'000'000);
  send(port, {0xF8}, 1'001'000);
  CHECK(pty.read(1000) == std::vector<std::uint8_t>{0x90, 60, 100, 0xF2, 4, 0, 0xFB, 0xF8});
}

TEST_CASE("what waits when the port is closed still goes out") {
  test::Pty pty;
  MidiInputs inputs;
  auto opened = midi::openSerialMidi(serialPlan(pty.path(), false), inputs.lane(0));
  REQUIRE(opened.isOk());
  // Kept open elsewhere: a pty forgets what was written when its last user closes it.
  auto watcher = platform::SerialPort::open(pty.path(), 31250);
  REQUIRE(watcher.isOk());
  std::vector<std::uint8_t> sent;
  for (std::uint8_t note = 0; note < 128; ++note) {
    send(*opened.value().out, {0x80, note, 64}, 1'000'000);
    sent.insert(sent.end(), {0x80, note, 64});
  }
  opened.value().out.reset();
  CHECK(pty.read(1000) == sent);
}

TEST_CASE("what comes in on a serial line is heard with its time, message by message") {
  test::Pty pty;
  MidiInputs inputs;
  auto opened = midi::openSerialMidi(serialPlan(pty.path(), true), inputs.lane(4));
  REQUIRE(opened.isOk());
  const HostMicros before = hostNow();
  REQUIRE(pty.write({0x90, 60, 0xF8, 100, 62, 90, 0xF0, 1, 2, 3, 0xF7}));
  std::vector<RtMidiInput> got;
  for (int i = 0; i < 500 && (got.size() < 3 || inputs.lane(4).received() < 4); ++i) {
    RtMidiInput input;
    while (inputs.pop(input)) got.push_back(input);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  REQUIRE(got.size() == 3);
  CHECK(got[0].message == midi::systemMessage(midi::kTick));
  CHECK(got[1].message == midi::noteOn(0, 60, 100));
  CHECK(got[2].message == midi::noteOn(0, 62, 90));
  for (const RtMidiInput& input : got) {
    CHECK(input.slot == 4);
    CHECK(input.host >= before);
    CHECK(input.host <= hostNow());
  }
  CHECK(inputs.lane(4).received() == 4);  // system exclusive is counted
  CHECK(inputs.lane(4).bytes() == 1 + 3 + 3 + 5);
}

TEST_CASE("a serial port that is pulled out says so to both directions") {
  test::Pty pty;
  MidiInputs inputs;
  auto opened = midi::openSerialMidi(serialPlan(pty.path(), true), inputs.lane(0));
  REQUIRE(opened.isOk());
  CHECK(opened.value().in->isAlive());
  pty.hangUp();
  CHECK_FALSE(opened.value().in->isAlive());
  const std::uint8_t tick = 0xF8;
  CHECK(opened.value().out->send(&tick, 1, {1'000'000}) == SendResult::lost);
}
