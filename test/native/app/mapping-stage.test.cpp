// SPDX-License-Identifier: GPL-3.0-or-later
// Hands at a MIDI port, all the way to what is heard.
#include "app/mapping-stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/built-in-plan.hpp"
#include "app/plan-reader.hpp"
#include "app/rt-messages.hpp"
#include "base/host-clock.hpp"
#include "base/name-key.hpp"
#include "box.hpp"
#include "rack/graph.hpp"

using namespace downbeat;
using namespace downbeat::app;

namespace {

constexpr std::uint32_t kBlock = 64;
constexpr std::uint32_t kGain = 1;  ///< of a rack's strip

Plan firstPlan() {
  auto plan = readPlan(builtInPlanText(), &rack::findNodeType);
  REQUIRE(plan.isOk());
  return std::move(plan.value());
}

mapping::EntryPlan knob(int number, const std::string& node, std::uint32_t param) {
  mapping::EntryPlan entry;
  entry.id = "knob" + std::to_string(number);
  entry.source.port = "keys";
  entry.source.number = number;
  entry.takeover = mapping::Takeover::jump;
  entry.target.node = node;
  entry.target.param = param;
  return entry;
}

/// A box with a keyboard on slot 3.
struct HandRig {
  explicit HandRig(mapping::MappingPlan plan = {}, const Plan& music = firstPlan())
      : box(music), mapping(std::move(plan)) {
    box.performer().mapping().listenTo(inputs.get());
    box.block(kBlock);  // the session begins
    remap();
    box.send(RtCommandKind::play);
  }
  ~HandRig() { box.performer().mapping().listenTo(nullptr); }

  std::unique_ptr<MappingSlot> slot() {
    mapping::Resolver resolver;
    resolver.slotOf = [](const std::string& port) -> std::optional<std::uint32_t> {
      if (port == "keys") return 3;
      if (port == "synth") return 5;
      return std::nullopt;
    };
    resolver.nodeOf = [this](const std::string& node) -> std::optional<std::uint32_t> {
      const auto& nodes = box.playing()->nodeIndices();
      const auto found = nodes.find(node);
      if (found == nodes.end()) return std::nullopt;
      return found->second;
    };
    resolver.valueOf = [](const std::string&, std::uint32_t) { return std::nullopt; };
    resolver.plannedOf = [](const std::string&, std::uint32_t param) {
      return std::optional<double>(param == kGain ? 1.0 : 0.0);
    };
    resolver.saidOf = [](const std::string&, const std::string&) { return std::nullopt; };
    resolver.soundOf = [](const std::string& sound) -> std::optional<std::uint32_t> {
      return sound == "main" ? kMainSound : kFirstRackSound;
    };
    auto made = std::make_unique<MappingSlot>(mapping, resolver);
    made->player = box.playing();
    made->serial = ++serial;
    return made;
  }
  void remap() { REQUIRE(box.performer().mapping().swap(slot())); }

  void message(std::uint8_t status, std::uint8_t first, std::uint8_t second) {
    const std::uint8_t bytes[] = {status, first, second};
    inputs->lane(3).receive(bytes, 3, hostNow());
  }
  void turn(int number, int value) {
    message(0xB0, static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(value));
  }
  double peakOf(int blocks) {
    double peak = 0.0;
    for (int i = 0; i < blocks; ++i) {
      for (const float sample : box.block(kBlock)) peak = std::max<double>(peak, std::fabs(sample));
    }
    return peak;
  }
  std::string firstRack() const {
    for (const auto& [name, index] : box.playing()->nodeIndices()) {
      if (name.rfind("rack:", 0) == 0) return name;
    }
    return {};
  }

  std::unique_ptr<midi::MidiInputs> inputs = std::make_unique<midi::MidiInputs>();
  Box box;
  mapping::MappingPlan mapping;
  std::uint32_t serial = 0;
};

mapping::MappingPlan everyRack(const Plan& plan) {
  mapping::MappingPlan mapping;
  for (const RackPlan& rack : plan.session.racks) {
    mapping::EntryPlan entry = knob(7, "rack:" + rack.id, kGain);
    entry.id = rack.id;
    mapping.entries.push_back(std::move(entry));
  }
  return mapping;
}

}  // namespace

