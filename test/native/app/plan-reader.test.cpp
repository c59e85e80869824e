// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/plan-reader.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "app/built-in-plan.hpp"
#include "app/plan-hash.hpp"
#include "support/test-nodes.hpp"

using namespace downbeat;
using namespace downbeat::app;
using nlohmann::json;

namespace {

/// Everything a plan can hold, once.
const char* const kWhole = R"({
  "version": 1,
  "audio": {"device": "USB", "api": "alsa", "sampleRate": 44100, "blockFrames": 64,
            "outputChannels": 4, "inputChannels": 2, "latencyOffsetMs": -2.5},
  "link": {"enabled": false, "startStopSync": true, "quantum": 8},
  "transport": {"autoplay": false, "tempo": 99.5},
  "midi": {"clockFrom": "din", "ports": [
    {"id": "din", "kind": "serial", "name": "/dev/ttyAMA0", "input": true, "output": true,
     "clock": true, "startStop": false, "songPosition": false, "offsetMs": -3, "tempoMultiple": 2,
     "atStop": "stopClock", "baud": 31250, "bytesPerSecond": 1500, "runningStatus": true,
     "askIdentity": true},
    {"id": "usb", "kind": "match", "name": "nts*"}]},
  "session": {
    "name": "Test", "seed": 42,
    "tempoMap": [{"beat": 0, "bpm": 120}, {"beat": 16, "bpm": 90}],
    "master": {"gain": 0.5, "ceilingDb": -1},
    "racks": [{
      "id": "one", "seed": 7, "gain": 0.8, "muted": true, "soloed": true,
      "tempoMap": [{"beat": 0, "bpm": 60}],
      "nodes": [{"id": "a", "type": "click", "params": [[1, 0.5], [5, 2]]},
                {"id": "b", "type": "key", "params": [[1, 1]]},
                {"id": "c", "type": "stereo"}],
      "connections": [{"from": "a", "to": "b", "gain": 0.5, "dry": 0.25, "fromPort": 0, "toPort": 1},
                      {"from": "b", "to": "c"}],
      "mixer": {"inputs": [{"node": "c", "gain": 0.9}], "gain": 0.7, "softClip": true},
      "patterns": [{"node": "a", "resolution": 12, "lengthSteps": 24, "swingPercent": 30,
                    "swingExponent": 2, "hits": [0, 3, 23],
                    "locks": [{"step": 3, "param": 1, "value": 0.3, "rampMs": 20}]}],
      "commands": [{"beat": 1.5, "node": "a", "type": "trigger", "value": 0.5},
                   {"beat": 2, "node": "a", "type": "setParamRamp", "param": 1, "value": 3,
                    "rampMs": 100}]},
     {"id": "two", "mixer": null}],
    "midiTracks": [{"id": "lead", "port": "usb", "channel": 9, "muted": true, "resolution": 16,
                    "lengthSteps": 32, "swingPercent": 10, "swingExponent": 1,
                    "notes": [{"step": 31, "note": 60, "velocity": 90, "lengthSteps": 0.5}],
                    "controllers": [{"step": 0, "controller": 74, "value": 127}]}]
  },
  "fromTheFuture": {"x": [1, 2, 3]}
})";

Result<Plan> read(const json& plan) { return readPlan(plan, test::findTestType); }

/// Whole plan with one value put in place of another.
json with(const char* pointer, const json& value) {
  json plan = json::parse(kWhole);
  plan[json::json_pointer(pointer)] = value;
  return plan;
}

json without(const char* parent, const char* key) {
  json plan = json::parse(kWhole);
  plan[json::json_pointer(parent)].erase(key);
  return plan;
}

}  // namespace

