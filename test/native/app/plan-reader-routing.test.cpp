// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/plan-hash.hpp"
#include "app/plan-reader.hpp"
#include "support/test-nodes.hpp"

using namespace downbeat;
using namespace downbeat::app;
using nlohmann::json;

namespace {

json routeWith(const char* pointer, const json& value) {
  json route = {{"id", "thru"}, {"from", "keys"}, {"to", "synth"}};
  route[json::json_pointer(pointer)] = value;
  return route;
}

json planWith(json routes) {
  return {{"version", 1},
          {"midi",
           {{"ports",
             {{{"id", "keys"}, {"kind", "match"}, {"name", "keys"}, {"input", true}},
              {{"id", "synth"},
               {"kind", "match"},
               {"name", "synth"},
               {"input", true},
               {"output", true}},
              {{"id", "pads"},
               {"kind", "match"},
               {"name", "pads"},
               {"input", true},
               {"output", false}}}}}},
          {"routing", {{"routes", std::move(routes)}}},
          {"session", json::object()}};
}

Result<Plan> read(const json& plan) { return readPlan(plan, test::findTestType); }

std::string pathOf(const json& plan) {
  const auto result = read(plan);
  return result.isOk() ? "" : result.error().path;
}

json counted(std::size_t size, int first = 0) {
  json list = json::array();
  for (std::size_t i = 0; i < size; ++i) list.push_back(static_cast<int>(i) + first);
  return list;
}

}  // namespace

TEST_CASE("a route without more than its ports carries everything as it comes") {
  const auto result = read(planWith(json::array({routeWith("/id", "thru")})));
  REQUIRE_MESSAGE(result.isOk(), (result.error().path + ": " + result.error().message));
  const midi::MidiRoutePlan& route = result.value().routing.routes.at(0);
  CHECK(route.kinds == 0x3F);
  CHECK(route.channels[15] == 15);
  CHECK(route.controllers[64] == 64);
  CHECK(route.velocities[100] == 100);
  CHECK(route.chord == std::vector<int>{0});
  CHECK(route.arp.order == midi::ArpOrder::off);
}

TEST_CASE("a route is read field by field") {
  json channels = counted(16);
  channels[3] = nullptr;
  json velocities = json::array();
  for (int i = 0; i < 128; ++i) velocities.push_back(64);
  const json route = {{"id", "all"},
                      {"from", "keys"},
                      {"to", "synth"},
                      {"carries", {"notes", "sysex"}},
                      {"lowestNote", 36},
                      {"highestNote", 60},
                      {"lowestVelocity", 10},
                      {"highestVelocity", 90},
                      {"transpose", -12},
                      {"channels", channels},
                      {"controllers", counted(128)},
                      {"velocities", velocities},
                      {"delayBeats", 1.5},
                      {"chord", {0, 4, -5}},
                      {"arp",
                       {{"order", "upDown"},
                        {"stepBeats", 0.5},
                        {"octaves", 3},
                        {"gate", 0.8},
                        {"hold", true},
                        {"seed", 9}}}};
  const auto result = read(planWith(json::array({route})));
  REQUIRE_MESSAGE(result.isOk(), (result.error().path + ": " + result.error().message));
  const midi::MidiRoutePlan& plan = result.value().routing.routes.at(0);
  CHECK(plan.kinds == 0x41);
  CHECK(plan.lowestNote == 36);
  CHECK(plan.highestNote == 60);
  CHECK(plan.lowestVelocity == 10);
  CHECK(plan.highestVelocity == 90);
  CHECK(plan.transpose == -12);
  CHECK(plan.channels[3] == midi::kNotCarried);
  CHECK(plan.channels[4] == 4);
  CHECK(plan.velocities[1] == 64);
  CHECK(plan.delayBeats == 1.5);
  CHECK(plan.chord == std::vector<int>{0, 4, -5});
  CHECK(plan.arp.order == midi::ArpOrder::upDown);
  CHECK(plan.arp.stepBeats == 0.5);
  CHECK(plan.arp.octaves == 3);
  CHECK(plan.arp.gate == 0.8);
  CHECK(plan.arp.hold);
  CHECK(plan.arp.seed == 9);
}

TEST_CASE("what is wrong in a route is named by its place") {
  const std::pair<const char*, json> wrong[] = {
      {"/id", "a:b"},
      {"/from", "nobody"},
      {"/to", "pads"},
      {"/carries", json::array({"clock"})},
      {"/lowestNote", 128},
      {"/lowestVelocity", 0},
      {"/transpose", 200},
      {"/channels", counted(15)},
      {"/channels", counted(16, 1)},
      {"/controllers", counted(127)},
      {"/velocities", counted(128)},
      {"/delayBeats", 65},
      {"/delayBeats", -1},
      {"/chord", json::array()},
      {"/chord", counted(9)},
      {"/arp", 3},
      {"/arp/order", "sideways"},
      {"/arp/stepBeats", 0},
      {"/arp/octaves", 9},
      {"/arp/gate", 0},
      {"/arp/hold", 1},
      {"/arp/seed", -1},
  };
  for (const auto& one : wrong) {
    const char* const pointer = one.first;
    const json& value = one.second;
    CAPTURE(pointer);
    CAPTURE(value.dump());
    const std::string path = pathOf(planWith(json::array({routeWith(pointer, value)})));
    CHECK(path.rfind("routing.routes[0].", 0) == 0);
  }
  const json twice = json::array({routeWith("/id", "a"), routeWith("/id", "a")});
  CHECK(pathOf(planWith(twice)) == "routing.routes[1].id");
}

TEST_CASE("a plan with a loop of routes is refused, and the loop is named") {
  const json back = {{"id", "back"}, {"from", "synth"}, {"to", "keys"}};
  const auto result = read(planWith(json::array({routeWith("/id", "there"), back})));
  REQUIRE_FALSE(result.isOk());
  CHECK(result.error().path == "routing.routes");
  CHECK(result.error().message.find("keys -> synth -> keys") != std::string::npos);
}

TEST_CASE("other routes are another part of the plan, and an older plan has none") {
  const json plan = planWith(json::array({routeWith("/id", "thru")}));
  const json other = planWith(json::array({routeWith("/transpose", 12)}));
  CHECK(changedParts(hashPlan(plan), hashPlan(other)) == std::vector<std::string>{"routing"});
  json older = plan;
  older.erase("routing");
  const auto result = read(older);
  REQUIRE(result.isOk());
  CHECK(result.value().routing.routes.empty());
}