TEST_CASE("a knob at a MIDI port is heard in the next block, and control learns of it afterwards") {
  HandRig rig(everyRack(firstPlan()));
  CHECK(rig.peakOf(1500) > 0.01);
  rig.turn(7, 0);
  rig.peakOf(200);  // what was sounding rings out
  CHECK(rig.peakOf(1500) < 1e-3);
  rig.turn(7, 127);
  CHECK(rig.peakOf(1500) > 0.01);
  RtParamNote note;
  std::size_t notes = 0;
  while (rig.box.performer().popParam(note)) ++notes;
  CHECK(notes == 2 * firstPlan().session.racks.size());
  midi::RtMidiInput heard;
  std::size_t messages = 0;
  while (rig.box.performer().mapping().popHeard(heard)) ++messages;
  CHECK(messages == 2);
}

TEST_CASE("a pad starts and stops, and a knob is the tempo") {
  mapping::MappingPlan plan;
  mapping::EntryPlan pad = knob(0, "", 0);
  pad.source.kind = mapping::SourceKind::note;
  pad.source.number = 40;
  pad.target.kind = mapping::TargetKind::transport;
  mapping::EntryPlan tempo = knob(24, "", 0);
  tempo.target.kind = mapping::TargetKind::transport;
  tempo.target.action = mapping::TransportAction::tempo;
  tempo.low = 60.0;
  tempo.high = 187.0;
  plan.entries = {pad, tempo};
  HandRig rig(plan);
  rig.peakOf(200);
  CHECK(rig.box.state().status == static_cast<std::uint8_t>(RtPlayStatus::playing));
  rig.message(0x90, 40, 100);
  rig.peakOf(200);
  CHECK(rig.box.state().status == static_cast<std::uint8_t>(RtPlayStatus::stopped));
  rig.message(0x80, 40, 0);
  rig.message(0x90, 40, 1);
  rig.peakOf(200);
  CHECK(rig.box.state().status == static_cast<std::uint8_t>(RtPlayStatus::playing));
  rig.turn(24, 40);
  rig.peakOf(200);
  CHECK(rig.box.state().tempoBpm == doctest::Approx(100.0));
}

TEST_CASE("a knob for a synth is a message for the midi thread, and is noted with its entry") {
  mapping::MappingPlan plan;
  mapping::EntryPlan entry = knob(22, "", 0);
  entry.target.kind = mapping::TargetKind::midi;
  entry.target.port = "synth";
  entry.target.key = "cutoff";
  entry.high = 127.0;
  mapping::MessageTemplate message;
  message.size = 3;
  message.bytes = {0xB2, 43, mapping::kValueByte};
  entry.target.messages = {message};
  plan.entries = {entry};
  HandRig rig(plan);
  rig.turn(22, 96);
  rig.peakOf(1);
  midi::RtHandPost post;
  REQUIRE(rig.box.performer().mapping().posts().pop(post));
  CHECK(post.slot == 5);
  CHECK(post.importance == midi::MessageClass::continuous);
  REQUIRE(post.group.count == 1);
  CHECK(post.group.messages[0] == midi::controlChange(2, 43, 96));
  RtSynthNote note;
  REQUIRE(rig.box.performer().mapping().popSynth(note));
  CHECK(note.serial == rig.serial);
  CHECK(note.entry == 0);
  CHECK(note.value == doctest::Approx(96.0 / 127.0));
  CHECK_FALSE(rig.box.performer().mapping().popSynth(note));
}

TEST_CASE("a mapping for a session that has left is given back unused") {
  HandRig rig;
  rig.mapping = everyRack(firstPlan());
  auto late = rig.slot();
  rig.box.swap(firstPlan(), RtWhen::now);
  rig.peakOf(2);
  REQUIRE(rig.box.performer().mapping().swap(std::move(late)));
  rig.turn(7, 0);
  rig.peakOf(200);
  CHECK(rig.peakOf(1500) > 0.01);
  rig.remap();
  rig.peakOf(1);
  rig.turn(7, 0);
  rig.peakOf(200);
  CHECK(rig.peakOf(1500) < 1e-3);
}

