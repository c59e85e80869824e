// SPDX-License-Identifier: GPL-3.0-or-later
// Plugins and external nodes in a plan: read, connected, played in time.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "app/offline-render.hpp"
#include "app/plan-reader.hpp"
#include "rack/external/rig.hpp"
#include "rack/lv2/rig.hpp"

using namespace downbeat;
using namespace downbeat::app;

namespace {

/// At 120 bpm: a beat has 24,000 frames.
std::string planOf(const std::string& rack) {
  return R"({"version": 1, "session": {"name": "t", "tempoMap": [{"beat": 0, "bpm": 120}],
             "master": {"gain": 1, "ceilingDb": 0}, "racks": [{"id": "r", )" +
         rack + "}]}}";
}

Error problemOf(const std::string& rack) {
  const auto plan = readPlan(planOf(rack), &rack::findNodeType);
  REQUIRE_FALSE(plan.isOk());
  return plan.error();
}

/// The left channel.
std::vector<float> render(const std::string& rack, std::uint64_t frames) {
  const auto plan = readPlan(planOf(rack), &rack::findNodeType);
  REQUIRE_MESSAGE(plan.isOk(), plan.error().message);
  OfflineRequest request;
  request.frames = frames;
  std::vector<float> left;
  const Status status = renderOffline(plan.value(), request, [&](const OfflineChunk& chunk) {
    for (std::size_t i = 0; i < chunk.frames; ++i) left.push_back(chunk.interleaved[2 * i]);
    return Status{};
  });
  REQUIRE_MESSAGE(status.isOk(), status.error().message);
  return left;
}

std::string node(const std::string& id, const std::string& type, const std::string& params = "") {
  return R"({"id": ")" + id + R"(", "type": ")" + type + R"(", "params": [)" + params + "]}";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a plan that wants a plugin which is not there is told the nearest, at its place") {
  const Error error =
      problemOf(R"("nodes": [)" + node("a", "lv2:http://lv2plug.in/plugins/eg-amb") + "]");
  CHECK(error.code == "PLAN_INVALID");
  CHECK(error.path == "session.racks[0].nodes[0].type");
  CHECK(contains(error.message, "The nearest are \"http://lv2plug.in/plugins/eg-amp\""));
}

TEST_CASE("a plan with a plugin that is refused is told the reason") {
  CHECK(contains(problemOf(R"("nodes": [)" + node("a", test::ours("needy")) + "]").message,
                 "demands <urn:downbeat:test:moonlight>"));
  CHECK(contains(problemOf(R"("nodes": [)" + node("a", test::kAmp, "[9, 1]") + "]").message,
                 "the id of a parameter of"));
}

TEST_CASE("the latency of a plugin is made up for in the graph, with the plan's own values") {
  // A plugin that turns notes into single frames, once straight and once through 300 frames.
  const auto sound = render(R"("nodes": [)" + node("hit", test::ours("midi")) + ", " +
                                node("late", test::ours("late"), "[3, 300]") + R"(],
         "connections": [{"from": "hit", "to": "late", "gain": 1}],
         "mixer": {"gain": 1, "softClip": false,
                   "inputs": [{"node": "hit", "gain": 0.25}, {"node": "late", "gain": 0.25}]},
         "patterns": [{"node": "hit", "resolution": 4, "lengthSteps": 4, "swingPercent": 0,
                       "hits": [1]}])",
                            26000);
  std::vector<std::size_t> heard;
  for (std::size_t n = 0; n < sound.size(); ++n) {
    if (std::fabs(sound[n]) > 1e-4F) heard.push_back(n);
  }
  REQUIRE(heard.size() == 1);
  CHECK(heard[0] >= 24000 + 300);
  CHECK(sound[heard[0]] == doctest::Approx(0.5));
}

TEST_CASE("a command to a plugin is exact to the frame, behind an external node") {
  const auto sound =
      render(R"("nodes": [)" + node("level", "test.level") + ", " + node("amp", test::kAmp) + R"(],
         "connections": [{"from": "level", "to": "amp", "gain": 1}],
         "commands": [{"beat": 0.4375, "node": "amp", "type": "setParam", "param": 1,
                       "value": -20, "rampMs": 0}])",
             20000);
  // The limiter of the master is late by a constant.
  const auto first =
      std::find_if(sound.begin(), sound.end(), [](float x) { return x > 0.2F; }) - sound.begin();
  const auto step =
      std::find_if(sound.begin() + first, sound.end(), [](float x) { return x < 0.1F; }) -
      sound.begin();
  CHECK(step - first == 10500);
  CHECK(sound[static_cast<std::size_t>(step) - 1] == doctest::Approx(0.25));
  CHECK(sound[static_cast<std::size_t>(step)] == doctest::Approx(0.025));
}

TEST_CASE("a rack with plugins renders the same samples every time") {
  const std::string rack = R"("nodes": [)" + node("keys", test::kPiano) + ", " +
                           node("tremolo", "example.tremolo") +
                           R"(], "connections": [{"from": "keys", "to": "tremolo", "gain": 1}],
         "patterns": [{"node": "keys", "resolution": 16, "lengthSteps": 16, "swingPercent": 20,
                       "hits": [0, 3, 6, 10, 11], "locks": [{"step": 3, "param": 10001,
                       "value": 67}, {"step": 10, "param": 4, "value": 0.9, "rampMs": 20}]}])";
  const auto first = render(rack, 96000);
  CHECK(first == render(rack, 96000));
  CHECK(*std::max_element(first.begin(), first.end()) > 0.01F);
}
