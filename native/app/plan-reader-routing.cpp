// SPDX-License-Identifier: GPL-3.0-or-later
// The MIDI routes of a plan: every route whole, and no loop among them, or the plan is refused.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "app/plan-reader-parts.hpp"

namespace downbeat::app {
namespace {

using midi::MidiRoutePlan;
using nlohmann::json;

void readPort(const JsonObject& fields, const Plan& plan, const char* key, std::string& port) {
  port = fields.id(key);
  const bool isInput = std::string(key) == "from";
  const bool isThere = std::any_of(plan.midi.ports.begin(), plan.midi.ports.end(),
                                   [&](const midi::MidiPortPlan& one) {
                                     return one.id == port && (isInput ? one.input : one.output);
                                   });
  if (isThere) return;
  const char* expected =
      isInput ? "the id of a port with an input" : "the id of a port with an output";
  fields.problem().report(fields.at(key), expected, fields.find(key));
}

/// A list of as many numbers as the table has places; null: what comes here goes nowhere. What is
/// missing stays as it is.
template <std::size_t kSize>
void readTable(const JsonObject& fields, const char* key, std::uint64_t min, std::uint64_t max,
               bool mayBeNull, std::array<std::uint8_t, kSize>& table) {
  if (fields.find(key) == nullptr) return;
  std::size_t count = 0;
  fields.list(key, kSize, [&](const json& value, const JsonPlace& place) {
    const bool isNowhere = mayBeNull && value.is_null();
    table[count++] =
        isNowhere ? midi::kNotCarried
                  : static_cast<std::uint8_t>(readWhole(value, place, min, max, fields.problem()));
  });
  if (count == kSize) return;
  fields.problem().report(fields.at(key), "a list of " + std::to_string(kSize), fields.find(key));
}

void readKinds(const JsonObject& fields, MidiRoutePlan& route) {
  if (fields.find("carries") == nullptr) return;
  route.kinds = 0;
  fields.list("carries", midi::kRouteKinds, [&](const json& value, const JsonPlace& place) {
    const auto found = std::find_if(midi::kRouteKindNames.begin(), midi::kRouteKindNames.end(),
                                    [&](const char* name) { return value == name; });
    if (found == midi::kRouteKindNames.end()) {
      fields.problem().report(place, "a kind of message, such as \"notes\"", &value);
      return;
    }
    const auto bit = static_cast<unsigned>(found - midi::kRouteKindNames.begin());
    route.kinds = static_cast<std::uint8_t>(route.kinds | 1U << bit);
  });
}

std::uint8_t byteAt(const JsonObject& fields, const char* key, std::uint64_t min,
                    std::uint8_t fallback) {
  return static_cast<std::uint8_t>(fields.whole(key, min, 127, fallback));
}

void readChord(const JsonObject& fields, MidiRoutePlan& route) {
  if (fields.find("chord") == nullptr) return;
  route.chord.clear();
  fields.list("chord", midi::kMaxChord, [&](const json& value, const JsonPlace& place) {
    route.chord.push_back(
        static_cast<int>(readNumber(value, place, -127.0, 127.0, fields.problem())));
  });
  if (route.chord.empty()) {
    fields.problem().report(fields.at("chord"), "at least one interval", fields.find("chord"));
  }
}

void readArp(const JsonObject& fields, midi::ArpPlan& arp) {
  static const std::vector<const char*> kOrders{"off",    "up",       "down",
                                                "upDown", "asPlayed", "random"};
  arp.order = static_cast<midi::ArpOrder>(fields.choice("order", kOrders, 0));
  arp.stepBeats = fields.number("stepBeats", 1.0 / 16.0, 16.0, arp.stepBeats);
  arp.octaves = static_cast<std::uint32_t>(fields.whole("octaves", 1, 8, arp.octaves));
  arp.gate = fields.number("gate", 0.05, 1.0, arp.gate);
  arp.hold = fields.flag("hold", arp.hold);
  arp.seed = static_cast<std::uint32_t>(fields.whole("seed", 0, 0xFFFFFFFF, arp.seed));
}

MidiRoutePlan readRoute(const JsonObject& fields, const Plan& plan) {
  MidiRoutePlan route;
  route.id = fields.id("id");
  readPort(fields, plan, "from", route.from);
  readPort(fields, plan, "to", route.to);
  readKinds(fields, route);
  route.lowestNote = byteAt(fields, "lowestNote", 0, route.lowestNote);
  route.highestNote = byteAt(fields, "highestNote", 0, route.highestNote);
  route.lowestVelocity = byteAt(fields, "lowestVelocity", 1, route.lowestVelocity);
  route.highestVelocity = byteAt(fields, "highestVelocity", 1, route.highestVelocity);
  route.transpose = static_cast<int>(fields.number("transpose", -127.0, 127.0, 0.0));
  readTable(fields, "channels", 0, 15, true, route.channels);
  readTable(fields, "controllers", 0, 127, true, route.controllers);
  readTable(fields, "velocities", 1, 127, false, route.velocities);
  route.delayBeats = fields.number("delayBeats", 0.0, midi::kMaxDelayBeats, route.delayBeats);
  readChord(fields, route);
  readArp(JsonObject(fields.object("arp"), fields.at("arp"), fields.problem()), route.arp);
  return route;
}

}  // namespace

void readRouting(const JsonObject& object, Plan& plan) {
  std::set<std::string> ids;
  object.list("routes", midi::kMaxRoutes, [&](const json& value, const JsonPlace& place) {
    const JsonObject fields(&value, place, object.problem());
    MidiRoutePlan route = readRoute(fields, plan);
    if (!ids.insert(route.id).second) {
      fields.problem().report(fields.at("id"), "an id that no other route has", fields.find("id"));
    }
    plan.routing.routes.push_back(std::move(route));
  });
  if (object.problem().isFound()) return;
  const std::vector<std::string> loop = midi::findRouteLoop(plan.routing.routes);
  if (loop.empty()) return;
  std::string names;
  for (const std::string& port : loop) names += (names.empty() ? "" : " -> ") + port;
  object.problem().reportSentence(object.at("routes"),
                                  "expected routes without a loop, got " + names + ".");
}

}  // namespace downbeat::app