TEST_CASE("a plan is read field by field") {
  const auto result = readPlan(kWhole, test::findTestType);
  REQUIRE_MESSAGE(result.isOk(), (result.error().path + ": " + result.error().message));
  const Plan& plan = result.value();
  CHECK(plan.audio.settings.device == "USB");
  CHECK(plan.audio.settings.api == "alsa");
  CHECK(plan.audio.settings.sampleRate == 44100);
  CHECK(plan.audio.settings.blockFrames == 64);
  CHECK(plan.audio.settings.outputChannels == 4);
  CHECK(plan.audio.settings.inputChannels == 2);
  CHECK(plan.audio.latencyOffsetMs == -2.5);
  CHECK_FALSE(plan.link.enabled);
  CHECK(plan.link.startStopSync);
  CHECK(plan.link.quantum == 8.0);
  CHECK_FALSE(plan.transport.autoplay);
  CHECK(plan.transport.tempo == 99.5);
  REQUIRE(plan.midi.ports.size() == 2);
  CHECK(plan.midi.clockFrom == "din");
  CHECK(plan.midi.ports[0].kind == midi::MidiPortKind::serial);
  CHECK(plan.midi.ports[0].offsetMs == -3.0);
  CHECK_FALSE(plan.midi.ports[0].startStop);
  CHECK(plan.midi.ports[0].tempoMultiple == 2.0);
  CHECK(plan.midi.ports[0].atStop == midi::MidiAtStop::stopClock);
  CHECK(plan.midi.ports[0].bytesPerSecond == 1500);
  CHECK(plan.midi.ports[0].runningStatus);
  CHECK(plan.midi.ports[0].askIdentity);
  CHECK(plan.midi.ports[1].name == "nts*");
  // A plan of before these fields were there.
  CHECK(plan.midi.ports[1].tempoMultiple == 1.0);
  CHECK(plan.midi.ports[1].atStop == midi::MidiAtStop::keepClock);
  CHECK(plan.midi.ports[1].bytesPerSecond == 0);
  CHECK_FALSE(plan.midi.ports[1].runningStatus);
  CHECK_FALSE(plan.midi.ports[1].askIdentity);
  CHECK(plan.session.seed == 42);
  CHECK(plan.session.tempoMap[1].beat == 16.0);
  CHECK(plan.session.master.ceilingDb == -1.0);
  REQUIRE(plan.session.racks.size() == 2);
  const RackPlan& rack = plan.session.racks[0];
  CHECK(rack.seed == 7);
  CHECK(rack.gain == 0.8);
  CHECK(rack.muted);
  CHECK(rack.soloed);
  CHECK(rack.tempoMap[0].bpm == 60.0);
  CHECK(rack.nodes[0].params[1].id == 5);
  CHECK(rack.nodes[0].params[1].value == 2.0);
  CHECK(rack.connections[0].toPort == 1);
  CHECK(rack.connections[0].dry == 0.25);
  CHECK(rack.connections[1].gain == 1.0);
  CHECK(rack.hasMixer);
  CHECK(rack.mixer.softClip);
  CHECK(rack.mixer.inputs[0].gain == 0.9);
  CHECK(rack.patterns[0].hits == std::vector<std::uint32_t>{0, 3, 23});
  CHECK(rack.patterns[0].locks[0].rampMs == 20.0);
  CHECK(rack.commands[1].kind == sequencer::CommandKind::setParamRamp);
  CHECK(rack.commands[0].value == 0.5);
  CHECK_FALSE(plan.session.racks[1].hasMixer);
  // Without a map of its own it follows the session.
  CHECK(plan.session.racks[1].tempoMap.size() == 2);
  CHECK(plan.session.midiTracks[0].channel == 9);
  CHECK(plan.session.midiTracks[0].notes[0].lengthSteps == 0.5);
  CHECK(plan.session.midiTracks[0].controllers[0].value == 127);
}

TEST_CASE("the smallest plan is a version and a session") {
  const auto result = readPlan(R"({"version": 1, "session": {}})", test::findTestType);
  REQUIRE(result.isOk());
  CHECK(result.value().session.tempoMap.size() == 1);
  CHECK(result.value().link.enabled);
  CHECK(result.value().transport.autoplay);
  CHECK_FALSE(result.value().transport.tempo.has_value());
  CHECK(result.value().audio.settings.device == "auto");
}

