// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/graph.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "support/test-nodes.hpp"

using namespace downbeat;
using namespace downbeat::rack;

namespace {

std::unique_ptr<Graph> make(const RackPlan& plan, const Graph* previous = nullptr) {
  GraphSetup setup;
  setup.findType = test::findTestType;
  setup.previous = previous;
  auto graph = Graph::build(plan, setup);
  REQUIRE_MESSAGE(graph.isOk(), graph.error().message);
  std::unique_ptr<Graph> made = std::move(graph.value());
  made->takeOver();
  return made;
}

Error failure(const RackPlan& plan) {
  GraphSetup setup;
  setup.findType = test::findTestType;
  const auto graph = Graph::build(plan, setup);
  REQUIRE_FALSE(graph.isOk());
  return graph.error();
}

struct Sound {
  std::vector<float> left;
  std::vector<float> right;
};

void play(Graph& graph, int quanta, Sound& sound, const std::vector<RtRackEvent>& events = {}) {
  for (int q = 0; q < quanta; ++q) {
    GraphQuantum quantum;
    if (q == 0) quantum.events = events.data();
    if (q == 0) quantum.eventCount = events.size();
    graph.process(quantum);
    sound.left.insert(sound.left.end(), graph.output(0), graph.output(0) + kQuantumFrames);
    sound.right.insert(sound.right.end(), graph.output(1), graph.output(1) + kQuantumFrames);
  }
}

RtRackEvent hit(std::uint32_t node, std::uint32_t frame, float velocity = 1.0F) {
  return {frame, RtRackEventKind::trigger, node, 0, 0, velocity};
}

RtRackEvent set(std::uint32_t node, std::uint32_t frame, float value, std::uint32_t ramp = 0) {
  return {frame, RtRackEventKind::setParam, node, 0, ramp, value};
}

/// Left and right of the first frame.
std::pair<float, float> heard(const RackPlan& plan) {
  Sound sound;
  play(*make(plan), 1, sound);
  return {sound.left[0], sound.right[0]};
}

}  // namespace

TEST_CASE("without a mixer every node that feeds nothing else is heard at unity") {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {}}, {"b", "constant", {{1, 2.0}}}, {"c", "mono", {{1, 10.0}}}};
  plan.connections = {{"a", "c", 1.0, 0.0, 0, 0}};
  CHECK(heard(plan) == std::pair(12.0F, 12.0F));
}

TEST_CASE("a connection of two channels into one averages") {
  RackPlan plan;
  plan.nodes = {{"a", "two", {}}, {"b", "mono", {}}};
  plan.connections = {{"a", "b", 1.0, 0.0, 0, 0}};
  CHECK(heard(plan) == std::pair(4.0F, 4.0F));
}

TEST_CASE("a connection of one channel into two duplicates, and the gain is a factor") {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {{1, 3.0}}}, {"b", "stereo", {}}};
  plan.connections = {{"a", "b", 0.5, 0.0, 0, 0}};
  CHECK(heard(plan) == std::pair(1.5F, 1.5F));
}

TEST_CASE("stereo stays stereo, and parallel connections add up") {
  RackPlan plan;
  plan.nodes = {{"a", "two", {}}, {"b", "stereo", {}}};
  plan.connections = {{"a", "b", 1.0, 0.0, 0, 0}, {"a", "b", 0.5, 0.0, 0, 0}};
  CHECK(heard(plan) == std::pair(4.5F, 7.5F));
}

TEST_CASE("nodes may come in any order in the plan") {
  RackPlan plan;
  plan.nodes = {{"c", "mono", {{1, 2.0}}}, {"b", "mono", {{1, 3.0}}}, {"a", "constant", {}}};
  plan.connections = {{"b", "c", 1.0, 0.0, 0, 0}, {"a", "b", 1.0, 0.0, 0, 0}};
  CHECK(heard(plan) == std::pair(6.0F, 6.0F));
}

TEST_CASE("the mixer sums its inputs with their gains, times its own") {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {}}, {"b", "two", {}}, {"unheard", "constant", {}}};
  plan.hasMixer = true;
  plan.mixer = {{{"a", 0.5}, {"b", 0.25}}, 2.0, false};
  CHECK(heard(plan) == std::pair(2.5F, 3.5F));
}

