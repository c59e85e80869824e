// SPDX-License-Identifier: GPL-3.0-or-later
// One rack of a plan: nodes, connections, mixer.
#include <map>
#include <set>
#include <string>

#include "app/plan-reader-parts.hpp"
#include "rack/graph-order.hpp"

namespace downbeat::app {
namespace {

/// A round that is shorter would only cost: there are thousands of it in one block.
constexpr double kMinRoundBeats = 1.0 / 64.0;

using nlohmann::json;
constexpr double kMaxSeconds = 1e6;
using NodeIndex = std::map<std::string, std::uint32_t>;

void readNodes(const JsonObject& object, rack::NodeTypeLookup findType, RackPlan& rack,
               NodeIndex& indexOf) {
  JsonProblem& problem = object.problem();
  object.list("nodes", PlanLimits::kNodes, [&](const json& value, const JsonPlace& at) {
    const JsonObject fields(&value, at, problem);
    rack::NodePlan node;
    readNode(fields, findType, node);
    if (problem.isFound()) return;
    if (!indexOf.emplace(node.id, static_cast<std::uint32_t>(rack.nodes.size())).second) {
      problem.report(fields.at("id"), "an id that no other node of the rack has",
                     fields.find("id"));
    }
    rack.nodes.push_back(std::move(node));
  });
}

/// The id of a node of this rack in field `key`.
std::string readNodeId(const JsonObject& object, const char* key, const NodeIndex& indexOf) {
  std::string id = object.id(key);
  if (indexOf.count(id) == 0) {
    object.problem().report(object.at(key), "the id of a node of this rack", object.find(key));
  }
  return id;
}

void readConnections(const JsonObject& object, const NodeIndex& indexOf, RackPlan& rack) {
  JsonProblem& problem = object.problem();
  std::vector<rack::GraphArrow> arrows;
  object.list("connections", PlanLimits::kConnections, [&](const json& value, const JsonPlace& at) {
    const JsonObject fields(&value, at, problem);
    rack::ConnectionPlan connection;
    connection.from = readNodeId(fields, "from", indexOf);
    connection.to = readNodeId(fields, "to", indexOf);
    connection.gain = fields.number("gain", 0.0, 2.0, 1.0);
    connection.dry = fields.number("dry", 0.0, 1.0, 0.0);
    connection.fromPort = static_cast<std::uint32_t>(fields.whole("fromPort", 0, 15, 0));
    connection.toPort = static_cast<std::uint32_t>(fields.whole("toPort", 0, 63, 0));
    if (problem.isFound()) return;
    arrows.push_back({indexOf.at(connection.from), indexOf.at(connection.to)});
    rack.connections.push_back(std::move(connection));
  });
  if (problem.isFound()) return;
  const auto count = static_cast<std::uint32_t>(rack.nodes.size());
  std::vector<bool> isOrdered(count, false);
  const std::vector<std::uint32_t> order = rack::orderNodes(count, arrows);
  if (order.size() == count) return;
  for (const std::uint32_t node : order) isOrdered[node] = true;
  const JsonPlace list = object.at("connections");
  for (std::size_t i = 0; i < arrows.size(); ++i) {
    if (isOrdered[arrows[i].from] || isOrdered[arrows[i].to]) continue;
    problem.reportSentence({&list, nullptr, i},
                           "expected connections without a cycle, got one through \"" +
                               rack.connections[i].from + "\" and \"" + rack.connections[i].to +
                               "\".");
    return;
  }
}

void readMixer(const JsonObject& rackObject, const NodeIndex& indexOf, RackPlan& rack) {
  const json* value = rackObject.object("mixer");
  if (value == nullptr) return;
  const JsonObject object(value, rackObject.at("mixer"), rackObject.problem());
  rack.hasMixer = true;
  rack.mixer.gain = object.number("gain", 0.0, 4.0, 1.0);
  rack.mixer.softClip = object.flag("softClip", false);
  object.list("inputs", PlanLimits::kNodes, [&](const json& entry, const JsonPlace& at) {
    const JsonObject fields(&entry, at, object.problem());
    rack.mixer.inputs.push_back(
        {readNodeId(fields, "node", indexOf), fields.number("gain", 0.0, 4.0, 1.0)});
  });
}

}  // namespace

RackPlan readRack(const json& value, const JsonPlace& place, JsonProblem& problem,
                  rack::NodeTypeLookup findType, PlanTotals& totals) {
  const JsonObject object(&value, place, problem);
  RackPlan rack;
  rack.id = object.id("id");
  rack.seed = object.whole("seed", 0, 9007199254740991ULL, 0);
  rack.gain = object.number("gain", 0.0, 4.0, 1.0);
  rack.muted = object.flag("muted", false);
  rack.soloed = object.flag("soloed", false);
  rack.startSeconds = object.number("startSeconds", -kMaxSeconds, kMaxSeconds, 0.0);
  rack.loopBeats = object.number("loopBeats", 0.0, 1e9, 0.0);
  if (rack.loopBeats > 0.0 && rack.loopBeats < kMinRoundBeats) {
    problem.report(object.at("loopBeats"), "0, or a round of at least 1/64 beat",
                   object.find("loopBeats"));
  }
  rack.endBeats = object.number("endBeats", 0.0, 1e9, 0.0);
  const json* tail = object.find("tailMs");
  if (tail != nullptr && !tail->is_null()) {
    rack.tailMs = object.number("tailMs", 0.0, kMaxSeconds * 1000.0, 0.0);
  }
  rack.tempoMap = readTempoMap(object);
  NodeIndex indexOf;
  readNodes(object, findType, rack, indexOf);
  countAll(totals.nodes, rack.nodes.size(), PlanLimits::kNodes, "nodes", object.at("nodes"),
           problem);
  if (problem.isFound()) return rack;
  readConnections(object, indexOf, rack);
  countAll(totals.connections, rack.connections.size(), PlanLimits::kConnections, "connections",
           object.at("connections"), problem);
  readMixer(object, indexOf, rack);
  if (!problem.isFound()) readSequence(object, findType, totals, rack);
  return rack;
}

}  // namespace downbeat::app
