// SPDX-License-Identifier: GPL-3.0-or-later
// The live tracks of a plan whose racks and ports are read.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/plan-reader-parts.hpp"
#include "base/midi-message.hpp"
#include "sequencer/track-params.hpp"

namespace downbeat::app {
namespace {

using nlohmann::json;
using sequencer::StepKind;
using sequencer::TrackLockPlan;
using sequencer::TrackPlan;
using sequencer::TrackStepPlan;

constexpr std::uint64_t kMaxRatchets = 16;
constexpr std::uint64_t kMaxRounds = 64;
constexpr double kMaxDegree = 64.0;
constexpr double kMaxGate = 64.0;
constexpr std::uint64_t kSemitones = 12;

/// The node that a track plays: its type tells which locks there are.
const rack::NodeTypeInfo* findNode(const SessionPlan& session, const std::string& name,
                                   rack::NodeTypeLookup findType) {
  for (const RackPlan& rack : session.racks) {
    for (const rack::NodePlan& node : rack.nodes) {
      if (rack.id + ":" + node.id == name) return findType(node.type.c_str());
    }
  }
  return nullptr;
}

midi::MidiGroup readGroup(const JsonObject& object) {
  midi::MidiGroup group;
  JsonProblem& problem = object.problem();
  object.list("messages", midi::MidiGroup::kMaxMessages,
              [&](const json& value, const JsonPlace& at) {
                midi::MidiMessage message;
                const std::size_t size = value.is_array() ? value.size() : 0;
                if (size < 2 || size > 3) {
                  problem.report(at, "a message of 2 or 3 bytes", &value);
                  return;
                }
                message.size = static_cast<std::uint8_t>(size);
                for (std::size_t i = 0; i < size; ++i) {
                  const JsonPlace place{&at, nullptr, i};
                  message.bytes[i] = static_cast<std::uint8_t>(
                      readWhole(value[i], place, i == 0 ? 0x80 : 0, i == 0 ? 0xEF : 0x7F, problem));
                }
                if (!problem.isFound() && midi::messageSize(message.bytes[0]) != size) {
                  problem.report(at, "as many bytes as its status asks for", &value);
                }
                group.add(message);
              });
  return group;
}

TrackLockPlan readLock(const JsonObject& fields, const rack::NodeTypeInfo* type) {
  TrackLockPlan lock;
  if (type == nullptr) {
    lock.group = readGroup(fields);
    return lock;
  }
  lock.param = static_cast<std::uint32_t>(fields.whole("param", 0, 0xFFFFFFFFULL, std::nullopt));
  const auto* end = type->params + type->paramCount;
  const bool isKnown = std::any_of(
      type->params, end, [&lock](const rack::ParamInfo& param) { return param.id == lock.param; });
  if (!isKnown) {
    fields.problem().report(fields.at("param"),
                            std::string("the id of a parameter of \"") + type->type + "\"",
                            fields.find("param"));
  }
  lock.value = fields.number("value", -kMaxValue, kMaxValue, std::nullopt);
  lock.rampMs = fields.number("rampMs", 0.0, kMaxRampMs, 0.0);
  return lock;
}

/// What a pitch or a step is, by `kind` and `number`.
StepKind readKind(const JsonObject& fields, const std::vector<const char*>& kinds,
                  std::int32_t& number) {
  const auto kind = static_cast<StepKind>(fields.choice("kind", kinds, 0));
  if (kind == StepKind::note) {
    number = static_cast<std::int32_t>(fields.whole("number", 0, 127, std::nullopt));
  } else if (kind == StepKind::degree) {
    number =
        static_cast<std::int32_t>(fields.number("number", -kMaxDegree, kMaxDegree, std::nullopt));
  }
  return kind;
}

TrackStepPlan readStep(const JsonObject& fields, const rack::NodeTypeInfo* type,
                       std::uint64_t lastStep, std::size_t& events) {
  static const std::vector<const char*> kKinds{"hit", "note", "degree", "rest"};
  TrackStepPlan step;
  step.step = static_cast<std::uint32_t>(fields.whole("step", 0, lastStep, 0));
  step.kind = readKind(fields, kKinds, step.number);
  step.velocity = fields.number("velocity", 0.0, 1.0, step.velocity);
  step.gate = fields.number("gate", 1e-3, kMaxGate, step.gate);
  step.probability = fields.number("probability", 0.0, 1.0, step.probability);
  step.ratchet = static_cast<std::uint32_t>(fields.whole("ratchet", 1, kMaxRatchets, 1));
  step.every = static_cast<std::uint32_t>(fields.whole("every", 0, kMaxRounds, 1));
  step.at = static_cast<std::uint32_t>(fields.whole("at", 1, kMaxRounds, 1));
  step.isNot = fields.flag("isNot", false);
  fields.list("locks", PlanLimits::kTrackLocks, [&](const json& value, const JsonPlace& at) {
    step.locks.push_back(readLock(JsonObject(&value, at, fields.problem()), type));
  });
  events += 1 + step.locks.size();
  return step;
}

sequencer::TrackPatternPlan readPattern(const JsonObject& fields, const rack::NodeTypeInfo* type,
                                        std::size_t& events) {
  static const std::vector<const char*> kPitches{"degree", "note"};
  sequencer::TrackPatternPlan pattern;
  JsonProblem& problem = fields.problem();
  pattern.lengthSteps = static_cast<std::uint32_t>(
      fields.whole("lengthSteps", 1, sequencer::kMaxTrackSteps, std::nullopt));
  fields.list("line", PlanLimits::kTrackLine, [&](const json& value, const JsonPlace& at) {
    const JsonObject pitch(&value, at, problem);
    const bool isNote = pitch.choice("kind", kPitches, 0) == 1;
    const double number = pitch.number("number", isNote ? 0.0 : -kMaxDegree,
                                       isNote ? 127.0 : kMaxDegree, std::nullopt);
    pattern.line.push_back(
        {isNote ? StepKind::note : StepKind::degree, static_cast<std::int32_t>(number)});
  });
  fields.list("steps", PlanLimits::kTrackSteps, [&](const json& value, const JsonPlace& at) {
    const JsonObject entry(&value, at, problem);
    pattern.steps.push_back(readStep(entry, type, pattern.lengthSteps - 1, events));
    const std::size_t count = pattern.steps.size();
    if (count > 1 && pattern.steps[count - 2].step > pattern.steps.back().step) {
      problem.report(entry.at("step"), "steps in their order", entry.find("step"));
    }
  });
  if (const json* plain = fields.object("plain"); plain != nullptr) {
    pattern.plain = readStep(JsonObject(plain, fields.at("plain"), problem), type, 0, events);
    pattern.plain.kind = StepKind::hit;
  }
  return pattern;
}

std::vector<std::pair<std::uint32_t, double>> readValues(const JsonObject& object,
                                                         const char* key) {
  std::vector<std::pair<std::uint32_t, double>> values;
  JsonProblem& problem = object.problem();
  object.list(key, sequencer::kTrackParams, [&](const json& pair, const JsonPlace& at) {
    if (!pair.is_array() || pair.size() != 2) {
      problem.report(at, "a list of a parameter id and its value", &pair);
      return;
    }
    const auto id = static_cast<std::uint32_t>(
        readWhole(pair[0], {&at, nullptr, 0}, 1, sequencer::kTrackParams, problem));
    if (problem.isFound()) return;
    const sequencer::TrackParamInfo& info = sequencer::kTrackParamInfos[id - 1];
    values.emplace_back(id, readNumber(pair[1], {&at, nullptr, 1}, static_cast<double>(info.min),
                                       static_cast<double>(info.max), problem));
  });
  return values;
}

std::vector<std::uint8_t> readScale(const json& value, const JsonPlace& at, JsonProblem& problem) {
  std::vector<std::uint8_t> scale;
  if (!value.is_array() || value.size() > kSemitones) {
    problem.report(at, "a list of at most 12 semitones", &value);
    return scale;
  }
  for (std::size_t i = 0; i < value.size() && !problem.isFound(); ++i) {
    const JsonPlace place{&at, nullptr, i};
    const std::uint64_t lowest = scale.empty() ? 0 : scale.back() + 1U;
    const std::uint64_t highest = scale.empty() ? 0 : kSemitones - 1;
    scale.push_back(
        static_cast<std::uint8_t>(readWhole(value[i], place, lowest, highest, problem)));
  }
  return scale;
}

TrackPlan readTrack(const JsonObject& fields, rack::NodeTypeLookup findType, const Plan& plan,
                    PlanTotals& totals) {
  TrackPlan track;
  JsonProblem& problem = fields.problem();
  track.id = fields.id("id");
  const rack::NodeTypeInfo* type = nullptr;
  if (fields.find("port") != nullptr) {
    track.port = fields.id("port");
    const bool isKnown = std::any_of(
        plan.midi.ports.begin(), plan.midi.ports.end(),
        [&track](const midi::MidiPortPlan& port) { return port.id == track.port && port.output; });
    if (!isKnown) {
      problem.report(fields.at("port"), "the id of a port with an output", fields.find("port"));
    }
    track.channel = static_cast<std::uint8_t>(fields.whole("channel", 0, 15, 0));
  } else {
    track.node = fields.text("node", PlanLimits::kNameBytes, std::nullopt);
    type = findNode(plan.session, track.node, findType);
    if (type == nullptr) {
      problem.report(fields.at("node"), "a node of a rack, as rack:node", fields.find("node"));
    }
  }
  if (problem.isFound()) return track;
  track.seed = fields.whole("seed", 0, 9007199254740991ULL, 0);
  track.resolution = static_cast<std::uint32_t>(fields.whole("resolution", 1, kMaxResolution, 16));
  track.swingExponent =
      fields.number("swingExponent", kMinSwingExponent, kMaxSwingExponent, track.swingExponent);
  fields.list("patterns", PlanLimits::kTrackPatterns, [&](const json& value, const JsonPlace& at) {
    track.patterns.push_back(
        readPattern(JsonObject(&value, at, problem), type, totals.trackEvents));
    countAll(totals.trackEvents, 0, PlanLimits::kPatternEvents, "steps and locks of tracks", at,
             problem);
  });
  if (track.patterns.empty()) {
    problem.report(fields.at("patterns"), "at least one pattern", fields.find("patterns"));
  }
  fields.list("scales", PlanLimits::kTrackScales, [&](const json& value, const JsonPlace& at) {
    track.scales.push_back(readScale(value, at, problem));
  });
  track.params = readValues(fields, "params");
  track.ambient = readValues(fields, "ambient");
  return track;
}

}  // namespace

void readTracks(const JsonObject& object, rack::NodeTypeLookup findType, PlanTotals& totals,
                Plan& plan) {
  std::set<std::string> ids;
  object.list("tracks", PlanLimits::kTracks, [&](const json& value, const JsonPlace& at) {
    const JsonObject fields(&value, at, object.problem());
    TrackPlan track = readTrack(fields, findType, plan, totals);
    if (!ids.insert(track.id).second) {
      fields.problem().report(fields.at("id"), "an id that no other track has", fields.find("id"));
    }
    plan.session.tracks.push_back(std::move(track));
  });
  const JsonObject ambience(object.object("ambience"), object.at("ambience"), object.problem());
  plan.session.ambience.returnMs =
      ambience.number("returnMs", 0.0, kMaxRampMs, plan.session.ambience.returnMs);
}

}  // namespace downbeat::app
