// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/route-report.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace downbeat;
using engine::RouteReport;
using midi::MidiPortState;
using nlohmann::json;

namespace {

midi::MidiRoutePlan route(const std::string& id, const std::string& from, const std::string& to) {
  midi::MidiRoutePlan plan;
  plan.id = id;
  plan.from = from;
  plan.to = to;
  return plan;
}

midi::MidiPortStatus port(const std::string& id, MidiPortState state = MidiPortState::open) {
  midi::MidiPortStatus status;
  status.id = id;
  status.state = state;
  return status;
}

}  // namespace

TEST_CASE("a route says what it waits for, and what it carried") {
  RouteReport report;
  const std::uint32_t serial =
      report.begin({route("a", "keys", "lead"), route("b", "keys", "bass")});
  rt::Latest<midi::RtRoutingState> state;
  CHECK(report.poll(state).empty());
  midi::RtRoutingState newest;
  newest.serial = serial;
  newest.count = 2;
  newest.routes[0].figures.heard = 3;
  newest.routes[0].figures.sent = 9;
  newest.routes[0].held = 1;
  state.write(newest);
  CHECK(report.poll(state).empty());
  const json both = report.json({port("keys"), port("lead"), port("bass", MidiPortState::missing)});
  CHECK(both[0]["heard"] == 3);
  CHECK(both[0]["sent"] == 9);
  CHECK(both[0]["held"] == 1);
  CHECK(both[0]["sentence"] == "");
  CHECK(both[1]["sentence"] == "waits for bass");
  CHECK(report.json({})[0]["sentence"] == "waits for keys");
}

TEST_CASE("a loop is said once for each cut, also across an edit") {
  RouteReport report;
  rt::Latest<midi::RtRoutingState> state;
  midi::RtRoutingState newest;
  newest.serial = report.begin({route("thru", "keys", "lead")});
  newest.count = 1;
  newest.routes[0].figures.loops = 1;
  newest.routes[0].isCut = 1;
  state.write(newest);
  const std::vector<std::string> sentences = report.poll(state);
  REQUIRE(sentences.size() == 1);
  CHECK(sentences[0].find("route thru: what it sends to lead comes back at keys") !=
        std::string::npos);
  CHECK(report.poll(state).empty());
  CHECK(report.json({port("keys"), port("lead")})[0]["sentence"] ==
        "cut: what it sends comes back");
  // What an older table said is not taken for the new one.
  newest.serial = report.begin({route("other", "keys", "lead"), route("thru", "keys", "lead")});
  CHECK(report.poll(state).empty());
  newest.count = 2;
  newest.routes[1] = newest.routes[0];
  newest.routes[0] = {};
  state.write(newest);
  CHECK(report.poll(state).empty());
  newest.routes[1].figures.loops = 2;
  state.write(newest);
  CHECK(report.poll(state).size() == 1);
}
