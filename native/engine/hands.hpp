// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters that hands moved, and the plan they belong to.
#pragma once

#include <optional>

#include "app/plan.hpp"
#include "engine/live-state.hpp"

namespace downbeat::engine {

/// What a plan says about a parameter.
struct PlannedParam {
  bool isNodeKnown = false;
  std::optional<double> value;  ///< absent: the node type's initial value
};
[[nodiscard]] PlannedParam plannedParam(const app::SessionPlan& session, const LiveParamKey& key);

/// What a parameter is: as a hand left it, as the plan has it, or as its node type begins. Absent
/// when there is no such node or parameter.
[[nodiscard]] std::optional<double> presentParam(const app::SessionPlan& session,
                                                 const LiveState& live, const LiveParamKey& key);

/// The session with the parameters of `live` in place of the plan's.
[[nodiscard]] app::SessionPlan withHands(app::SessionPlan session, const LiveState& live);

}  // namespace downbeat::engine