TEST_CASE("the soft clip of the mixer is tanh") {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {{1, 1.7}}}};
  plan.hasMixer = true;
  plan.mixer = {{{"a", 1.0}}, 0.8, true};
  CHECK(heard(plan).first == doctest::Approx(std::tanh(1.7 * 0.8)).epsilon(1e-6));
}

TEST_CASE("dry is an extra tap past the mixer, unless the node is one of its inputs") {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {}}, {"b", "mono", {{1, 0.5}}}};
  plan.connections = {{"a", "b", 1.0, 0.25, 0, 0}};
  plan.hasMixer = true;
  plan.mixer = {{{"b", 1.0}}, 2.0, false};
  CHECK(heard(plan).first == 1.25F);
  plan.mixer.inputs.push_back({"a", 1.0});
  CHECK(heard(plan).first == 3.0F);
}

TEST_CASE("port 1 is the key, and a node without a key is told so") {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {{1, 7.0}}}, {"b", "constant", {{1, 2.0}}}, {"k", "key", {}}};
  plan.connections = {{"b", "k", 1.0, 0.0, 0, 0}};
  plan.hasMixer = true;
  plan.mixer = {{{"k", 1.0}}, 1.0, false};
  CHECK(heard(plan).first == -1.0F);
  plan.connections.push_back({"a", "k", 0.5, 0.0, 0, 1});
  CHECK(heard(plan).first == 3.5F);
}

TEST_CASE("a trigger is heard at its frame, for every frame of the quantum") {
  RackPlan plan;
  plan.nodes = {{"a", "click", {}}};
  for (std::uint32_t frame = 0; frame < kQuantumFrames; ++frame) {
    Sound sound;
    play(*make(plan), 2, sound, {hit(0, frame, 0.5F)});
    for (std::uint32_t i = 0; i < sound.left.size(); ++i) {
      CHECK(sound.left[i] == (i == frame ? 0.5F : 0.0F));
    }
  }
}

TEST_CASE("a parameter set at the frame of a trigger is in force for it") {
  RackPlan plan;
  plan.nodes = {{"a", "click", {}}};
  Sound sound;
  play(*make(plan), 1, sound, {hit(0, 4), set(0, 9, 3.0F), hit(0, 9)});
  CHECK(sound.left[4] == 1.0F);
  CHECK(sound.left[9] == 3.0F);
}

TEST_CASE("a ramp moves every frame from its own frame on, over quanta, and ends at its target") {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {{1, 1.0}}}};
  Sound sound;
  play(*make(plan), 4, sound, {set(0, 10, 2.0F, 80)});
  for (std::uint32_t i = 0; i < 128; ++i) {
    const double expected = i < 10 ? 1.0 : i < 90 ? 1.0 + (i - 9) / 80.0 : 2.0;
    CHECK(sound.left[i] == doctest::Approx(expected).epsilon(1e-6));
  }
}

TEST_CASE("events for one node leave the others whole") {
  RackPlan plan;
  plan.nodes = {{"a", "click", {}}, {"b", "constant", {{1, 10.0}}}};
  Sound sound;
  play(*make(plan), 1, sound, {hit(0, 3), set(1, 5, 20.0F), hit(0, 7)});
  CHECK(sound.left[3] == 11.0F);
  CHECK(sound.left[4] == 10.0F);
  CHECK(sound.left[5] == 20.0F);
  CHECK(sound.left[7] == 21.0F);
}

TEST_CASE("events for nodes and parameters that do not exist are nothing") {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {}}};
  Sound sound;
  play(*make(plan), 1, sound,
       {hit(9, 0), {0, RtRackEventKind::setParam, 0, 77, 0, 5.0F}, {40, RtRackEventKind::trigger}});
  CHECK(sound.left[31] == 1.0F);
}

TEST_CASE("parallel paths of different latency meet, and the rack states its latency") {
  RackPlan plan;
  plan.nodes = {{"a", "click", {}}, {"late", "late", {}}, {"sum", "mono", {}}};
  plan.connections = {
      {"a", "late", 1.0, 0.0, 0, 0}, {"late", "sum", 1.0, 0.0, 0, 0}, {"a", "sum", 1.0, 0.5, 0, 0}};
  const auto graph = make(plan);
  CHECK(graph->latencyFrames() == test::LateNode::kLatency);
  Sound sound;
  play(*graph, 4, sound, {hit(0, 5)});
  for (std::uint32_t i = 0; i < sound.left.size(); ++i) {
    CHECK(sound.left[i] == (i == 55 ? 2.5F : 0.0F));
  }
}

