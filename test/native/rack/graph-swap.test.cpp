// SPDX-License-Identifier: GPL-3.0-or-later
// What is heard when one plan follows another: what stays goes on, what comes and goes does not
// click, and tails ring out.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include "rack/graph.hpp"
#include "support/test-nodes.hpp"

using namespace downbeat;
using namespace downbeat::rack;

namespace {

class Stage {
 public:
  void swap(const RackPlan& plan) {
    GraphSetup setup;
    setup.findType = test::findTestType;
    setup.previous = graph_.get();
    auto built = Graph::build(plan, setup);
    REQUIRE_MESSAGE(built.isOk(), built.error().message);
    built.value()->takeOver();
    graph_ = std::move(built.value());
  }

  void run(int quanta, const std::vector<RtRackEvent>& events = {}) {
    for (int q = 0; q < quanta; ++q) {
      GraphQuantum quantum;
      quantum.events = events.data();
      quantum.eventCount = q == 0 ? events.size() : 0;
      graph_->process(quantum);
      left.insert(left.end(), graph_->output(0), graph_->output(0) + kQuantumFrames);
    }
  }

  [[nodiscard]] Graph& graph() { return *graph_; }

  /// The largest step from one frame to the next, from frame `from` on.
  [[nodiscard]] float steepest(std::size_t from) const {
    float step = 0.0F;
    for (std::size_t i = std::max<std::size_t>(1, from); i < left.size(); ++i) {
      step = std::max(step, std::fabs(left[i] - left[i - 1]));
    }
    return step;
  }

  std::vector<float> left;

 private:
  std::unique_ptr<Graph> graph_;
};

RackPlan constants(double a, double b) {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {{1, a}}}, {"b", "constant", {{1, b}}}};
  return plan;
}

RtRackEvent hit(std::uint32_t node) { return {0, RtRackEventKind::trigger, node, 0, 0, 1.0F}; }

}  // namespace

TEST_CASE("a connection that is new or gone fades within five milliseconds") {
  RackPlan apart = constants(1.0, 1.0);
  RackPlan joined = apart;
  joined.nodes.push_back({"amp", "mono", {{1, 1.0}}});
  joined.connections = {{"a", "amp"}};
  RackPlan both = joined;
  both.connections = {{"a", "amp"}, {"b", "amp"}};
  Stage stage;
  stage.swap(joined);
  stage.run(10);
  const std::size_t from = stage.left.size();
  stage.swap(both);
  stage.run(20);
  stage.swap(joined);
  stage.run(20);
  // b is heard once at any time: beside the amplifier or through it.
  CHECK(stage.steepest(from) < 0.02F);
  CHECK(stage.left.back() == doctest::Approx(2.0F));
}

TEST_CASE("a source that is taken away rings out") {
  RackPlan plan;
  plan.nodes = {{"a", "ring", {{1, 0.5}}}};
  Stage whole;
  whole.swap(plan);
  whole.run(100, {hit(0)});
  Stage stage;
  stage.swap(plan);
  stage.run(10, {hit(0)});
  RackPlan empty;
  stage.swap(empty);
  CHECK(stage.graph().nodeCount() == 0);
  CHECK_FALSE(stage.graph().hasLeft());
  stage.run(90);
  CHECK(stage.left == whole.left);
}

TEST_CASE("what rings into an effect that stays goes on through it") {
  RackPlan plan;
  plan.nodes = {{"a", "ring", {{1, 0.5}}}, {"fx", "stereo", {{1, 2.0}}}};
  plan.connections = {{"a", "fx"}};
  Stage whole;
  whole.swap(plan);
  whole.run(60, {hit(0)});
  Stage stage;
  stage.swap(plan);
  stage.run(10, {hit(0)});
  RackPlan rest;
  rest.nodes = {{"fx", "stereo", {{1, 2.0}}}};
  stage.swap(rest);
  stage.run(50);
  CHECK(stage.left == whole.left);
}

TEST_CASE("a node that comes back while it rings is the same node") {
  RackPlan plan;
  plan.nodes = {{"a", "ring", {{1, 0.5}}}};
  Stage whole;
  whole.swap(plan);
  whole.run(60, {hit(0)});
  Stage stage;
  stage.swap(plan);
  stage.run(10, {hit(0)});
  const Node* const before = &stage.graph().node(0);
  stage.swap(RackPlan{});
  stage.run(10);
  stage.swap(plan);
  CHECK(&stage.graph().node(0) == before);
  stage.run(40);
  // Its old way out goes on, the new one joins: no step anywhere.
  CHECK(stage.steepest(0) < 0.05F);
}