namespace {

mapping::MappingPlan keyboard() {
  const RackPlan rack = firstPlan().session.racks[0];
  mapping::EntryPlan entry = knob(0, rack.id + ":" + rack.nodes[0].id, 0);
  entry.source.kind = mapping::SourceKind::note;
  entry.source.number = -1;
  entry.target.kind = mapping::TargetKind::play;
  mapping::MappingPlan plan;
  plan.entries = {entry};
  return plan;
}

/// What the newest block was told to do.
std::vector<RtCommand> newest(HandRig& rig) {
  std::vector<RtCommand> commands;
  for (const MappedCommand& mapped : rig.box.performer().mapping()) {
    commands.push_back(mapped.command);
  }
  return commands;
}

}  // namespace

TEST_CASE("keys that are down when the mapping changes sound on where their line is the same") {
  HandRig rig(keyboard());
  rig.peakOf(1);
  rig.message(0x90, 60, 100);
  rig.peakOf(1);
  rig.mapping.entries.push_back(knob(20, "r:o", 0));
  rig.remap();
  rig.peakOf(1);
  CHECK(newest(rig).empty());
  rig.message(0x80, 60, 0);
  rig.peakOf(1);
  REQUIRE(newest(rig).size() == 1);
  CHECK(newest(rig)[0].kind == RtCommandKind::noteOff);
}

TEST_CASE("keys that are down when their line goes are let go") {
  HandRig rig(keyboard());
  rig.peakOf(1);
  rig.message(0x90, 60, 100);
  rig.peakOf(1);
  REQUIRE(newest(rig).size() == 1);
  CHECK(newest(rig)[0].kind == RtCommandKind::noteOn);
  CHECK(newest(rig)[0].param == 60);
  rig.mapping = {};
  rig.remap();
  rig.peakOf(1);
  REQUIRE(newest(rig).size() == 1);
  CHECK(newest(rig)[0].kind == RtCommandKind::noteOff);
  CHECK(newest(rig)[0].param == 60);
}

TEST_CASE("a pad that lets go in the moment of the strike is heard all the same") {
  HandRig rig(keyboard());
  rig.peakOf(1);
  rig.message(0x90, 60, 100);
  rig.message(0x80, 60, 0);
  rig.peakOf(1);
  const std::vector<RtCommand> commands = newest(rig);
  REQUIRE(commands.size() == 1);
  CHECK(commands[0].kind == RtCommandKind::noteOn);
  CHECK(commands[0].value2 == 10.0);
}

TEST_CASE("a key that is held over a change of the session is let go, and its sound ends") {
  const auto music = readPlan(R"({"version": 1, "session": {"racks": [{"id": "r",
      "nodes": [{"id": "o", "type": "poly"}], "mixer": {"inputs": [{"node": "o"}]}}]}})",
                              &rack::findNodeType);
  REQUIRE(music.isOk());
  mapping::MappingPlan keys = keyboard();
  keys.entries[0].target.node = "r:o";
  HandRig rig(keys, music.value());
  rig.peakOf(1);
  rig.message(0x90, 60, 100);
  rig.peakOf(400);
  CHECK(rig.peakOf(400) > 0.01);
  rig.box.swap(music.value(), RtWhen::now, rig.box.playing());
  rig.peakOf(1);
  rig.remap();
  rig.peakOf(3000);
  CHECK(rig.peakOf(400) < 1e-3);
}

TEST_CASE("what a hand did in the block of a change is done in the session that leaves") {
  HandRig rig(everyRack(firstPlan()));
  rig.peakOf(1500);
  rig.box.swap(firstPlan(), RtWhen::now, rig.box.playing());
  rig.turn(7, 0);
  rig.peakOf(2);
  RtParamNote note;
  std::size_t notes = 0;
  while (rig.box.performer().popParam(note)) ++notes;
  CHECK(notes == firstPlan().session.racks.size());
}

