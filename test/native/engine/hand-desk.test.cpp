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
  mapping::MappingPlan plan;
  plan.entries.resize(2);
  mapping::TargetPlan& target = plan.entries[1].target;
  target.kind = mapping::TargetKind::midi;
  target.port = "lead";
  target.key = "cutoff";
  target.messages = {{3, {0xB0, 43, mapping::kValueByte}}};
  const std::uint32_t serial = desk.remember(plan);
  const auto said = desk.saidTo("lead", "cutoff", midi::MidiMessage{3, {0xB0, 43, 99}});
  REQUIRE(said);
  CHECK(said->serial == serial);
  CHECK(said->entry == 1);
  CHECK(said->value == 99.0);
  CHECK_FALSE(desk.saidTo("lead", "cutoff", midi::MidiMessage{3, {0xB0, 44, 99}}));
  CHECK_FALSE(desk.saidTo("bass", "cutoff", midi::MidiMessage{3, {0xB0, 43, 99}}));
  CHECK_FALSE(desk.saidTo("lead", "peak", midi::MidiMessage{3, {0xB0, 43, 99}}));
}

TEST_CASE("a note of an older mapping belongs to no entry") {
  HandDesk desk;
  mapping::MappingPlan plan;
  plan.entries.resize(2);
  app::RtSynthNote note;
  note.serial = desk.remember(plan);
  note.entry = 1;
  CHECK(desk.entryOf(note) != nullptr);
  note.entry = 2;
  CHECK(desk.entryOf(note) == nullptr);
  note.entry = 1;
  (void)desk.remember(plan);
  CHECK(desk.entryOf(note) == nullptr);
}