TEST_CASE("a broken plan is refused with the place of the mistake and a sentence") {
  const std::string r = "session.racks[0]";
  const std::string t = "session.midiTracks[0]";
  struct Broken {
    json plan;
    std::string path;
  };
  const Broken table[] = {
      {json::array(), ""},
      {json("text"), ""},
      {with("/version", 2), "version"},
      {with("/version", "1"), "version"},
      {without("", "version"), "version"},
      {without("", "session"), "session"},
      {with("/session", nullptr), "session"},
      {with("/session", 5), "session"},
      {with("/audio", json::array()), "audio"},
      {with("/audio/api", "coreaudio"), "audio.api"},
      {with("/audio/sampleRate", 100), "audio.sampleRate"},
      {with("/audio/sampleRate", "48000"), "audio.sampleRate"},
      {with("/audio/blockFrames", 64.5), "audio.blockFrames"},
      {with("/audio/device", std::string(600, 'x')), "audio.device"},
      {with("/link/quantum", 0.5), "link.quantum"},
      {with("/link/enabled", 1), "link.enabled"},
      {with("/transport/tempo", 10), "transport.tempo"},
      {with("/midi/ports", json::object()), "midi.ports"},
      {with("/midi/clockFrom", "none"), "midi.clockFrom"},
      {with("/midi/clockFrom", "usb"), "midi.clockFrom"},
      {with("/midi/clockFrom", 1), "midi.clockFrom"},
      {with("/midi/ports/1/id", "din"), "midi.ports[1].id"},
      {with("/midi/ports/0/kind", "usb"), "midi.ports[0].kind"},
      {with("/midi/ports/0/offsetMs", 51), "midi.ports[0].offsetMs"},
      {with("/midi/ports/0/tempoMultiple", 1.5), "midi.ports[0].tempoMultiple"},
      {with("/midi/ports/0/tempoMultiple", "2"), "midi.ports[0].tempoMultiple"},
      {with("/midi/ports/0/atStop", "rest"), "midi.ports[0].atStop"},
      {with("/midi/ports/0/bytesPerSecond", -1), "midi.ports[0].bytesPerSecond"},
      {with("/midi/ports/0/runningStatus", 1), "midi.ports[0].runningStatus"},
      {with("/midi/ports/0/askIdentity", "yes"), "midi.ports[0].askIdentity"},
      {with("/midi/ports/1/name", ""), "midi.ports[1].name"},
      {with("/session/seed", -1), "session.seed"},
      {with("/session/tempoMap/0/beat", 1), "session.tempoMap[0].beat"},
      {with("/session/tempoMap/1/beat", 0), "session.tempoMap[1].beat"},
      {with("/session/tempoMap/1/bpm", 1000), "session.tempoMap[1].bpm"},
      {with("/session/master/gain", 5), "session.master.gain"},
      {with("/session/master/ceilingDb", 1), "session.master.ceilingDb"},
      {with("/session/racks/1/id", "one"), "session.racks[1].id"},
      {with("/session/racks/1/id", ""), "session.racks[1].id"},
      {with("/session/racks/1/id", "a:b"), "session.racks[1].id"},
      {with("/session/racks/0/gain", 4.1), r + ".gain"},
      {with("/session/racks/0/muted", "yes"), r + ".muted"},
      {with("/session/racks/0/nodes/2/id", "a"), r + ".nodes[2].id"},
      {with("/session/racks/0/nodes/2/type", "kik"), r + ".nodes[2].type"},
      {with("/session/racks/0/nodes/0/params/1/0", 77), r + ".nodes[0].params[1][0]"},
      {with("/session/racks/0/nodes/0/params/1/1", "x"), r + ".nodes[0].params[1][1]"},
      {with("/session/racks/0/nodes/0/params/1", json::array({1})), r + ".nodes[0].params[1]"},
      {with("/session/racks/0/nodes/0/params/1/0", 1), r + ".nodes[0].params[1][0]"},
      {with("/session/racks/0/connections/0/from", "zz"), r + ".connections[0].from"},
      {with("/session/racks/0/connections/0/gain", -0.1), r + ".connections[0].gain"},
      {with("/session/racks/0/connections/0/dry", 1.5), r + ".connections[0].dry"},
      {with("/session/racks/0/connections/0/toPort", 64), r + ".connections[0].toPort"},
      {with("/session/racks/0/connections/0/from", "c"), r + ".connections[0]"},
      {with("/session/racks/0/mixer", true), r + ".mixer"},
      {with("/session/racks/0/mixer/inputs/0/node", "q"), r + ".mixer.inputs[0].node"},
      {with("/session/racks/0/patterns/0/node", "q"), r + ".patterns[0].node"},
      {with("/session/racks/0/patterns/0/resolution", 0), r + ".patterns[0].resolution"},
      {without("/session/racks/0/patterns/0", "lengthSteps"), r + ".patterns[0].lengthSteps"},
      {with("/session/racks/0/patterns/0/swingPercent", 101), r + ".patterns[0].swingPercent"},
      {with("/session/racks/0/patterns/0/swingExponent", 0), r + ".patterns[0].swingExponent"},
      {with("/session/racks/0/patterns/0/hits/2", 24), r + ".patterns[0].hits[2]"},
      {with("/session/racks/0/patterns/0/hits/2", 3), r + ".patterns[0].hits[2]"},
      {with("/session/racks/0/patterns/0/locks/0/param", 9), r + ".patterns[0].locks[0].param"},
      {with("/session/racks/0/patterns/0/locks/0/step", 24), r + ".patterns[0].locks[0].step"},
      {without("/session/racks/0/patterns/0/locks/0", "value"), r + ".patterns[0].locks[0].value"},
      {with("/session/racks/0/commands/0/type", "Trigger"), r + ".commands[0].type"},
      {with("/session/racks/0/commands/0/beat", -1), r + ".commands[0].beat"},
      {with("/session/racks/0/commands/1/param", 3), r + ".commands[1].param"},
      {with("/session/racks/0/commands/0/value", 2), r + ".commands[0].value"},
      {with("/session/midiTracks/0/port", "gone"), t + ".port"},
      {with("/session/midiTracks/0/channel", 16), t + ".channel"},
      {with("/session/midiTracks/0/notes/0/step", 32), t + ".notes[0].step"},
      {with("/session/midiTracks/0/notes/0/velocity", 0), t + ".notes[0].velocity"},
      {with("/session/midiTracks/0/notes/0/lengthSteps", 0), t + ".notes[0].lengthSteps"},
      {with("/session/midiTracks/0/controllers/0/controller", 120),
       t + ".controllers[0].controller"},
  };
  for (const Broken& broken : table) {
    const auto result = read(broken.plan);
    REQUIRE_MESSAGE(!result.isOk(), broken.path);
    CHECK(result.error().code == "PLAN_INVALID");
    CHECK(result.error().path == broken.path);
    CHECK(result.error().message.rfind("expected ", 0) == 0);
    CHECK(result.error().message.back() == '.');
  }
}

