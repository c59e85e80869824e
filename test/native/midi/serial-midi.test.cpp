// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/serial-midi.hpp"

#include <doctest/doctest.h>

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

}  // namespace

TEST_CASE("bytes that are sent arrive, one by one or many") {
  test::Pty pty;
  MidiInputs inputs;
  auto opened = midi::openSerialMidi(serialPlan(pty.path(), false), inputs.lane(0));
  REQUIRE(opened.isOk());
  midi::MidiOutPort& port = *opened.value().out;
  CHECK(port.isByteStream());
  const std::vector<std::uint8_t> bytes{0xF2, 4, 0, 0xFB};
  CHECK(port.send(bytes.data(), bytes.size(), {1'000'000}) == SendResult::sent);
  CHECK(port.send(bytes.data(), 1, {1'000'000}) == SendResult::sent);
  CHECK(pty.read(1000) == std::vector<std::uint8_t>{0xF2, 4, 0, 0xFB, 0xF2});
}

TEST_CASE("what is left behind when the port is closed still goes out") {
  test::Pty pty;
  MidiInputs inputs;
  auto opened = midi::openSerialMidi(serialPlan(pty.path(), false), inputs.lane(0));
  REQUIRE(opened.isOk());
  // Kept open elsewhere: a pty forgets what was written when its last user closes it.
  auto watcher = platform::SerialPort::open(pty.path(), 31250);
  REQUIRE(watcher.isOk());
  std::vector<std::uint8_t> sent;
  for (std::uint8_t note = 0; note < 128; ++note) {
    const midi::MidiMessage message = midi::noteOff(0, note);
    opened.value().out->leaveBehind(message.bytes, message.size);
    sent.insert(sent.end(), message.bytes, message.bytes + message.size);
  }
  CHECK(pty.read(0).empty());
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
