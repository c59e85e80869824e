// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/hands.hpp"

#include <functional>
#include <optional>
#include <utility>

#include "rack/graph.hpp"
#include "rack/mix/mix-nodes.hpp"
#include "sequencer/live-track.hpp"

namespace downbeat::engine {
namespace {

/// Finds or makes the value of a node's parameter.
double& valueOf(rack::NodePlan& node, std::uint32_t id) {
  for (rack::ParamValuePlan& param : node.params) {
    if (param.id == id) return param.value;
  }
  node.params.push_back({id, 0.0});
  return node.params.back().value;
}

std::optional<double> plannedValue(const rack::NodePlan& node, std::uint32_t id) {
  for (const rack::ParamValuePlan& param : node.params) {
    if (param.id == id) return param.value;
  }
  return std::nullopt;
}

/// Every node of a session that has parameters of its own, under the name that hands know it by.
/// Ids hold no colon, so "rack:node" and "bus:BUS:INSERT" name one node each.
template <typename Session, typename Visit>
void visitNodes(Session& session, Visit&& visit) {
  for (auto& rack : session.racks) {
    for (auto& node : rack.nodes) visit(rack.id + ":" + node.id, node);
  }
  for (auto& bus : session.buses) {
    for (auto& insert : bus.inserts) visit("bus:" + bus.id + ":" + insert.id, insert);
  }
}

void setStrip(app::RackPlan& rack, std::uint32_t id, double value) {
  if (id == rack::kStripGainId) rack.gain = value;
  if (id == rack::kStripMutedId) rack.muted = value >= 0.5;
}

}  // namespace

PlannedParam plannedParam(const app::SessionPlan& session, const LiveParamKey& key) {
  PlannedParam planned;
  visitNodes(session, [&](const std::string& name, const rack::NodePlan& node) {
    if (name != key.first) return;
    planned.isNodeKnown = true;
    planned.value = plannedValue(node, key.second);
  });
  if (planned.isNodeKnown) return planned;
  for (const app::RackPlan& rack : session.racks) {
    if ("rack:" + rack.id != key.first) continue;
    planned.isNodeKnown = true;
    if (key.second == rack::kStripGainId) planned.value = rack.gain;
    if (key.second == rack::kStripMutedId) planned.value = rack.muted ? 1.0 : 0.0;
  }
  for (const sequencer::TrackPlan& track : session.tracks) {
    if ("track:" + track.id != key.first) continue;
    planned.isNodeKnown = key.second > 0 && key.second <= sequencer::kTrackParams;
    if (!planned.isNodeKnown) continue;
    planned.value = static_cast<double>(sequencer::LiveTrack::valuesOf(track)[key.second - 1]);
  }
  for (const app::XfaderPlan& xfader : session.xfaders) {
    if ("xfader:" + xfader.id != key.first) continue;
    planned.isNodeKnown = true;
    planned.value = xfader.x;
  }
  return planned;
}

std::optional<double> presentParam(const app::SessionPlan& session, const LiveState& live,
                                   const LiveParamKey& key) {
  if (const auto held = live.params.find(key); held != live.params.end()) {
    return static_cast<double>(held->second);
  }
  const PlannedParam planned = plannedParam(session, key);
  if (planned.value || !planned.isNodeKnown) return planned.value;
  std::optional<double> initial;
  visitNodes(session, [&](const std::string& name, const rack::NodePlan& node) {
    if (name != key.first) return;
    const rack::NodeTypeInfo* type = rack::findNodeType(node.type.c_str());
    for (std::size_t i = 0; type != nullptr && i < type->paramCount; ++i) {
      if (type->params[i].id == key.second) initial = type->params[i].initial;
    }
  });
  return initial;
}

app::SessionPlan withHands(app::SessionPlan session, const LiveState& live) {
  if (live.params.empty()) return session;
  const auto forHands = [&live](const std::string& name,
                                const std::function<void(std::uint32_t, double)>& take) {
    for (auto it = live.params.lower_bound({name, 0});
         it != live.params.end() && it->first.first == name; ++it) {
      take(it->first.second, static_cast<double>(it->second));
    }
  };
  visitNodes(session, [&](const std::string& name, rack::NodePlan& node) {
    forHands(name, [&node](std::uint32_t id, double value) { valueOf(node, id) = value; });
  });
  for (app::RackPlan& rack : session.racks) {
    forHands("rack:" + rack.id,
             [&rack](std::uint32_t id, double value) { setStrip(rack, id, value); });
  }
  for (sequencer::TrackPlan& track : session.tracks) {
    // The last one counts.
    forHands("track:" + track.id,
             [&track](std::uint32_t id, double value) { track.params.emplace_back(id, value); });
  }
  for (app::XfaderPlan& xfader : session.xfaders) {
    forHands("xfader:" + xfader.id, [&xfader](std::uint32_t, double value) {
      xfader.x = value;
      xfader.lfo.reset();  // whoever took it by hand keeps it
    });
  }
  return session;
}

}  // namespace downbeat::engine
