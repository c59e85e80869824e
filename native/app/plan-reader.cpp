// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/plan-reader.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "app/plan-reader-parts.hpp"

namespace downbeat::app {
namespace {

using nlohmann::json;

void readAudio(const JsonObject& object, AudioPlan& plan) {
  static const std::vector<const char*> kApis{"auto", "alsa", "jack", "pulse", "core"};
  audio::AudioSettings& settings = plan.settings;
  settings.device = object.text("device", PlanLimits::kNameBytes, settings.device);
  settings.api = kApis[object.choice("api", kApis, 0)];
  const auto wholeOrZero = [&object](const char* key, std::uint64_t min, std::uint64_t max,
                                     std::uint32_t fallback) {
    // 0: the device's own.
    const json* value = object.find(key);
    if (value != nullptr && value->is_number() && value->get<double>() == 0.0) return 0U;
    return static_cast<std::uint32_t>(object.whole(key, min, max, fallback));
  };
  settings.sampleRate = wholeOrZero("sampleRate", 8000, 192000, settings.sampleRate);
  settings.blockFrames = wholeOrZero("blockFrames", 16, 8192, settings.blockFrames);
  settings.outputChannels = wholeOrZero("outputChannels", 1, 64, settings.outputChannels);
  settings.inputChannels = wholeOrZero("inputChannels", 1, 64, settings.inputChannels);
  plan.latencyOffsetMs = object.number("latencyOffsetMs", -1000.0, 1000.0, 0.0);
}

void readLink(const JsonObject& object, LinkPlan& plan) {
  plan.enabled = object.flag("enabled", plan.enabled);
  plan.startStopSync = object.flag("startStopSync", plan.startStopSync);
  plan.quantum = object.number("quantum", 1.0, 64.0, plan.quantum);
}

void readTransport(const JsonObject& object, TransportPlan& plan) {
  plan.autoplay = object.flag("autoplay", plan.autoplay);
  const json* tempo = object.find("tempo");
  if (tempo == nullptr || tempo->is_null()) return;
  plan.tempo = object.number("tempo", kMinTempoBpm, kMaxTempoBpm, std::nullopt);
}

void readMidi(const JsonObject& object, MidiPlan& plan) {
  static const std::vector<const char*> kKinds{"match", "virtual", "serial", "keyboard", "panel"};
  static const std::vector<const char*> kAtStop{"keepClock", "stopClock"};
  std::set<std::string> ids;
  object.list("ports", PlanLimits::kMidiPorts, [&](const json& value, const JsonPlace& place) {
    const JsonObject fields(&value, place, object.problem());
    midi::MidiPortPlan port;
    port.id = fields.id("id");
    port.kind = static_cast<midi::MidiPortKind>(fields.choice("kind", kKinds, std::nullopt));
    port.name = fields.text("name", PlanLimits::kNameBytes, std::nullopt);
    port.input = fields.flag("input", port.input);
    port.output = fields.flag("output", port.output);
    port.clock = fields.flag("clock", port.clock);
    port.startStop = fields.flag("startStop", port.startStop);
    port.songPosition = fields.flag("songPosition", port.songPosition);
    port.offsetMs = fields.number("offsetMs", -50.0, 50.0, port.offsetMs);
    port.tempoMultiple = fields.number("tempoMultiple", 0.5, 2.0, port.tempoMultiple);
    port.atStop = static_cast<midi::MidiAtStop>(fields.choice("atStop", kAtStop, 0));
    port.baud = static_cast<std::uint32_t>(fields.whole("baud", 300, 4000000, port.baud));
    port.bytesPerSecond = static_cast<std::uint32_t>(
        fields.whole("bytesPerSecond", 0, 10000000, port.bytesPerSecond));
    port.runningStatus = fields.flag("runningStatus", port.runningStatus);
    port.askIdentity = fields.flag("askIdentity", port.askIdentity);
    if (port.kind == midi::MidiPortKind::panel) {
      readPanel(JsonObject(fields.object("panel"), fields.at("panel"), fields.problem()),
                port.panel);
    }
    if (port.kind == midi::MidiPortKind::keyboard && port.output) {
      fields.problem().report(fields.at("output"), "false for a keyboard", fields.find("output"));
    }
    if (port.tempoMultiple != 0.5 && port.tempoMultiple != 1.0 && port.tempoMultiple != 2.0) {
      fields.problem().report(fields.at("tempoMultiple"), "0.5, 1 or 2",
                              fields.find("tempoMultiple"));
    }
    if (!ids.insert(port.id).second) {
      fields.problem().report(fields.at("id"), "an id that no other port has", fields.find("id"));
    }
    if (port.name.empty()) {
      fields.problem().report(fields.at("name"), "a name that is not empty", fields.find("name"));
    }
    plan.ports.push_back(std::move(port));
  });
  const json* clockFrom = object.find("clockFrom");
  if (clockFrom == nullptr || clockFrom->is_null()) return;
  const std::string id = object.id("clockFrom");
  const bool isHeard =
      std::any_of(plan.ports.begin(), plan.ports.end(),
                  [&id](const midi::MidiPortPlan& port) { return port.id == id && port.input; });
  if (!isHeard) {
    object.problem().report(object.at("clockFrom"), "null or the id of a port with an input",
                            clockFrom);
  }
  plan.clockFrom = id;
}

}  // namespace

void countAll(std::size_t& total, std::size_t count, std::size_t limit, const char* what,
              const JsonPlace& place, JsonProblem& problem) {
  total += count;
  if (total <= limit) return;
  problem.reportSentence(place, "expected at most " + std::to_string(limit) + " " + what +
                                    " in a plan, got " + std::to_string(total) + " up to here.");
}

bool isTooDeep(std::string_view json, std::size_t limit) {
  std::size_t depth = 0;
  bool isInString = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (isInString) {
      if (c == '\\') ++i;
      if (c == '"') isInString = false;
    } else if (c == '"') {
      isInString = true;
    } else if (c == '[' || c == '{') {
      if (++depth > limit) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

Result<Plan> readPlan(std::string_view text, rack::NodeTypeLookup findType) {
  if (text.size() > PlanLimits::kBytes) {
    return Error{"PLAN_INVALID",
                 "expected a plan of at most " + std::to_string(PlanLimits::kBytes) +
                     " bytes, got " + std::to_string(text.size()) + ".",
                 ""};
  }
  if (isTooDeep(text)) {
    return Error{"PLAN_INVALID",
                 "expected a plan nested at most " + std::to_string(PlanLimits::kDepth) +
                     " deep, got a deeper one.",
                 ""};
  }
  const json parsed = json::parse(text, nullptr, false);
  if (parsed.is_discarded()) {
    return Error{"PLAN_INVALID", "expected a plan in JSON, got a text that is not JSON.", ""};
  }
  return readPlan(parsed, findType);
}

Result<Plan> readPlan(const json& value, rack::NodeTypeLookup findType) {
  JsonProblem problem("PLAN_INVALID");
  if (isDeeperThan(value, PlanLimits::kDepth)) {
    problem.reportSentence({}, "expected a plan nested at most " +
                                   std::to_string(PlanLimits::kDepth) + " deep, got a deeper one.");
    return problem.error();
  }
  const JsonObject root(&value, {}, problem);
  const json* version = root.find("version");
  if (!problem.isFound() && (version == nullptr || !version->is_number() ||
                             version->get<double>() != static_cast<double>(kPlanVersion))) {
    problem.report(root.at("version"), "version " + std::to_string(kPlanVersion), version);
  }
  Plan plan;
  readAudio(JsonObject(root.object("audio"), root.at("audio"), problem), plan.audio);
  readLink(JsonObject(root.object("link"), root.at("link"), problem), plan.link);
  readTransport(JsonObject(root.object("transport"), root.at("transport"), problem),
                plan.transport);
  readMidi(JsonObject(root.object("midi"), root.at("midi"), problem), plan.midi);
  readMapping(JsonObject(root.object("mapping"), root.at("mapping"), problem), plan);
  readRouting(JsonObject(root.object("routing"), root.at("routing"), problem), plan);
  const json* session = root.object("session");
  if (session == nullptr) problem.report(root.at("session"), "an object", root.find("session"));
  if (!problem.isFound()) readSession(session, root.at("session"), problem, findType, plan);
  if (problem.isFound()) return problem.error();
  plan.hash = hashPlan(value);
  return plan;
}

}  // namespace downbeat::app
