// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/hand-desk.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace downbeat;
using downbeat::engine::HandDesk;
using nlohmann::json;

namespace {

midi::RtMidiInput inputOf(std::uint8_t status, std::uint8_t first = 0, std::uint8_t second = 0) {
  midi::RtMidiInput input;
  input.message = {static_cast<std::uint8_t>(midi::messageSize(status)), {status, first, second}};
  return input;
}

/// Entry `index`, the last one, moves the cutoff of the synth at lead.
mapping::MappingPlan planWithCutoff(std::size_t index) {
  mapping::MappingPlan plan;
  plan.entries.resize(index + 1);
  mapping::TargetPlan& target = plan.entries[index].target;
  target.kind = mapping::TargetKind::midi;
  target.port = "lead";
  target.key = "cutoff";
  target.messages = {{3, {0xB0, 43, mapping::kValueByte}}};
  return plan;
}

/// The audio thread plays the mapping of this serial.
void plays(HandDesk& desk, std::uint32_t serial) {
  rt::Latest<app::RtMappingState> state;
  app::RtMappingState now;
  now.serial = serial;
  state.write(now);
  desk.takeState(state);
}

json inputsSince(const HandDesk& desk, const json& since) {
  json reply = json::object();
  desk.inputsSince(since, reply);
  return reply;
}

}  // namespace

TEST_CASE("whoever asks hears what came in since the last question, and from which port") {
  HandDesk desk;
  desk.hear(inputOf(0xB0, 21, 64), "keys");
  desk.hear(inputOf(0xC3, 5), "pads");
  const json first = inputsSince(desk, json());
  CHECK(first["newest"] == 2);
  CHECK(first["inputs"] == json::parse(R"([{"serial":1,"port":"keys","bytes":[176,21,64]},
                                           {"serial":2,"port":"pads","bytes":[195,5]}])"));
  desk.hear(inputOf(0x90, 60, 1), "keys");
  const json second = inputsSince(desk, first["newest"]);
  REQUIRE(second["inputs"].size() == 1);
  CHECK(second["inputs"][0]["serial"] == 3);
  CHECK(inputsSince(desk, 3U)["inputs"].empty());
}

TEST_CASE("clock is counted and not kept, and a port's end is neither") {
  HandDesk desk;
  for (int i = 0; i < 1000; ++i) desk.hear(inputOf(midi::kTick), "clock");
  desk.hear(inputOf(midi::kSystemReset), "clock");
  CHECK(desk.received() == 1000);
  CHECK(inputsSince(desk, 0)["inputs"].empty());
}

TEST_CASE("only the newest messages are kept, and nonsense for a serial is all of them") {
  HandDesk desk;
  for (int i = 0; i < 1000; ++i) desk.hear(inputOf(0xB0, 1, 2), "keys");
  for (const json& since : {json("x"), json(-5), json::object()}) {
    CHECK(inputsSince(desk, since)["inputs"].size() == HandDesk::kMaxHeard);
  }
  CHECK(inputsSince(desk, 999U)["inputs"].size() == 1);
}

TEST_CASE("what a synth is told from outside is known to the entry that moves the same") {
  HandDesk desk;
  const std::uint32_t serial = desk.remember(planWithCutoff(1));
  const auto said = desk.saidTo({"lead", "cutoff"}, midi::MidiMessage{3, {0xB0, 43, 99}});
  REQUIRE(said.size() == 1);
  CHECK(said[0].serial == serial);
  CHECK(said[0].entry == 1);
  CHECK(said[0].value == 99.0);
  CHECK(desk.saidTo({"lead", "cutoff"}, midi::MidiMessage{3, {0xB0, 44, 99}}).empty());
  CHECK(desk.saidTo({"bass", "cutoff"}, midi::MidiMessage{3, {0xB0, 43, 99}}).empty());
  CHECK(desk.saidTo({"lead", "peak"}, midi::MidiMessage{3, {0xB0, 43, 99}}).empty());
}

TEST_CASE("a mapping that waits with its session learns what synths were told meanwhile") {
  HandDesk desk;
  const std::uint32_t playing = desk.remember(planWithCutoff(1));
  plays(desk, playing);
  CHECK(desk.takeUntold().empty());
  const std::uint32_t waiting = desk.remember(planWithCutoff(3));
  plays(desk, playing);
  // Knobs that play now know at once.
  const auto said = desk.saidTo({"lead", "cutoff"}, midi::MidiMessage{3, {0xB0, 43, 99}});
  REQUIRE(said.size() == 2);
  CHECK(said[0].serial == playing);
  CHECK(said[0].entry == 1);
  CHECK(said[1].serial == waiting);
  CHECK(said[1].entry == 3);
  CHECK(desk.takeUntold().empty());
  plays(desk, waiting);
  const auto untold = desk.takeUntold();
  REQUIRE(untold.size() == 1);
  CHECK(untold[0].port == "lead");
  CHECK(untold[0].key == "cutoff");
  CHECK(desk.takeUntold().empty());
  CHECK(desk.saidTo(untold[0], midi::MidiMessage{3, {0xB0, 43, 99}}).size() == 1);
  CHECK(desk.takeUntold().empty());
}

TEST_CASE("mappings that wait and are replaced are not kept without end") {
  HandDesk desk;
  const std::uint32_t playing = desk.remember(planWithCutoff(0));
  plays(desk, playing);
  for (int i = 0; i < 100; ++i) (void)desk.remember(planWithCutoff(1));
  CHECK(desk.saidTo({"lead", "cutoff"}, midi::MidiMessage{3, {0xB0, 43, 1}}).size() < 10);
  app::RtSynthNote note;
  note.serial = playing;
  CHECK(desk.entryOf(note) != nullptr);
}

TEST_CASE("a note belongs to an entry for as long as its mapping plays") {
  HandDesk desk;
  app::RtSynthNote note;
  note.serial = desk.remember(planWithCutoff(1));
  note.entry = 1;
  CHECK(desk.entryOf(note) != nullptr);
  note.entry = 2;
  CHECK(desk.entryOf(note) == nullptr);
  note.entry = 1;
  const std::uint32_t next = desk.remember(planWithCutoff(1));
  CHECK(desk.entryOf(note) != nullptr);
  plays(desk, next);
  CHECK(desk.entryOf(note) == nullptr);
}