TEST_CASE("keys of a port that goes away are let go") {
  HandRig rig(keyboard());
  rig.peakOf(1);
  rig.message(0x90, 60, 100);
  rig.peakOf(1);
  rig.inputs->lane(3).restart();
  rig.peakOf(1);
  REQUIRE(newest(rig).size() == 1);
  CHECK(newest(rig)[0].kind == RtCommandKind::noteOff);
  rig.peakOf(1);
  CHECK(newest(rig).empty());
}

TEST_CASE("an endless knob for the tempo goes on from the tempo that plays") {
  mapping::MappingPlan plan;
  mapping::EntryPlan tempo = knob(24, "", 0);
  tempo.reading = mapping::Reading::twosComplement;
  tempo.target.kind = mapping::TargetKind::transport;
  tempo.target.action = mapping::TransportAction::tempo;
  tempo.low = 60.0;
  tempo.high = 160.0;
  tempo.stepSize = 0.01;
  plan.entries = {tempo};
  HandRig rig(plan);
  rig.peakOf(200);
  rig.turn(24, 1);
  rig.peakOf(200);
  CHECK(rig.box.state().tempoBpm == doctest::Approx(123.0));
  rig.box.send(RtCommandKind::tempo, 90.0);
  rig.peakOf(200);
  std::this_thread::sleep_for(std::chrono::milliseconds(120));
  rig.peakOf(2);
  rig.turn(24, 127);
  rig.peakOf(200);
  CHECK(rig.box.state().tempoBpm == doctest::Approx(89.0));
}

TEST_CASE("a flood of messages is taken block by block, and the last position wins") {
  HandRig rig(everyRack(firstPlan()));
  for (int i = 0; i < 200; ++i) rig.turn(7, i % 128);
  rig.turn(7, 0);
  rig.peakOf(400);
  CHECK(rig.peakOf(1500) < 1e-3);
  CHECK(rig.box.state().commandsDropped == 0);
}

TEST_CASE("what is attached can be seen from outside") {
  HandRig rig(everyRack(firstPlan()));
  rig.turn(7, 64);
  rig.peakOf(2);
  RtMappingState state;
  REQUIRE(rig.box.performer().mapping().state().read(state));
  CHECK(state.serial == rig.serial);
  CHECK(state.count == rig.mapping.entries.size());
  CHECK((state.attached[0] & 1) == 1);
}

TEST_CASE("a program moves a control by its key, and whoever listens hears what came of it") {
  mapping::MappingPlan plan;
  plan.entries = {knob(0, "rack:" + firstPlan().session.racks.front().id, kGain)};
  plan.entries[0].source = {};
  plan.entries[0].source.kind = mapping::SourceKind::control;
  plan.entries[0].source.control = "fader";
  HandRig rig(plan);
  rig.box.block(kBlock);
  (void)rig.box.events();
  const auto move = [&rig](const char* name, double value, std::uint32_t serial) {
    RtCommand command;
    command.kind = RtCommandKind::control;
    command.param = nameKey(name);
    command.value = value;
    command.serial = serial;
    REQUIRE(rig.box.shared().commands.push(command));
  };
  move("fader", 0.25, 901);
  move("nobody", 0.5, 902);
  for (int i = 0; i < 4; ++i) rig.box.block(kBlock);
  int done = 0;
  int mapped = 0;
  for (const RtEvent& event : rig.box.events()) {
    if (event.kind == RtEventKind::commandDone && event.serial == 901) done += event.flag == 0;
    if (event.kind == RtEventKind::commandDone && event.serial == 902) done += event.flag == 1;
    if (event.kind != RtEventKind::mapped) continue;
    ++mapped;
    CHECK(event.node == nameKey(plan.entries[0].id));
    CHECK(event.value == doctest::Approx(0.25).epsilon(1e-5));
    CHECK(event.flag == 0);
  }
  CHECK(done == 2);
  CHECK(mapped == 1);
  RtMove told;
  REQUIRE(rig.box.performer().mapping().popMove(told));
  CHECK(told.value == doctest::Approx(0.25).epsilon(1e-5));
  CHECK(told.serial == rig.serial);
}

