// SPDX-License-Identifier: GPL-3.0-or-later
// What the graph itself costs: a quantum of empty nodes, looking at nodes, a swap of plans. Prints
// one JSON object; figures are the medians of many turns.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "rack/graph.hpp"

namespace {

using namespace downbeat;
using Clock = std::chrono::steady_clock;

double nanosOf(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::nano>(to - from).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Does nothing: what is measured is the graph around it.
class EmptyNode final : public rack::Node {
 public:
  explicit EmptyNode(const rack::NodeTypeInfo& type) : Node(type) {}
  Status prepare(const rack::PrepareInfo&) override {
    params_.prepare(type().params, type().paramCount);
    return {};
  }
  void reset() RT_SAFE override {}
  void process(const rack::NodeIo& io) RT_SAFE override {
    for (std::uint32_t i = 0; i < io.frames; ++i) io.out[0][i] = 0.0F;
  }
};

extern const rack::NodeTypeInfo kEmptyType;
constexpr std::array<rack::ParamInfo, 1> kParams{
    {{1, "LEVEL", "level", "", 0.0F, 1.0F, 0.5F, rack::Smoothing::linear}}};
const rack::NodeTypeInfo kEmptyType{
    "empty", "Nothing.", kParams.data(), kParams.size(), 1, 0, false, [] {
      return static_cast<rack::Node*>(new EmptyNode(kEmptyType));
    }};

const rack::NodeTypeInfo* findType(const char* type) {
  return std::string(type) == "empty" ? &kEmptyType : rack::findNodeType(type);
}

rack::RackPlan planOf(std::uint32_t nodes, double level) {
  rack::RackPlan plan;
  for (std::uint32_t i = 0; i < nodes; ++i) {
    rack::NodePlan node;
    node.id = "n" + std::to_string(i);
    node.type = "empty";
    node.params = {{1, level}};
    plan.nodes.push_back(std::move(node));
  }
  return plan;
}

std::unique_ptr<rack::Graph> graphOf(const rack::RackPlan& plan, std::uint32_t watchQuanta,
                                     const rack::Graph* previous = nullptr) {
  rack::GraphSetup setup;
  setup.findType = &findType;
  setup.watchQuanta = watchQuanta;
  setup.previous = previous;
  auto built = rack::Graph::build(plan, setup);
  if (!built.isOk()) {
    std::fprintf(stderr, "%s\n", built.error().message.c_str());
    std::exit(1);
  }
  return std::move(built.value());
}

/// Nanoseconds of one quantum.
double quantumNanos(rack::Graph& graph, int quanta) {
  const auto from = Clock::now();
  for (int q = 0; q < quanta; ++q) graph.process({});
  return nanosOf(from, Clock::now()) / quanta;
}

double emptyNodeNanos() {
  const auto graph = graphOf(planOf(200, 0.5), 0);
  std::vector<double> turns;
  for (int turn = 0; turn < 31; ++turn) turns.push_back(quantumNanos(*graph, 1000) / 200.0);
  return median(turns);
}

/// Share of a processor that looking at nodes takes.
double watchShare(const char* type, std::uint32_t nodes) {
  constexpr double kQuantumNanos = kQuantumFrames / 48000.0 * 1e9;
  rack::RackPlan plan = planOf(nodes, 0.5);
  for (rack::NodePlan& node : plan.nodes) {
    node.type = type;
    node.params.clear();
  }
  const auto blind = graphOf(plan, 0);
  const auto watched = graphOf(plan, rack::kWatchQuanta);
  std::vector<double> shares;
  for (int turn = 0; turn < 41; ++turn) {
    const double without = quantumNanos(*blind, 64);
    const double with = quantumNanos(*watched, 64);
    shares.push_back((with - without) / kQuantumNanos);
  }
  return median(shares);
}

struct Swap {
  double takeOverMicros = 0.0;
  double takeOverAllMicros = 0.0;
  double buildMillis = 0.0;
};

/// A plan of so many nodes after another: one parameter differs, then one of every node.
Swap swapTimes(std::uint32_t nodes) {
  std::vector<double> takeOvers;
  std::vector<double> all;
  std::vector<double> builds;
  rack::RackPlan plan = planOf(nodes, 0.5);
  std::unique_ptr<rack::Graph> playing = graphOf(plan, rack::kWatchQuanta);
  playing->takeOver();
  playing->process({});
  for (int turn = 0; turn < 20; ++turn) {
    for (const bool isAll : {false, true}) {
      for (std::uint32_t i = 0; i < (isAll ? nodes : 1); ++i) {
        plan.nodes[i].params[0].value = turn % 2 == 0 ? 0.25 : 0.75;
      }
      const auto from = Clock::now();
      auto next = graphOf(plan, rack::kWatchQuanta, playing.get());
      const auto built = Clock::now();
      next->takeOver();
      const auto taken = Clock::now();
      builds.push_back(nanosOf(from, built) / 1e6);
      (isAll ? all : takeOvers).push_back(nanosOf(built, taken) / 1e3);
      playing = std::move(next);
      for (int q = 0; q < 20; ++q) playing->process({});
    }
  }
  return {median(takeOvers), median(all), median(builds)};
}

}  // namespace

int main() {
  const Swap swap = swapTimes(4200);
  std::printf(
      "{\"emptyNodeNanos\": %.2f, \"watchShare\": %.5f, \"swapNodes\": 4200, "
      "\"takeOverMicros\": %.2f, \"takeOverAllMicros\": %.2f, \"buildMillis\": %.2f}\n",
      emptyNodeNanos(), watchShare("osc", 1000), swap.takeOverMicros, swap.takeOverAllMicros,
      swap.buildMillis);
  return 0;
}