TEST_CASE("another type under the same id takes over while the old one rings out") {
  RackPlan plan;
  plan.nodes = {{"a", "ring", {{1, 0.5}}}};
  Stage stage;
  stage.swap(plan);
  stage.run(10, {hit(0)});
  RackPlan other;
  other.nodes = {{"a", "click", {{1, 0.5}}}};
  stage.swap(other);
  CHECK(stage.graph().nodeCount() == 1);
  stage.run(1);
  CHECK(std::fabs(stage.left[320]) > 0.0F);
  CHECK(stage.steepest(320) < 0.05F);
}

TEST_CASE("a sound that never ends is faded out when its node has left") {
  Stage stage;
  stage.swap(constants(1.0, 0.0));
  stage.run(10);
  stage.swap(RackPlan{});
  stage.run(8 * 1500);
  CHECK(stage.graph().hasLeft());
  CHECK(stage.left.back() == 0.0F);
  CHECK(stage.steepest(0) < 0.001F);
}

TEST_CASE("ten thousand plans in a row leave no node behind") {
  Stage stage;
  std::mt19937 dice(1);
  for (int i = 0; i < 10000; ++i) {
    RackPlan plan;
    const int count = static_cast<int>(dice() % 6);
    for (int n = 0; n < count; ++n) {
      plan.nodes.push_back({"n" + std::to_string(dice() % 8), n % 2 == 0 ? "ring" : "stereo", {}});
      for (int other = 0; other < n; ++other) {
        if (plan.nodes[static_cast<std::size_t>(other)].id == plan.nodes.back().id) {
          plan.nodes.pop_back();
          break;
        }
      }
    }
    for (std::size_t n = 1; n < plan.nodes.size(); ++n) {
      if (plan.nodes[n].type == "stereo" && dice() % 2 == 0) {
        plan.connections.push_back({plan.nodes[n - 1].id, plan.nodes[n].id});
      }
    }
    stage.swap(plan);
    stage.run(1);
    stage.left.clear();
  }
  stage.swap(RackPlan{});
  stage.run(25 * 1500);
  CHECK(stage.graph().hasLeft());
  std::vector<std::shared_ptr<Node>> all;
  stage.swap(RackPlan{});
  CHECK(stage.graph().hasLeft());
}

TEST_CASE("stems are the terms of the mix") {
  RackPlan plan;
  plan.nodes = {{"a", "two", {{1, 0.1}}}, {"b", "ring", {{1, 0.3}}}};
  plan.hasMixer = true;
  plan.mixer.inputs = {{"a", 0.7}, {"b", 1.3}};
  GraphSetup setup;
  setup.findType = test::findTestType;
  setup.hasStems = true;
  auto graph = std::move(Graph::build(plan, setup).value());
  graph->takeOver();
  const RtRackEvent event = hit(1);
  GraphQuantum quantum;
  quantum.events = &event;
  quantum.eventCount = 1;
  graph->process(quantum);
  REQUIRE(graph->stemCount() == 2);
  CHECK(graph->stemName(1) == "b");
  for (std::uint32_t c = 0; c < 2; ++c) {
    for (std::uint32_t i = 0; i < kQuantumFrames; ++i) {
      CHECK(graph->stem(0, c)[i] + graph->stem(1, c)[i] == graph->output(c)[i]);
    }
  }
}

TEST_CASE("a bypassed effect lets its input through and a bypassed source is silent") {
  RackPlan plan;
  plan.nodes = {{"a", "two", {{1, 1.0}}}, {"fx", "stereo", {{1, 0.5}}}};
  plan.connections = {{"a", "fx"}};
  Stage stage;
  stage.swap(plan);
  stage.run(1);
  CHECK(stage.left.back() == 1.5F);
  stage.graph().watch(1)->isBypassed = true;
  stage.run(kWatchQuanta);
  CHECK(stage.left.back() == 3.0F);
  stage.graph().watch(0)->isBypassed = true;
  stage.run(kWatchQuanta);
  CHECK(stage.left.back() == 0.0F);
}

TEST_CASE("the watch over a node knows its level, its cost and its faults") {
  RackPlan plan;
  plan.nodes = {{"a", "two", {{1, 0.1}}}, {"bad", "broken", {}}};
  Stage stage;
  stage.swap(plan);
  stage.run(2000, {hit(1)});
  const NodeWatch& watch = *stage.graph().watch(0);
  CHECK(watch.peak.load() == doctest::Approx(0.5F));
  CHECK(std::sqrt(watch.meanSquare.load()) == doctest::Approx(std::sqrt(0.17)).epsilon(0.01));
  CHECK(watch.cycles.load() > 0.0F);
  CHECK(watch.worstCycles.load() >= watch.cycles.load() * 0.5F);
  CHECK(stage.graph().watch(1)->faults.load() == 1);
}