TEST_CASE("what an LFO does is heard and told, and not remembered as a hand's") {
  mapping::MappingPlan plan;
  plan.entries = {knob(0, "rack:" + firstPlan().session.racks.front().id, kGain)};
  plan.entries[0].source = {};
  plan.entries[0].source.kind = mapping::SourceKind::lfo;
  plan.entries[0].source.maker.beats = 0.0;
  plan.entries[0].source.maker.freqHz = 50.0;
  HandRig rig(plan);
  std::size_t mapped = 0;
  for (int i = 0; i < 40 && mapped < 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    rig.box.block(kBlock);
    for (const RtEvent& event : rig.box.events()) {
      if (event.kind == RtEventKind::mapped) ++mapped;
      if (event.kind == RtEventKind::mapped) CHECK(event.flag == 128);
    }
  }
  CHECK(mapped >= 2);
  RtParamNote note;
  CHECK_FALSE(rig.box.performer().popParam(note));
}

TEST_CASE("an envelope follows what the loudspeaker plays") {
  mapping::MappingPlan plan;
  plan.entries = {knob(0, "rack:" + firstPlan().session.racks.back().id, kGain)};
  plan.entries[0].source = {};
  plan.entries[0].source.kind = mapping::SourceKind::envelope;
  plan.entries[0].source.maker.sound = "main";
  plan.entries[0].source.maker.attackMs = 1.0;
  plan.entries[0].target.kind = mapping::TargetKind::outside;
  HandRig rig(plan);
  double highest = 0.0;
  for (int i = 0; i < 40; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    for (int k = 0; k < 20; ++k) rig.box.block(kBlock);
    for (const RtEvent& event : rig.box.events()) {
      if (event.kind == RtEventKind::mapped) highest = std::max(highest, event.value);
    }
  }
  CHECK(highest > 0.5);
  CHECK(highest <= 1.0);
}

TEST_CASE("a key that is played through a route is a hand, a key that nobody listens to is none") {
  HandRig rig;
  const auto touched = [&rig] {
    rig.box.block(kBlock);
    rig.box.block(kBlock);
    return rig.box.state().touchedMicros;
  };
  rig.message(0x90, 60, 100);
  CHECK(touched() == 0);
  rig.inputs->lane(3).wantRoutes(true);
  rig.message(0x80, 60, 0);
  rig.message(0x90, 60, 0);
  CHECK(touched() == 0);
  rig.message(0x90, 60, 100);
  CHECK(touched() > 0);
}

namespace {

/// A pad that calls scenes.
mapping::EntryPlan caller(std::uint8_t note, mapping::Choice choice, std::uint32_t place = 0) {
  mapping::EntryPlan entry;
  entry.id = "pad" + std::to_string(note);
  entry.source.port = "keys";
  entry.source.kind = mapping::SourceKind::note;
  entry.source.number = note;
  entry.target.kind = mapping::TargetKind::scene;
  entry.target.choice = choice;
  entry.target.place = place;
  return entry;
}

constexpr std::uint8_t kQuietPad = 40;
constexpr std::uint8_t kLoudPad = 41;
constexpr std::uint8_t kNextPad = 42;

/// "quiet" turns every rack down, "loud" says nothing of them but of the first's mute.
mapping::MappingPlan withScenes(mapping::SceneStart start) {
  const Plan plan = firstPlan();
  mapping::MappingPlan made = everyRack(plan);
  for (mapping::EntryPlan& entry : made.entries) entry.takeover = mapping::Takeover::pickup;
  mapping::ScenePlan quiet;
  quiet.id = "quiet";
  quiet.start = start;
  for (const RackPlan& rack : plan.session.racks) {
    quiet.values.push_back({"rack:" + rack.id, kGain, 0.0});
  }
  quiet.values.push_back({"rack:nobody", kGain, 0.0});
  mapping::ScenePlan loud;
  loud.id = "loud";
  made.scenes = {quiet, loud};
  made.entries.push_back(caller(kQuietPad, mapping::Choice::choose, 0));
  made.entries.push_back(caller(kLoudPad, mapping::Choice::choose, 1));
  made.entries.push_back(caller(kNextPad, mapping::Choice::next));
  mapping::EntryPlan only = caller(50, mapping::Choice::choose, 1);
  only.id = "only";
  only.scenes = {0};
  made.entries.push_back(only);
  return made;
}

RtMappingState stateOf(HandRig& rig) {
  RtMappingState state;
  (void)rig.box.performer().mapping().state().read(state);
  return state;
}

}  // namespace

