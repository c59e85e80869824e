// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of the plan's reader: one function for each part of a plan.
#pragma once

#include <cstddef>

#include "app/json-reader.hpp"
#include "app/plan-reader.hpp"

namespace downbeat::app {

/// What has been read so far, where a limit is for all racks or tracks together.
struct PlanTotals {
  std::size_t nodes = 0;
  std::size_t connections = 0;
  std::size_t patterns = 0;
  std::size_t patternEvents = 0;
  std::size_t commands = 0;
  std::size_t midiEvents = 0;
  std::size_t trackEvents = 0;
};

/// Adds `count` to `total`, or reports that all of them together are more than `limit`.
void countAll(std::size_t& total, std::size_t count, std::size_t limit, const char* what,
              const JsonPlace& place, JsonProblem& problem);

/// What knobs, keys and pads do, of a plan whose ports are read.
void readMapping(const JsonObject& object, Plan& plan);

/// What is on the front and where it is wired.
void readPanel(const JsonObject& object, PanelPlan& plan);

/// MIDI routes, of a plan whose ports are read.
void readRouting(const JsonObject& object, Plan& plan);

void readSession(const nlohmann::json* json, const JsonPlace& place, JsonProblem& problem,
                 rack::NodeTypeLookup findType, Plan& plan);

[[nodiscard]] RackPlan readRack(const nlohmann::json& json, const JsonPlace& place,
                                JsonProblem& problem, rack::NodeTypeLookup findType,
                                PlanTotals& totals);

/// Id, type, parameters, texts and modulation.
void readNode(const JsonObject& fields, rack::NodeTypeLookup findType, rack::NodePlan& node);
[[nodiscard]] rack::LfoPlan readLfo(const JsonObject& fields);

/// Buses, routes, crossfaders and commands of a session whose racks are read.
void readMix(const JsonObject& object, rack::NodeTypeLookup findType, SessionPlan& session);

/// Patterns and commands of a rack whose nodes are read.
void readSequence(const JsonObject& object, rack::NodeTypeLookup findType, PlanTotals& totals,
                  RackPlan& rack);

/// Live tracks of a session whose racks are read, of a plan whose ports are.
void readTracks(const JsonObject& object, rack::NodeTypeLookup findType, PlanTotals& totals,
                Plan& plan);

[[nodiscard]] std::vector<sequencer::TempoPoint> readTempoMap(const JsonObject& object);

/// Steps in a bar of four beats, and steps of the longest pattern.
inline constexpr std::uint64_t kMaxResolution = 192;
inline constexpr std::uint64_t kMaxLengthSteps = 65536;
/// Of any parameter; what it may be is checked by its type.
inline constexpr double kMaxValue = 1.0e9;
inline constexpr double kMaxRampMs = 600000.0;
inline constexpr double kMinSwingExponent = 0.1;
inline constexpr double kMaxSwingExponent = 10.0;

}  // namespace downbeat::app