TEST_CASE("a chain of late nodes adds up, and the mixer waits for the last") {
  RackPlan plan;
  plan.nodes = {{"a", "click", {}}, {"l1", "late", {}}, {"l2", "late", {}}};
  plan.connections = {{"a", "l1", 1.0, 0.0, 0, 0}, {"l1", "l2", 1.0, 0.0, 0, 0}};
  plan.hasMixer = true;
  plan.mixer = {{{"a", 1.0}, {"l1", 1.0}, {"l2", 1.0}}, 1.0, false};
  const auto graph = make(plan);
  CHECK(graph->latencyFrames() == 100);
  Sound sound;
  play(*graph, 5, sound, {hit(0, 0)});
  for (std::uint32_t i = 0; i < sound.left.size(); ++i) {
    CHECK(sound.left[i] == (i == 100 ? 3.0F : 0.0F));
  }
}

TEST_CASE("a node that makes a sample that is not finite is silent for a quantum and counted") {
  RackPlan plan;
  plan.nodes = {{"good", "constant", {}}, {"bad", "broken", {}}};
  const auto graph = make(plan);
  Sound sound;
  play(*graph, 1, sound);
  play(*graph, 2, sound, {hit(1, 7)});
  CHECK(sound.left[0] == 2.0F);
  for (std::uint32_t i = 32; i < 64; ++i) CHECK(sound.left[i] == 1.0F);
  CHECK(sound.left[64] == 2.0F);
  CHECK(graph->faults() == 1);
  CHECK(graph->faultyNode() == 1);
}

TEST_CASE("what cannot be built is named with its place") {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {}}, {"b", "mono", {}}, {"c", "mono", {}}};
  SUBCASE("an unknown type") {
    plan.nodes[1].type = "kik";
    CHECK(failure(plan).path == "nodes[1].type");
  }
  SUBCASE("an id twice") {
    plan.nodes[2].id = "a";
    CHECK(failure(plan).path == "nodes[2].id");
  }
  SUBCASE("a connection from nowhere") {
    plan.connections = {{"x", "b", 1.0, 0.0, 0, 0}};
    CHECK(failure(plan).path == "connections[0].from");
  }
  SUBCASE("a cycle") {
    plan.connections = {
        {"a", "b", 1.0, 0.0, 0, 0}, {"b", "c", 1.0, 0.0, 0, 0}, {"c", "b", 1.0, 0.0, 0, 0}};
    CHECK(failure(plan).path == "connections[1]");
  }
  SUBCASE("a node that feeds itself") {
    plan.connections = {{"b", "b", 1.0, 0.0, 0, 0}};
    CHECK(failure(plan).path == "connections[0]");
  }
  SUBCASE("a node that cannot be prepared") {
    plan.nodes[1].type = "unwilling";
    CHECK(failure(plan).path == "nodes[1]");
    CHECK(failure(plan).message == "it will not.");
  }
  SUBCASE("a mixer input from nowhere") {
    plan.hasMixer = true;
    plan.mixer.inputs = {{"zz", 1.0}};
    CHECK(failure(plan).path == "mixer.inputs[0].node");
  }
}

TEST_CASE("a swap to the same plan changes no sample") {
  RackPlan plan;
  plan.nodes = {{"a", "ring", {}}, {"click", "click", {}}, {"late", "late", {}}};
  plan.connections = {{"a", "late", 0.7, 0.3, 0, 0}, {"click", "late", 1.0, 0.0, 0, 0}};
  Sound expected;
  const auto only = make(plan);
  play(*only, 3, expected, {hit(0, 3), hit(1, 20)});
  play(*only, 50, expected);

  Sound sound;
  auto graph = make(plan);
  play(*graph, 3, sound, {hit(0, 3), hit(1, 20)});
  for (int i = 0; i < 50; ++i) {
    auto next = make(plan, graph.get());
    graph = std::move(next);
    play(*graph, 1, sound);
  }
  CHECK(sound.left == expected.left);
  CHECK(sound.right == expected.right);
}

