// SPDX-License-Identifier: GPL-3.0-or-later
// The mix of a session as one graph: a source and a strip for every rack, buses with their inserts,
// keys and routes. So buses, inserts and crossfaders have what nodes have: parameters that hands,
// commands and LFOs move, latency compensation, and swaps without a click.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/plan.hpp"
#include "base/status.hpp"

namespace downbeat::app {

/// A parameter owner of the mix as others name it: "rack:ID", "bus:BUS:INSERT", "xfader:ID".
struct MixTarget {
  std::uint32_t node = 0;   ///< in the mix graph
  std::uint32_t param = 0;  ///< id that stands for the one asked for; 0: the one asked for
};

struct MixPlan {
  RackPlan graph;  ///< its commands are those of the session, at song beats
  /// What one name stands for may be several nodes: both strips of a crossfader.
  std::map<std::string, std::vector<MixTarget>> targets;
};

struct RackLane {
  std::uint32_t lane = 0;           ///< where its sound comes in
  std::uint32_t latencyFrames = 0;  ///< of its graph
};

/// `lanes` in the order of the racks. Commands for nodes inside racks are left out.
/// Thread: any but audio. Errors: PLAN_INVALID with a path inside the session.
[[nodiscard]] Result<MixPlan> makeMixPlan(const SessionPlan& session,
                                          const std::vector<RackLane>& lanes);

}  // namespace downbeat::app
