// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "app/built-in-plan.hpp"
#include "app/plan-hash.hpp"
#include "app/plan-reader.hpp"
#include "support/test-nodes.hpp"

using namespace downbeat;
using namespace downbeat::app;
using nlohmann::json;

namespace {

const char* const kEntry = R"({
  "id": "bright", "reading": "absolute", "takeover": "scale", "press": "double",
  "deadzone": 0.05, "hysteresis": 0.01, "from": 0.1, "to": 0.9,
  "curve": [0, 0.2, 1], "steps": 5, "stepSize": 0.01, "low": 20, "high": -3.5, "rampMs": 12,
  "transpose": -12, "hasFeedback": true, "values": [3, -1.5, 3], "banks": [1, 0], "modifier": 0,
  "acceleration": [{"clicksPerSecond": 12, "factor": 1}, {"clicksPerSecond": 60, "factor": 8}],
  "source": {"port": "keys", "kind": "cc14", "channel": 3, "number": 7, "lsb": 40, "lsbFirst": true},
  "target": {"kind": "midi", "port": "synth", "key": "cutoff",
             "messages": [[179, 43, "high"], [179, 107, "low"]], "values": [0, 64, 16383]}
})";

json planWith(json entries) {
  return {
      {"version", 1},
      {"midi",
       {{"ports",
         {{{"id", "keys"}, {"kind", "match"}, {"name", "keys"}, {"input", true}, {"output", false}},
          {{"id", "synth"}, {"kind", "match"}, {"name", "synth"}, {"input", false}}}}}},
      {"mapping",
       {{"entries", std::move(entries)}, {"banks", {"main", "mixer"}}, {"modifiers", {"shift"}}}},
      {"session", json::object()}};
}

json entryWith(const char* pointer, const json& value) {
  json entry = json::parse(kEntry);
  entry[json::json_pointer(pointer)] = value;
  return entry;
}

Result<Plan> read(const json& plan) { return readPlan(plan, test::findTestType); }

std::string pathOf(const json& plan) {
  const auto result = read(plan);
  return result.isOk() ? "" : result.error().path;
}

}  // namespace

TEST_CASE("an entry of the mapping is read field by field") {
  const auto result = read(planWith(json::array({json::parse(kEntry)})));
  REQUIRE_MESSAGE(result.isOk(), (result.error().path + ": " + result.error().message));
  const mapping::EntryPlan& entry = result.value().mapping.entries.at(0);
  CHECK(entry.id == "bright");
  CHECK(entry.source.port == "keys");
  CHECK(entry.source.kind == mapping::SourceKind::cc14);
  CHECK(entry.source.channel == 3);
  CHECK(entry.source.number == 7);
  CHECK(entry.source.lsb == 40);
  CHECK(entry.source.lsbFirst);
  CHECK(entry.takeover == mapping::Takeover::scale);
  CHECK(entry.press == mapping::Press::doublePress);
  CHECK(entry.deadzone == 0.05);
  CHECK(entry.hysteresis == 0.01);
  CHECK(entry.from == 0.1);
  CHECK(entry.to == 0.9);
  CHECK(entry.curve == std::vector<double>{0.0, 0.2, 1.0});
  CHECK(entry.steps == 5);
  CHECK(entry.stepSize == 0.01);
  CHECK(entry.low == 20.0);
  CHECK(entry.high == -3.5);
  CHECK(entry.rampMs == 12.0);
  CHECK(entry.transpose == -12);
  CHECK(entry.hasFeedback);
  CHECK(entry.target.kind == mapping::TargetKind::midi);
  CHECK(entry.target.port == "synth");
  CHECK(entry.target.key == "cutoff");
  REQUIRE(entry.target.messages.size() == 2);
  CHECK(entry.target.messages[0].size == 3);
  CHECK(entry.target.messages[0].bytes == std::array<std::uint8_t, 3>{179, 43, mapping::kHighByte});
  CHECK(entry.target.messages[1].bytes == std::array<std::uint8_t, 3>{179, 107, mapping::kLowByte});
  CHECK(entry.target.values == std::vector<std::uint16_t>{0, 64, 16383});
  CHECK(entry.values == std::vector<double>{3.0, -1.5, 3.0});
  CHECK(entry.banks == std::vector<std::uint32_t>{1, 0});
  CHECK(entry.modifier == 0);
  REQUIRE(entry.acceleration.size() == 2);
  CHECK(entry.acceleration[1].clicksPerSecond == 60.0);
  CHECK(entry.acceleration[1].factor == 8.0);
  CHECK(result.value().mapping.banks == std::vector<std::string>{"main", "mixer"});
  CHECK(result.value().mapping.modifiers == std::vector<std::string>{"shift"});
}

