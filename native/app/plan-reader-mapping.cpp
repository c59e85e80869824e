// SPDX-License-Identifier: GPL-3.0-or-later
// The mapping of a plan: every entry whole or the plan is refused.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/plan-reader-parts.hpp"
#include "base/midi-group.hpp"
#include "base/midi-message.hpp"
#include "midi/midi-post.hpp"

namespace downbeat::app {
namespace {

using mapping::EntryPlan;
using mapping::MessageTemplate;
using mapping::SourcePlan;
using mapping::TargetKind;
using mapping::TargetPlan;
using nlohmann::json;

constexpr std::size_t kMaxPoints = 257;
constexpr std::size_t kMaxSteps = 4096;
constexpr std::size_t kMaxValues = 512;
constexpr std::uint64_t kNotes = 128;
constexpr std::size_t kMaxMessages = midi::MidiGroup::kMaxMessages;
constexpr std::size_t kMaxSceneBytes = midi::MidiPost::kMaxBulkBytes;

/// A number, or -1 for null and for what is missing.
int wholeOrAny(const JsonObject& fields, const char* key, std::uint64_t max) {
  const json* value = fields.find(key);
  if (value == nullptr || value->is_null()) return -1;
  return static_cast<int>(fields.whole(key, 0, max, std::nullopt));
}

bool hasPort(const Plan& plan, const std::string& id, bool isInput) {
  return std::any_of(plan.midi.ports.begin(), plan.midi.ports.end(),
                     [&](const midi::MidiPortPlan& port) {
                       return port.id == id && (isInput ? port.input : port.output);
                     });
}

void readMaker(const JsonObject& fields, mapping::MakerPlan& maker) {
  static const std::vector<const char*> kWaves{"sine", "triangle", "saw", "square", "random"};
  maker.wave = static_cast<mapping::Wave>(fields.choice("wave", kWaves, 0));
  maker.beats = fields.number("beats", 0.0, 65536.0, maker.beats);
  maker.freqHz = fields.number("freqHz", 0.0, 1000.0, maker.freqHz);
  maker.phase = fields.number("phase", 0.0, 1.0, maker.phase);
  maker.sound = fields.text("sound", PlanLimits::kNameBytes, "");
  maker.attackMs = fields.number("attackMs", 0.0, 60000.0, maker.attackMs);
  maker.releaseMs = fields.number("releaseMs", 0.0, 60000.0, maker.releaseMs);
}

void readSource(const JsonObject& fields, const Plan& plan, SourcePlan& source) {
  static const std::vector<const char*> kKinds{"cc",   "cc14",     "note",    "nrpn",
                                               "bend", "pressure", "program", "control",
                                               "lfo",  "timer",    "envelope"};
  source.kind = static_cast<mapping::SourceKind>(fields.choice("kind", kKinds, std::nullopt));
  if (source.kind == mapping::SourceKind::control) {
    source.control = fields.text("control", PlanLimits::kNameBytes, std::nullopt);
    return;
  }
  if (!mapping::isMidi(source.kind)) {
    readMaker(JsonObject(fields.object("maker"), fields.at("maker"), fields.problem()),
              source.maker);
    return;
  }
  source.port = fields.id("port");
  if (!hasPort(plan, source.port, true)) {
    fields.problem().report(fields.at("port"), "the id of a port with an input",
                            fields.find("port"));
  }
  source.channel = wholeOrAny(fields, "channel", 15);
  const bool isWide = source.kind == mapping::SourceKind::nrpn;
  source.number = wholeOrAny(fields, "number", isWide ? 16383 : 127);
  const bool needsNumber =
      isWide || source.kind == mapping::SourceKind::cc || source.kind == mapping::SourceKind::cc14;
  if (needsNumber && source.number < 0) {
    fields.problem().report(fields.at("number"), "a number", fields.find("number"));
  }
  source.lsb = static_cast<int>(fields.whole("lsb", 0, 127, 32));
  source.lsbFirst = fields.flag("lsbFirst", source.lsbFirst);
}

/// A data byte: itself, or the part of the value that it carries.
std::uint8_t readByte(const json& value, const JsonPlace& place, JsonProblem& problem) {
  if (value == "value") return mapping::kValueByte;
  if (value == "high") return mapping::kHighByte;
  if (value == "low") return mapping::kLowByte;
  if (value.is_number()) return static_cast<std::uint8_t>(readWhole(value, place, 0, 127, problem));
  problem.report(place, "0 to 127, \"value\", \"high\" or \"low\"", &value);
  return 0;
}

MessageTemplate readMessage(const json& value, const JsonPlace& place, JsonProblem& problem) {
  MessageTemplate message;
  const std::size_t size = value.is_array() ? value.size() : 0;
  if (size < 2 || size > 3) {
    problem.report(place, "a message of 2 or 3 bytes", &value);
    return message;
  }
  message.size = static_cast<std::uint8_t>(size);
  const JsonPlace first{&place, nullptr, 0};
  message.bytes[0] = static_cast<std::uint8_t>(readWhole(value[0], first, 0x80, 0xEF, problem));
  for (std::size_t i = 1; i < size; ++i) {
    const JsonPlace at{&place, nullptr, i};
    message.bytes[i] = readByte(value[i], at, problem);
  }
  if (!problem.isFound() && midi::messageSize(message.bytes[0]) != size) {
    problem.report(place, "as many bytes as its status asks for", &value);
  }
  return message;
}

/// A place in a list of names.
std::uint32_t placeIn(const JsonObject& fields, const char* key,
                      const std::vector<std::string>& names, const char* whose) {
  const auto place = static_cast<std::uint32_t>(fields.whole(key, 0, 255, std::nullopt));
  if (place >= names.size()) {
    fields.problem().report(fields.at(key), std::string(whose) + " place", fields.find(key));
    return 0;
  }
  return place;
}

std::uint32_t placeOfScene(const JsonObject& fields, const Plan& plan) {
  std::vector<std::string> names;
  for (const mapping::ScenePlan& scene : plan.mapping.scenes) names.push_back(scene.id);
  return placeIn(fields, "place", names, "a scene's");
}

void readTarget(const JsonObject& fields, const Plan& plan, TargetPlan& target) {
  static const std::vector<const char*> kKinds{"param", "play",     "transport", "midi",
                                               "bank",  "modifier", "outside",   "scene"};
  static const std::vector<const char*> kActions{"play",   "stop", "pause", "playStop",
                                                 "rewind", "loop", "tempo"};
  static const std::vector<const char*> kChoices{"choose", "next", "previous"};
  target.kind = static_cast<TargetKind>(fields.choice("kind", kKinds, std::nullopt));
  switch (target.kind) {
    case TargetKind::param:
      target.param = static_cast<std::uint32_t>(fields.whole("param", 0, 0xFFFFFFFF, std::nullopt));
      target.node = fields.text("node", PlanLimits::kNameBytes, std::nullopt);
      break;
    case TargetKind::play:
      target.node = fields.text("node", PlanLimits::kNameBytes, std::nullopt);
      break;
    case TargetKind::transport:
      target.action =
          static_cast<mapping::TransportAction>(fields.choice("action", kActions, std::nullopt));
      break;
    case TargetKind::midi:
      target.port = fields.id("port");
      if (!hasPort(plan, target.port, false)) {
        fields.problem().report(fields.at("port"), "the id of a port with an output",
                                fields.find("port"));
      }
      target.key = fields.text("key", PlanLimits::kNameBytes, std::nullopt);
      fields.list("messages", kMaxMessages, [&](const json& value, const JsonPlace& place) {
        target.messages.push_back(readMessage(value, place, fields.problem()));
      });
      if (target.messages.empty()) {
        fields.problem().report(fields.at("messages"), "at least one message",
                                fields.find("messages"));
      }
      fields.list("values", kMaxValues, [&](const json& value, const JsonPlace& place) {
        target.values.push_back(
            static_cast<std::uint16_t>(readWhole(value, place, 0, 16383, fields.problem())));
      });
      break;
    case TargetKind::bank:
      target.choice = static_cast<mapping::Choice>(fields.choice("action", kChoices, std::nullopt));
      if (target.choice == mapping::Choice::choose) {
        target.place = placeIn(fields, "place", plan.mapping.banks, "a bank's");
      }
      break;
    case TargetKind::scene:
      target.choice = static_cast<mapping::Choice>(fields.choice("action", kChoices, std::nullopt));
      if (target.choice == mapping::Choice::choose) {
        target.place = placeOfScene(fields, plan);
      }
      break;
    case TargetKind::outside: break;
    case TargetKind::modifier:
      target.place = placeIn(fields, "place", plan.mapping.modifiers, "a modifier's");
      break;
  }
}

void readCurve(const JsonObject& fields, EntryPlan& entry) {
  if (fields.find("curve") == nullptr) return;
  entry.curve.clear();
  fields.list("curve", kMaxPoints, [&](const json& value, const JsonPlace& place) {
    entry.curve.push_back(readNumber(value, place, 0.0, 1.0, fields.problem()));
  });
  const std::vector<double>& curve = entry.curve;
  const bool isWhole = curve.size() >= 2 && curve.front() == 0.0 && curve.back() == 1.0 &&
                       std::is_sorted(curve.begin(), curve.end());
  if (!isWhole) {
    fields.problem().report(fields.at("curve"), "2 or more points from 0 to 1 that never fall",
                            fields.find("curve"));
  }
}

void readAcceleration(const JsonObject& fields, EntryPlan& entry) {
  fields.list("acceleration", kMaxPoints, [&](const json& value, const JsonPlace& place) {
    const JsonObject point(&value, place, fields.problem());
    mapping::AccelerationPoint& law = entry.acceleration.emplace_back();
    law.clicksPerSecond = point.number("clicksPerSecond", 0.0, 10000.0, 0.0);
    law.factor = point.number("factor", 0.01, 1000.0, 1.0);
    const std::size_t count = entry.acceleration.size();
    if (count > 1 && law.clicksPerSecond <= entry.acceleration[count - 2].clicksPerSecond) {
      point.problem().report(point.at("clicksPerSecond"), "more than at the point before",
                             point.find("clicksPerSecond"));
    }
  });
}

void readKeys(const JsonObject& fields, EntryPlan& entry) {
  fields.list("keys", kNotes, [&](const json& value, const JsonPlace& place) {
    entry.keys.push_back(
        static_cast<std::uint8_t>(readWhole(value, place, 0, kNotes - 1, fields.problem())));
  });
  if (!entry.keys.empty() && entry.keys.size() != kNotes) {
    fields.problem().report(fields.at("keys"), "128 notes, or none", fields.find("keys"));
  }
}

void readConditions(const JsonObject& fields, const Plan& plan, EntryPlan& entry) {
  const auto readPlaces = [&](const char* key, std::size_t max, std::size_t count,
                              const char* expected, std::vector<std::uint32_t>& places) {
    fields.list(key, max, [&](const json& value, const JsonPlace& at) {
      const auto place = static_cast<std::uint32_t>(readWhole(value, at, 0, 255, fields.problem()));
      if (place >= count) fields.problem().report(at, expected, &value);
      places.push_back(place);
    });
  };
  readPlaces("banks", mapping::kMaxBanks, plan.mapping.banks.size(), "a bank's place", entry.banks);
  readPlaces("scenes", mapping::kMaxScenes, plan.mapping.scenes.size(), "a scene's place",
             entry.scenes);
  const json* modifier = fields.find("modifier");
  if (modifier == nullptr || modifier->is_null()) return;
  entry.modifier =
      static_cast<int>(placeIn(fields, "modifier", plan.mapping.modifiers, "a modifier's"));
}

EntryPlan readEntry(const JsonObject& fields, const Plan& plan) {
  static const std::vector<const char*> kReadings{
      "absolute", "toggle", "momentary", "twosComplement", "binaryOffset", "signedBit", "incDec"};
  static const std::vector<const char*> kTakeovers{"jump", "pickup", "scale"};
  static const std::vector<const char*> kPresses{"any", "short", "long", "double"};
  JsonProblem& problem = fields.problem();
  EntryPlan entry;
  entry.id = fields.id("id");
  readSource(JsonObject(fields.object("source"), fields.at("source"), problem), plan, entry.source);
  entry.reading = static_cast<mapping::Reading>(fields.choice("reading", kReadings, 0));
  entry.takeover = static_cast<mapping::Takeover>(fields.choice("takeover", kTakeovers, 1));
  entry.press = static_cast<mapping::Press>(fields.choice("press", kPresses, 0));
  entry.deadzone = fields.number("deadzone", 0.0, 0.45, entry.deadzone);
  entry.hysteresis = fields.number("hysteresis", 0.0, 0.1, entry.hysteresis);
  entry.from = fields.number("from", 0.0, 1.0, entry.from);
  entry.to = fields.number("to", 0.0, 1.0, entry.to);
  if (entry.from >= entry.to) problem.report(fields.at("to"), "above from", fields.find("to"));
  readCurve(fields, entry);
  entry.steps = static_cast<std::uint32_t>(fields.whole("steps", 0, kMaxSteps, 0));
  if (entry.steps == 1) problem.report(fields.at("steps"), "0, or 2 or more", fields.find("steps"));
  fields.list("values", kMaxValues, [&](const json& value, const JsonPlace& place) {
    entry.values.push_back(readNumber(value, place, -kMaxValue, kMaxValue, problem));
  });
  readAcceleration(fields, entry);
  readKeys(fields, entry);
  readConditions(fields, plan, entry);
  entry.stepSize = fields.number("stepSize", 1.0e-6, 1.0, entry.stepSize);
  entry.low = fields.number("low", -kMaxValue, kMaxValue, entry.low);
  entry.high = fields.number("high", -kMaxValue, kMaxValue, entry.high);
  entry.rampMs = fields.number("rampMs", 0.0, 60000.0, entry.rampMs);
  entry.transpose = static_cast<int>(fields.number("transpose", -127.0, 127.0, 0.0));
  entry.hasFeedback = fields.flag("hasFeedback", entry.hasFeedback);
  readTarget(JsonObject(fields.object("target"), fields.at("target"), problem), plan, entry.target);
  return entry;
}

void readNames(const JsonObject& object, const char* key, std::size_t max,
               std::vector<std::string>& names) {
  object.list(key, max, [&](const json& value, const JsonPlace& place) {
    if (!value.is_string() || value.get_ref<const std::string&>().size() > PlanLimits::kNameBytes) {
      object.problem().report(place, "a name", &value);
      return;
    }
    names.push_back(value.get<std::string>());
  });
}

void readSceneSynth(const JsonObject& fields, const Plan& plan, mapping::ScenePlan& scene) {
  mapping::SceneSynthPlan& synth = scene.synths.emplace_back();
  synth.port = fields.id("port");
  if (!hasPort(plan, synth.port, false)) {
    fields.problem().report(fields.at("port"), "the id of a port with an output",
                            fields.find("port"));
  }
  synth.key = fields.text("key", PlanLimits::kNameBytes, std::nullopt);
  synth.shown = fields.text("value", PlanLimits::kNameBytes, std::string());
  synth.order = static_cast<std::int32_t>(fields.whole("order", 0, 1'000'000, 0));
  synth.isContinuous = fields.flag("continuous", false);
  fields.list("messages", kMaxMessages, [&](const json& value, const JsonPlace& place) {
    if (!value.is_array() || value.empty() || value.size() > kMaxSceneBytes) {
      fields.problem().report(place, "a list of bytes", &value);
      return;
    }
    std::vector<std::uint8_t>& bytes = synth.messages.emplace_back();
    for (std::size_t i = 0; i < value.size(); ++i) {
      const JsonPlace at{&place, nullptr, i};
      bytes.push_back(static_cast<std::uint8_t>(readWhole(value[i], at, 0, 255, fields.problem())));
    }
  });
}

mapping::ScenePlan readScene(const JsonObject& fields, const Plan& plan) {
  static const std::vector<const char*> kStarts{"now", "beat", "bar"};
  mapping::ScenePlan scene;
  scene.id = fields.id("id");
  scene.start = static_cast<mapping::SceneStart>(fields.choice("start", kStarts, 0));
  scene.fadeMs = fields.number("fadeMs", 0.0, 60000.0, 0.0);
  scene.tempoBpm = fields.number("tempoBpm", 0.0, 999.0, 0.0);
  fields.list("values", mapping::kMaxSceneValues, [&](const json& one, const JsonPlace& place) {
    const JsonObject value(&one, place, fields.problem());
    scene.values.push_back(
        {value.text("node", PlanLimits::kNameBytes, std::nullopt),
         static_cast<std::uint32_t>(value.whole("param", 0, 0xFFFFFFFF, std::nullopt)),
         value.number("value", -kMaxValue, kMaxValue, std::nullopt)});
  });
  fields.list("synths", mapping::kMaxSceneValues, [&](const json& one, const JsonPlace& place) {
    readSceneSynth(JsonObject(&one, place, fields.problem()), plan, scene);
  });
  return scene;
}

}  // namespace

void readMapping(const JsonObject& object, Plan& plan) {
  object.list("scenes", mapping::kMaxScenes, [&](const json& value, const JsonPlace& place) {
    const JsonObject fields(&value, place, object.problem());
    mapping::ScenePlan scene = readScene(fields, plan);
    for (const mapping::ScenePlan& other : plan.mapping.scenes) {
      if (other.id != scene.id) continue;
      fields.problem().report(fields.at("id"), "an id that no other scene has", fields.find("id"));
    }
    plan.mapping.scenes.push_back(std::move(scene));
  });
  readNames(object, "banks", mapping::kMaxBanks, plan.mapping.banks);
  readNames(object, "modifiers", mapping::kMaxModifiers, plan.mapping.modifiers);
  std::set<std::string> ids;
  object.list("entries", mapping::kMaxEntries, [&](const json& value, const JsonPlace& place) {
    const JsonObject fields(&value, place, object.problem());
    EntryPlan entry = readEntry(fields, plan);
    if (!ids.insert(entry.id).second) {
      fields.problem().report(fields.at("id"), "an id that no other entry has", fields.find("id"));
    }
    plan.mapping.entries.push_back(std::move(entry));
  });
}

}  // namespace downbeat::app