TEST_CASE("a tail rings on bit for bit when something else is added") {
  RackPlan plan;
  plan.nodes = {{"a", "ring", {}}};
  Sound expected;
  const auto only = make(plan);
  play(*only, 20, expected, {hit(0, 3)});

  Sound sound;
  auto graph = make(plan);
  play(*graph, 5, sound, {hit(0, 3)});
  plan.nodes.insert(plan.nodes.begin(), {"silent", "click", {}});
  graph = make(plan, graph.get());
  play(*graph, 15, sound);
  CHECK(sound.left == expected.left);
}

TEST_CASE("a swap applies only the parameters that the plans disagree on") {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {{1, 1.0}}}, {"b", "constant", {{1, 1.0}}}};
  auto graph = make(plan);
  Sound sound;
  play(*graph, 1, sound, {set(0, 0, 100.0F), set(1, 0, 100.0F)});
  plan.nodes[1].params = {{1, 7.0}};
  graph = make(plan, graph.get());
  play(*graph, 30, sound);
  CHECK(sound.left.back() == 107.0F);
}

TEST_CASE("a changed gain moves in a straight line for 5 ms") {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {}}, {"b", "mono", {}}};
  plan.connections = {{"a", "b", 1.0, 0.0, 0, 0}};
  auto graph = make(plan);
  Sound sound;
  play(*graph, 1, sound);
  plan.connections[0].gain = 0.0;
  graph = make(plan, graph.get());
  play(*graph, 10, sound);
  for (std::uint32_t i = 0; i < 240; ++i) {
    CHECK(sound.left[32 + i] == doctest::Approx(1.0 - (i + 1) / 240.0).epsilon(1e-4));
  }
  CHECK(sound.left.back() == 0.0F);
}

TEST_CASE("a node of another type or seed under the same id is a new node") {
  RackPlan plan;
  plan.nodes = {{"a", "ring", {}}};
  auto graph = make(plan);
  const Node* before = &graph->node(0);
  CHECK(&make(plan, graph.get())->node(0) == before);
  RackPlan other = plan;
  other.seed = 1;
  CHECK(&make(other, graph.get())->node(0) != before);
  other = plan;
  other.nodes[0].type = "click";
  CHECK(&make(other, graph.get())->node(0) != before);
}

TEST_CASE("any graph that can be built plays finite samples, and the same twice") {
  std::mt19937 random(17);
  const char* types[] = {"constant", "click", "ring", "two", "mono", "stereo", "key", "late"};
  for (int round = 0; round < 150; ++round) {
    RackPlan plan;
    const std::uint32_t count = 1 + random() % 20;
    for (std::uint32_t i = 0; i < count; ++i) {
      plan.nodes.push_back({"n" + std::to_string(i), types[random() % 8], {}});
    }
    for (std::uint32_t i = 0; i < count * 2; ++i) {
      const std::uint32_t from = random() % count;
      const std::uint32_t to = random() % count;
      if (from >= to) continue;
      plan.connections.push_back({"n" + std::to_string(from), "n" + std::to_string(to),
                                  (random() % 200) / 300.0, (random() % 2) * 0.5, 0,
                                  static_cast<std::uint32_t>(random() % 2)});
    }
    plan.hasMixer = random() % 2 == 0;
    if (plan.hasMixer) {
      for (std::uint32_t i = 0; i < count; i += 2) {
        plan.mixer.inputs.push_back({"n" + std::to_string(i), 0.5});
      }
      plan.mixer.softClip = random() % 2 == 0;
    }
    std::vector<std::vector<RtRackEvent>> events(40);
    for (auto& list : events) {
      std::uint32_t frame = 0;
      while ((frame += random() % 12) < kQuantumFrames) {
        list.push_back(random() % 2 == 0
                           ? hit(random() % count, frame)
                           : set(random() % count, frame, (random() % 100) / 50.0F, random() % 90));
      }
    }
    Sound one;
    Sound other;
    const auto first = make(plan);
    const auto second = make(plan);
    for (const auto& list : events) play(*first, 1, one, list);
    for (const auto& list : events) play(*second, 1, other, list);
    CHECK(one.left == other.left);
    CHECK(one.right == other.right);
    CHECK(isFinite(one.left.data(), static_cast<std::uint32_t>(one.left.size())));
    CHECK(first->faults() == 0);
  }
}
