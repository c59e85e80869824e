// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the status that is about Link. engine/binding/link-status.ts is its other side.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "app/plan.hpp"
#include "base/units.hpp"
#include "link/link-health.hpp"

namespace downbeat::engine {

struct LinkReportParts {
  const app::LinkPlan& plan;
  const link::LinkHealth& health;
  std::uint32_t peers = 0;
  double quantum = 4.0;
  std::uint64_t restarts = 0;
};

/// Thread: control.
[[nodiscard]] nlohmann::json linkJson(const LinkReportParts& parts, HostMicros now);

}  // namespace downbeat::engine