TEST_CASE("the sentence says what came") {
  CHECK(read(with("/session/racks/0/gain", "loud")).error().message ==
        "expected a number from 0 to 4, got \"loud\".");
  CHECK(read(without("/session/racks/0", "id")).error().message ==
        "expected an id of 1 to 128 bytes without colons or control characters, got nothing.");
  CHECK(read(with("/audio/api", json::array({1, 2}))).error().message ==
        "expected one of \"auto\", \"alsa\", \"jack\", \"pulse\", \"core\", got a list of 2.");
}

TEST_CASE("text that is not a plan is refused, however nasty") {
  const auto refused = [](const std::string& text) {
    const auto result = readPlan(text, test::findTestType);
    return !result.isOk() && result.error().code == "PLAN_INVALID";
  };
  CHECK(refused(""));
  CHECK(refused("{"));
  CHECK(refused("null"));
  CHECK(refused("{\"version\": 1, \"session\": {\"seed\": 1e999}}"));
  CHECK(refused("{\"version\": 1, \"session\": {\"name\": \"\xff\xfe\"}}"));
  CHECK(refused(std::string(2'000'000, '[')));
  CHECK(refused(std::string(PlanLimits::kBytes + 1, ' ')));
  std::string deep = "{\"version\": 1, \"session\": {}, \"x\": ";
  deep += std::string(70, '[') + std::string(70, ']') + "}";
  CHECK(refused(deep));
}

TEST_CASE("brackets inside strings are not depth") {
  CHECK_FALSE(isTooDeep("[\"[[[[[[[[\\\"[[[[\"]", 1));
  CHECK(isTooDeep("[[\"\\\\\"]]", 1));
  CHECK_FALSE(isTooDeep("[[],[],[]]", 2));
}