TEST_CASE("buttons for banks and modifiers are read by their place") {
  const auto target = [](const json& value) {
    const auto result = read(planWith(json::array({entryWith("/target", value)})));
    REQUIRE(result.isOk());
    return result.value().mapping.entries.at(0).target;
  };
  const auto bank = target({{"kind", "bank"}, {"action", "choose"}, {"place", 1}});
  CHECK(bank.kind == mapping::TargetKind::bank);
  CHECK(bank.place == 1);
  CHECK(target({{"kind", "bank"}, {"action", "previous"}}).choice == mapping::Choice::previous);
  CHECK(target({{"kind", "modifier"}, {"place", 0}}).kind == mapping::TargetKind::modifier);
}

TEST_CASE("a plan of before there were mappings has none") {
  json plan = planWith(json::array());
  plan.erase("mapping");
  const auto result = read(plan);
  REQUIRE(result.isOk());
  CHECK(result.value().mapping.entries.empty());
}

TEST_CASE("another mapping is another part of the plan") {
  const PlanHash one = hashPlan(planWith(json::array({json::parse(kEntry)})));
  const PlanHash other = hashPlan(planWith(json::array({entryWith("/low", 0)})));
  CHECK(changedParts(one, other) == std::vector<std::string>{"mapping"});
}

TEST_CASE("what is wrong in a mapping is named by its place") {
  const std::pair<const char*, json> wrong[] = {
      {"/id", "a:b"},
      {"/source/port", "synth"},
      {"/source/port", "nobody"},
      {"/source/kind", "knob"},
      {"/source/channel", 16},
      {"/source/number", 128},
      {"/source/number", nullptr},
      {"/source/lsb", -1},
      {"/reading", "sideways"},
      {"/takeover", "never"},
      {"/press", "hard"},
      {"/values", "all"},
      {"/values/1", "loud"},
      {"/acceleration/1/clicksPerSecond", 12},
      {"/acceleration/0/factor", 0},
      {"/keys", {60}},
      {"/banks/0", 2},
      {"/modifier", 1},
      {"/target", {{"kind", "bank"}, {"action", "choose"}, {"place", 2}}},
      {"/deadzone", 0.5},
      {"/hysteresis", -0.1},
      {"/from", -0.1},
      {"/to", 0.1},
      {"/curve", json::array({0, 0.6, 0.5, 1})},
      {"/curve", json::array({0.1, 1})},
      {"/curve", json::array({0})},
      {"/curve", json::array({0, "x", 1})},
      {"/steps", 1},
      {"/steps", 5000},
      {"/stepSize", 0},
      {"/low", 1e12},
      {"/rampMs", -1},
      {"/transpose", 128},
      {"/hasFeedback", 1},
      {"/target/kind", "lamp"},
      {"/target/port", "keys"},
      {"/target/messages", json::array()},
      {"/target/messages", json::array({json::array({179})})},
      {"/target/messages", json::array({json::array({179, 1})})},
      {"/target/messages", json::array({json::array({240, 1, 2})})},
      {"/target/messages", json::array({json::array({179, 1, "loud"})})},
      {"/target/messages", json::array({json::array({179, 1, 128})})},
      {"/target/values", json::array({16384})},
  };
  for (const auto& one : wrong) {
    const char* const pointer = one.first;
    const json& value = one.second;
    CAPTURE(pointer);
    CAPTURE(value.dump());
    const std::string path = pathOf(planWith(json::array({entryWith(pointer, value)})));
    CHECK(path.rfind("mapping.entries[0].", 0) == 0);
  }
  json twice = json::array({json::parse(kEntry), json::parse(kEntry)});
  CHECK(pathOf(planWith(twice)) == "mapping.entries[1].id");
  CHECK(pathOf(planWith(json::array({json(3)}))) == "mapping.entries[0]");
}
