// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/hands.hpp"

#include <algorithm>
#include <utility>

namespace downbeat::engine {
namespace {

/// Ids of racks hold no colon, so "rack:node" names one node.
std::string nameOf(const app::RackPlan& rack, const rack::NodePlan& node) {
  return rack.id + ":" + node.id;
}

void setParam(rack::NodePlan& node, std::uint32_t id, double value) {
  const auto found = std::find_if(node.params.begin(), node.params.end(),
                                  [&](const auto& param) { return param.id == id; });
  if (found != node.params.end()) {
    found->value = value;
  } else {
    node.params.push_back({id, value});
  }
}

}  // namespace

PlannedParam plannedParam(const app::SessionPlan& session, const LiveParamKey& key) {
  PlannedParam planned;
  for (const app::RackPlan& rack : session.racks) {
    for (const rack::NodePlan& node : rack.nodes) {
      if (nameOf(rack, node) != key.first) continue;
      planned.isNodeKnown = true;
      for (const rack::ParamValuePlan& param : node.params) {
        if (param.id == key.second) planned.value = param.value;
      }
    }
  }
  return planned;
}

app::SessionPlan withHands(app::SessionPlan session, const LiveState& live) {
  if (live.params.empty()) return session;
  for (app::RackPlan& rack : session.racks) {
    for (rack::NodePlan& node : rack.nodes) {
      const std::string name = nameOf(rack, node);
      for (auto it = live.params.lower_bound({name, 0});
           it != live.params.end() && it->first.first == name; ++it) {
        setParam(node, it->first.second, static_cast<double>(it->second));
      }
    }
  }
  return session;
}

}  // namespace downbeat::engine