TEST_CASE("a pad calls a scene, and what only the other scene set goes back") {
  HandRig rig(withScenes(mapping::SceneStart::now));
  CHECK(rig.peakOf(1500) > 0.01);
  CHECK(stateOf(rig).scene == mapping::kNoScene);
  rig.message(0x90, kQuietPad, 100);
  rig.peakOf(400);  // what was sounding rings out
  CHECK(rig.peakOf(1500) < 1e-3);
  CHECK(stateOf(rig).scene == 0);
  CHECK(stateOf(rig).recalls == 1);
  RtParamNote note;
  std::size_t notes = 0;
  while (rig.box.performer().popParam(note)) ++notes;
  CHECK(notes == firstPlan().session.racks.size());  // for whoever remembers it after power
  rig.message(0x90, kLoudPad, 100);
  CHECK(rig.peakOf(1500) > 0.01);
  CHECK(stateOf(rig).scene == 1);
  // What is as the scene has it is left alone.
  while (rig.box.performer().popParam(note)) continue;
  rig.message(0x80, kLoudPad, 0);
  rig.message(0x90, kLoudPad, 100);
  rig.peakOf(100);
  CHECK_FALSE(rig.box.performer().popParam(note));
  CHECK(stateOf(rig).recalls == 3);
}

TEST_CASE("next goes through the scenes and round, and knobs have to pick up what a scene moved") {
  HandRig rig(withScenes(mapping::SceneStart::now));
  rig.turn(7, 127);
  rig.peakOf(10);
  RtMappingState state = stateOf(rig);
  CHECK((state.attached[0] & 1) != 0);
  const auto press = [&] {
    rig.message(0x90, kNextPad, 100);
    rig.peakOf(10);
    rig.message(0x80, kNextPad, 0);
    rig.peakOf(10);
    return stateOf(rig).scene;
  };
  CHECK(press() == 0);
  CHECK((stateOf(rig).attached[0] & 1) == 0);
  CHECK(press() == 1);
  CHECK(press() == 0);
}

TEST_CASE("an entry of a scene counts only after that scene was called") {
  HandRig rig(withScenes(mapping::SceneStart::now));
  const auto strike = [&](std::uint8_t pad) {
    rig.message(0x90, pad, 100);
    rig.peakOf(10);
    rig.message(0x80, pad, 0);
    rig.peakOf(10);
    return stateOf(rig).scene;
  };
  CHECK(strike(50) == mapping::kNoScene);
  CHECK(strike(kQuietPad) == 0);
  CHECK(strike(50) == 1);
}

TEST_CASE("a scene for the bar waits for it, also when the mapping is made anew meanwhile") {
  HandRig rig(withScenes(mapping::SceneStart::bar));
  rig.peakOf(100);
  rig.message(0x90, kQuietPad, 100);
  rig.peakOf(3);
  CHECK(stateOf(rig).scene == mapping::kNoScene);
  rig.remap();
  int blocks = 0;
  while (stateOf(rig).scene == mapping::kNoScene && blocks < 3000) {
    rig.peakOf(1);
    ++blocks;
  }
  CHECK(stateOf(rig).scene == 0);
  rig.peakOf(400);
  CHECK(rig.peakOf(1500) < 1e-3);
  // A mapping made anew knows which scene is there.
  rig.remap();
  rig.peakOf(2);
  CHECK(stateOf(rig).scene == 0);
}
