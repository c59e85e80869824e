// SPDX-License-Identifier: GPL-3.0-or-later
// One node of a plan: parameters, texts, modulation.
#include <set>
#include <string>

#include "app/plan-reader-parts.hpp"

namespace downbeat::app {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxTexts = 32;
constexpr std::size_t kMaxTextBytes = 8192;
constexpr std::size_t kMaxLfos = 16;
constexpr std::size_t kMaxRoutes = 64;

bool hasParam(const rack::NodeTypeInfo& type, std::uint64_t id) {
  for (std::size_t i = 0; i < type.paramCount; ++i) {
    if (type.params[i].id == id) return true;
  }
  return false;
}

void readParams(const JsonObject& object, const rack::NodeTypeInfo& type, rack::NodePlan& node) {
  JsonProblem& problem = object.problem();
  std::set<std::uint32_t> ids;
  object.list("params", PlanLimits::kParams, [&](const json& pair, const JsonPlace& at) {
    if (!pair.is_array() || pair.size() != 2) {
      problem.report(at, "a list of a parameter id and its value", &pair);
      return;
    }
    rack::ParamValuePlan param;
    param.id = static_cast<std::uint32_t>(
        readWhole(pair[0], {&at, nullptr, 0}, 0, 0xFFFFFFFFULL, problem));
    param.value = readNumber(pair[1], {&at, nullptr, 1}, -1e9, 1e9, problem);
    if (problem.isFound()) return;
    if (!hasParam(type, param.id)) {
      problem.report({&at, nullptr, 0}, "the id of a parameter of \"" + node.type + "\"", &pair[0]);
    } else if (!ids.insert(param.id).second) {
      problem.report({&at, nullptr, 0}, "every parameter once", &pair[0]);
    }
    node.params.push_back(param);
  });
}

void readTexts(const JsonObject& object, rack::NodePlan& node) {
  JsonProblem& problem = object.problem();
  object.list("texts", kMaxTexts, [&](const json& pair, const JsonPlace& at) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) {
      problem.report(at, "a list of a key and a text", &pair);
      return;
    }
    rack::NodeText text{pair[0].get<std::string>(), pair[1].get<std::string>()};
    if (text.key.size() > PlanLimits::kIdBytes || text.value.size() > kMaxTextBytes) {
      problem.report(at, "a text of at most " + std::to_string(kMaxTextBytes) + " bytes", nullptr);
    }
    node.texts.push_back(std::move(text));
  });
}

void readModRoute(const JsonObject& fields, const rack::NodeTypeInfo& type,
                  const std::string& typeName, rack::ModPlan& mod) {
  static const std::vector<const char*> kTargets{"param", "lfoFreq", "lfoPhase"};
  static const std::vector<const char*> kMaps{"linear", "exp"};
  JsonProblem& problem = fields.problem();
  rack::ModRoutePlan route;
  const std::uint64_t lastLfo = mod.lfos.size() - 1;
  route.lfo = static_cast<std::uint32_t>(fields.whole("lfo", 0, lastLfo, std::nullopt));
  route.target = static_cast<rack::ModTarget>(fields.choice("target", kTargets, 0));
  const bool isParam = route.target == rack::ModTarget::param;
  route.index = static_cast<std::uint32_t>(
      fields.whole("index", 0, isParam ? 0xFFFFFFFFULL : lastLfo, std::nullopt));
  if (isParam && !hasParam(type, route.index)) {
    problem.report(fields.at("index"), "the id of a parameter of \"" + typeName + "\"",
                   fields.find("index"));
  }
  route.depth = fields.number("depth", -1e9, 1e9, 0.0);
  route.offset = fields.number("offset", -1e9, 1e9, 0.0);
  const json* range = fields.object("range");
  if (range != nullptr) {
    const JsonPlace place = fields.at("range");
    const JsonObject ends(range, place, problem);
    route.hasRange = true;
    route.min = ends.number("min", -1e9, 1e9, std::nullopt);
    route.max = ends.number("max", -1e9, 1e9, std::nullopt);
    route.isExponential = ends.choice("map", kMaps, 0) == 1;
  }
  mod.routes.push_back(route);
}

void readMod(const JsonObject& object, const rack::NodeTypeInfo& type, rack::NodePlan& node) {
  const json* value = object.object("mod");
  if (value == nullptr) return;
  const JsonPlace place = object.at("mod");
  const JsonObject mod(value, place, object.problem());
  mod.list("lfos", kMaxLfos, [&](const json& entry, const JsonPlace& at) {
    node.mod.lfos.push_back(readLfo(JsonObject(&entry, at, object.problem())));
  });
  if (node.mod.lfos.empty()) return;
  mod.list("routes", kMaxRoutes, [&](const json& entry, const JsonPlace& at) {
    readModRoute(JsonObject(&entry, at, object.problem()), type, node.type, node.mod);
  });
}

}  // namespace

rack::LfoPlan readLfo(const JsonObject& fields) {
  static const std::vector<const char*> kWaves{"sine", "triangle", "saw", "square"};
  rack::LfoPlan lfo;
  lfo.wave = static_cast<rack::LfoWave>(fields.choice("wave", kWaves, 0));
  lfo.freqHz = fields.number("freqHz", 0.0, 1000.0, 1.0);
  lfo.phase = fields.number("phase", -1.0, 1.0, 0.0);
  lfo.syncBeats = fields.number("syncBeats", 0.0, 100000.0, 0.0);
  return lfo;
}

void readNode(const JsonObject& fields, rack::NodeTypeLookup findType, rack::NodePlan& node) {
  JsonProblem& problem = fields.problem();
  node.id = fields.id("id");
  node.type = fields.text("type", PlanLimits::kNameBytes, std::nullopt);
  if (problem.isFound()) return;
  const rack::NodeTypeInfo* type = findType(node.type.c_str());
  if (type == nullptr) {
    const auto described = rack::describeNodeType(node.type);
    problem.reportSentence(fields.at("type"), described.isOk()
                                                  ? "expected a node type that is known here."
                                                  : described.error().message);
    return;
  }
  node.channels =
      static_cast<std::uint32_t>(fields.whole("channels", 0, rack::kMaxNodeChannels, 0));
  readParams(fields, *type, node);
  readTexts(fields, node);
  readMod(fields, *type, node);
}

}  // namespace downbeat::app