TEST_CASE("a plan beyond a limit is refused") {
  json plan = json::parse(R"({"version": 1, "session": {"racks": []}})");
  SUBCASE("racks") {
    for (int i = 0; i < 257; ++i) {
      plan["session"]["racks"].push_back({{"id", "r" + std::to_string(i)}});
    }
    CHECK(read(plan).error().path == "session.racks");
  }
  SUBCASE("nodes of all racks together") {
    for (int rack = 0; rack < 3; ++rack) {
      json nodes = json::array();
      for (int i = 0; i < 3000; ++i) {
        nodes.push_back({{"id", "n" + std::to_string(i)}, {"type", "click"}});
      }
      plan["session"]["racks"].push_back({{"id", "r" + std::to_string(rack)}, {"nodes", nodes}});
    }
    CHECK(read(plan).error().path == "session.racks[2].nodes");
  }
  SUBCASE("hits and locks of all patterns together") {
    json hits = json::array();
    for (int i = 0; i < 40000; ++i) hits.push_back(i);
    const json pattern = {{"node", "a"}, {"lengthSteps", 65536}, {"hits", hits}};
    plan["session"]["racks"].push_back({{"id", "r"},
                                        {"nodes", {{{"id", "a"}, {"type", "click"}}}},
                                        {"patterns", {pattern, pattern}}});
    CHECK(read(plan).error().path == "session.racks[0].patterns[1]");
  }
}

TEST_CASE("two thousand mutated plans are answered, and what is accepted is whole") {
  std::mt19937 random(23);
  const json values[] = {nullptr, true, 0,          -1,     1e300, 1.5,  "",
                         "a",     "\t", 4294967296, 1e-300, "one", -0.0, 18446744073709551615ULL};
  int accepted = 0;
  for (int round = 0; round < 2000; ++round) {
    json plan = json::parse(kWhole).flatten();
    for (std::uint32_t changes = 1 + random() % 3; changes > 0; --changes) {
      auto field = plan.begin();
      std::advance(field, random() % plan.size());
      field.value() = values[random() % std::size(values)];
    }
    const auto result = readPlan(plan.unflatten().dump(), test::findTestType);
    if (!result.isOk()) {
      CHECK(result.error().code == "PLAN_INVALID");
      continue;
    }
    ++accepted;
    for (const RackPlan& rack : result.value().session.racks) {
      rack::GraphSetup setup;
      setup.findType = test::findTestType;
      CHECK(rack::Graph::build(rack, setup).isOk());
    }
  }
  CHECK(accepted > 20);
  CHECK(accepted < 1900);
}

TEST_CASE("text damaged anywhere never does more than be refused") {
  std::mt19937 random(29);
  const std::string whole = kWhole;
  for (int round = 0; round < 2000; ++round) {
    std::string text = whole;
    for (std::uint32_t changes = 1 + random() % 4; changes > 0; --changes) {
      text[random() % text.size()] = static_cast<char>(random() % 256);
    }
    if (random() % 4 == 0) text.resize(random() % text.size());
    const auto result = readPlan(text, test::findTestType);
    if (!result.isOk()) CHECK_FALSE(result.error().message.empty());
  }
}

TEST_CASE("the hash names the content, not the spelling, and tells which part changed") {
  const auto one = readPlan(kWhole, test::findTestType);
  const auto same = readPlan(json::parse(kWhole).dump(), test::findTestType);
  const auto other = read(with("/session/racks/0/gain", 0.7));
  CHECK(one.value().hash.text() == same.value().hash.text());
  CHECK(one.value().hash.text().size() == 16);
  CHECK(changedParts(one.value().hash, same.value().hash).empty());
  CHECK(changedParts(one.value().hash, other.value().hash) == std::vector<std::string>{"session"});
  CHECK(one.value().hash.whole != other.value().hash.whole);
  // FNV-1a's published value.
  CHECK(hashText("foobar") == 0x85944171f73967e8ULL);
}

TEST_CASE("the built-in plan is a good plan") {
  const auto result = readPlan(builtInPlanText(), &rack::findNodeType);
  REQUIRE_MESSAGE(result.isOk(), (result.error().path + ": " + result.error().message));
  CHECK(result.value().session.tempoMap[0].bpm == 122.0);
  CHECK(result.value().session.racks.size() == 3);
  CHECK(result.value().transport.autoplay);
}
