// SPDX-License-Identifier: GPL-3.0-or-later
// What a rack of a plan plays: patterns with their locks, and commands.
#include <map>
#include <string>

#include "app/plan-reader-parts.hpp"

namespace downbeat::app {
namespace {

using nlohmann::json;

/// Reads parameters by id for the nodes of one rack.
class Targets {
 public:
  Targets(const RackPlan& rack, rack::NodeTypeLookup findType) {
    for (const rack::NodePlan& node : rack.nodes) types_[node.id] = findType(node.type.c_str());
  }

  const rack::NodeTypeInfo* readNode(const JsonObject& object, std::string& id) const {
    id = object.id("node");
    const auto found = types_.find(id);
    if (found != types_.end()) return found->second;
    object.problem().report(object.at("node"), "the id of a node of this rack",
                            object.find("node"));
    return nullptr;
  }

  static std::uint32_t readParam(const JsonObject& object, const rack::NodeTypeInfo& type) {
    const auto id =
        static_cast<std::uint32_t>(object.whole("param", 0, 0xFFFFFFFFULL, std::nullopt));
    for (std::size_t i = 0; i < type.paramCount; ++i) {
      if (type.params[i].id == id) return id;
    }
    object.problem().report(object.at("param"),
                            std::string("the id of a parameter of \"") + type.type + "\"",
                            object.find("param"));
    return id;
  }

 private:
  std::map<std::string, const rack::NodeTypeInfo*> types_;
};

sequencer::PatternPlan readPattern(const JsonObject& object, const Targets& targets) {
  JsonProblem& problem = object.problem();
  sequencer::PatternPlan pattern;
  const rack::NodeTypeInfo* type = targets.readNode(object, pattern.node);
  pattern.resolution =
      static_cast<std::uint32_t>(object.whole("resolution", 1, kMaxResolution, 16));
  pattern.lengthSteps =
      static_cast<std::uint32_t>(object.whole("lengthSteps", 1, kMaxLengthSteps, std::nullopt));
  pattern.swingPercent = object.number("swingPercent", 0.0, 100.0, 0.0);
  pattern.swingExponent = object.number("swingExponent", kMinSwingExponent, kMaxSwingExponent, 1.0);
  if (problem.isFound() || type == nullptr) return pattern;
  const std::uint64_t lastStep = pattern.lengthSteps - 1;
  object.list("hits", PlanLimits::kPatternEvents, [&](const json& value, const JsonPlace& at) {
    const auto hit = static_cast<std::uint32_t>(readWhole(value, at, 0, lastStep, problem));
    if (!pattern.hits.empty() && hit <= pattern.hits.back()) {
      problem.report(at, "a step after " + std::to_string(pattern.hits.back()), &value);
    }
    pattern.hits.push_back(hit);
  });
  object.list("notes", PlanLimits::kPatternEvents, [&](const json& value, const JsonPlace& at) {
    const JsonObject fields(&value, at, problem);
    sequencer::NotePlan note;
    note.step = static_cast<std::uint32_t>(fields.whole("step", 0, lastStep, std::nullopt));
    note.note = static_cast<std::uint32_t>(fields.whole("note", 0, 127, std::nullopt));
    note.velocity = fields.number("velocity", 0.0, 1.0, 1.0);
    note.lengthSteps = fields.number("lengthSteps", 1e-3, kMaxLengthSteps, 1.0);
    pattern.notes.push_back(note);
  });
  object.list("locks", PlanLimits::kPatternEvents, [&](const json& value, const JsonPlace& at) {
    const JsonObject fields(&value, at, problem);
    sequencer::LockPlan lock;
    lock.step = static_cast<std::uint32_t>(fields.whole("step", 0, lastStep, std::nullopt));
    lock.param = Targets::readParam(fields, *type);
    lock.value = fields.number("value", -kMaxValue, kMaxValue, std::nullopt);
    lock.rampMs = fields.number("rampMs", 0.0, kMaxRampMs, 0.0);
    pattern.locks.push_back(lock);
  });
  return pattern;
}

sequencer::CommandPlan readCommand(const JsonObject& object, const Targets& targets) {
  static const std::vector<const char*> kKinds{"trigger", "setParam", "setParamRamp"};
  sequencer::CommandPlan command;
  command.beat = object.number("beat", 0.0, 1e9, std::nullopt);
  const rack::NodeTypeInfo* type = targets.readNode(object, command.node);
  command.kind = static_cast<sequencer::CommandKind>(object.choice("type", kKinds, std::nullopt));
  if (command.kind == sequencer::CommandKind::trigger) {
    command.value = object.number("value", 0.0, 1.0, 1.0);
    return command;
  }
  if (type != nullptr) command.param = Targets::readParam(object, *type);
  command.value = object.number("value", -kMaxValue, kMaxValue, std::nullopt);
  command.rampMs = object.number("rampMs", 0.0, kMaxRampMs, 0.0);
  return command;
}

}  // namespace

void readSequence(const JsonObject& object, rack::NodeTypeLookup findType, PlanTotals& totals,
                  RackPlan& rack) {
  JsonProblem& problem = object.problem();
  const Targets targets(rack, findType);
  object.list("patterns", PlanLimits::kPatterns, [&](const json& value, const JsonPlace& at) {
    const JsonObject fields(&value, at, problem);
    rack.patterns.push_back(readPattern(fields, targets));
    countAll(totals.patterns, 1, PlanLimits::kPatterns, "patterns", at, problem);
    countAll(totals.patternEvents,
             rack.patterns.back().hits.size() + rack.patterns.back().locks.size() +
                 rack.patterns.back().notes.size(),
             PlanLimits::kPatternEvents, "hits, notes and locks", at, problem);
  });
  object.list("commands", PlanLimits::kCommands, [&](const json& value, const JsonPlace& at) {
    const JsonObject fields(&value, at, problem);
    rack.commands.push_back(readCommand(fields, targets));
  });
  countAll(totals.commands, rack.commands.size(), PlanLimits::kCommands, "commands",
           object.at("commands"), problem);
}

}  // namespace downbeat::app
