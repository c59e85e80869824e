// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a plan from JSON and trusts nothing in it: types, ranges, names, sizes, depth and cycles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "app/plan.hpp"
#include "base/status.hpp"
#include "rack/graph.hpp"

namespace downbeat::app {

/// What a plan may hold at most. A larger one is PLAN_INVALID.
struct PlanLimits {
  static constexpr std::size_t kBytes = 8U << 20U;
  static constexpr std::size_t kDepth = 64;
  static constexpr std::size_t kRacks = 256;
  static constexpr std::size_t kNodes = 8192;           ///< of all racks together
  static constexpr std::size_t kConnections = 16384;    ///< of all racks together
  static constexpr std::size_t kPatterns = 4096;        ///< of all racks together
  static constexpr std::size_t kPatternEvents = 65536;  ///< hits, notes and locks of all patterns
  static constexpr std::size_t kCommands = 65536;       ///< of all racks together
  static constexpr std::size_t kBuses = 64;
  static constexpr std::size_t kInserts = 16;  ///< of one bus
  static constexpr std::size_t kRoutes = 1024;
  static constexpr std::size_t kXfaders = 32;
  static constexpr std::size_t kMidiTracks = 1024;
  static constexpr std::size_t kMidiEvents = 65536;  ///< notes and controllers of all tracks
  static constexpr std::size_t kMidiPorts = 64;
  static constexpr std::size_t kTracks = 64;
  static constexpr std::size_t kTrackPatterns = 16;  ///< of one live track
  static constexpr std::size_t kTrackSteps = 512;    ///< of one of its patterns
  static constexpr std::size_t kTrackLine = 64;
  static constexpr std::size_t kTrackLocks = 16;  ///< of one step
  static constexpr std::size_t kTrackScales = 32;
  static constexpr std::size_t kTempoPoints = 4096;  ///< of one tempo map
  static constexpr std::size_t kParams = 512;        ///< of one node
  static constexpr std::size_t kIdBytes = 128;
  static constexpr std::size_t kNameBytes = 512;
};

/// The plan, or an Error with code PLAN_INVALID, a sentence with what was expected and what came,
/// and the path of the first problem. Unknown fields are ignored, missing ones take their default
/// where there is one. Parameter values outside a type's range are clamped later, not refused.
/// `findType` is rack::findNodeType outside tests. Thread: any but audio.
[[nodiscard]] Result<Plan> readPlan(std::string_view json, rack::NodeTypeLookup findType);

/// The same: a text could also be taken for JSON of one string.
[[nodiscard]] inline Result<Plan> readPlan(const std::string& json, rack::NodeTypeLookup findType) {
  return readPlan(std::string_view(json), findType);
}
[[nodiscard]] inline Result<Plan> readPlan(const char* json, rack::NodeTypeLookup findType) {
  return readPlan(std::string_view(json), findType);
}

/// The same for a plan that is already parsed, as part of a message.
[[nodiscard]] Result<Plan> readPlan(const nlohmann::json& json, rack::NodeTypeLookup findType);

/// Does this JSON text nest deeper than `limit`? Counts brackets outside strings, so that it can be
/// asked before a parser spends memory on them.
[[nodiscard]] bool isTooDeep(std::string_view json, std::size_t limit = PlanLimits::kDepth);

}  // namespace downbeat::app
