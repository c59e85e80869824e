// SPDX-License-Identifier: GPL-3.0-or-later
// From the rack's plan to a graph that can play: nodes made or taken over, buffers, cables with the
// delays that make parallel paths meet.
#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "rack/graph-order.hpp"
#include "rack/graph.hpp"

namespace downbeat::rack {
namespace {

constexpr std::uint32_t kMaxNodeChannels = 8;

std::uint64_t mixBits(std::uint64_t x) {
  x ^= x >> 30U;
  x *= 0xbf58476d1ce4e5b9ULL;
  x ^= x >> 27U;
  x *= 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

/// The same for the same three, and unlike for any other.
std::uint64_t seedOfNode(std::uint64_t session, std::uint64_t rack, const std::string& id) {
  std::uint64_t text = 0xcbf29ce484222325ULL;
  for (const char c : id) text = (text ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return mixBits(mixBits(mixBits(session + 0x9e3779b97f4a7c15ULL) ^ rack) ^ text);
}

std::string place(const char* list, std::size_t index, const char* field) {
  return std::string(list) + "[" + std::to_string(index) + "]" + (*field != 0 ? "." : "") + field;
}

Error invalid(std::string message, std::string path) {
  return {"PLAN_INVALID", std::move(message), std::move(path)};
}

}  // namespace

class GraphBuilder {
 public:
  GraphBuilder(const RackPlan& plan, const GraphSetup& setup) : plan_(plan), setup_(setup) {}

  Result<std::unique_ptr<Graph>> build() {
    std::unique_ptr<Graph> graph(new Graph());
    graph_ = graph.get();
    if (Status status = findTypes(); !status.isOk()) return status.error();
    if (Status status = order(); !status.isOk()) return status.error();
    collectPrevious();
    if (Status status = makeNodes(); !status.isOk()) return status.error();
    makeBuffers();
    connect();
    makeMix();
    return graph;
  }

 private:
  Status findTypes() {
    for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
      const NodePlan& node = plan_.nodes[i];
      const NodeTypeInfo* type = setup_.findType(node.type.c_str());
      if (type == nullptr) {
        return invalid("expected the name of a node type, got \"" + node.type + "\".",
                       place("nodes", i, "type"));
      }
      if (type->outputChannels < 1 || type->outputChannels > kMaxNodeChannels ||
          type->inputChannels > kMaxNodeChannels) {
        return invalid("node type \"" + node.type + "\" has more channels than a graph can carry.",
                       place("nodes", i, "type"));
      }
      if (!indexOf_.emplace(node.id, static_cast<std::uint32_t>(i)).second) {
        return invalid("expected an id of its own, got \"" + node.id + "\" a second time.",
                       place("nodes", i, "id"));
      }
      types_.push_back(type);
    }
    return {};
  }

  Status order() {
    std::vector<GraphArrow> arrows;
    for (std::size_t i = 0; i < plan_.connections.size(); ++i) {
      const ConnectionPlan& connection = plan_.connections[i];
      const auto from = indexOf_.find(connection.from);
      const auto to = indexOf_.find(connection.to);
      if (from == indexOf_.end()) return unknown(connection.from, place("connections", i, "from"));
      if (to == indexOf_.end()) return unknown(connection.to, place("connections", i, "to"));
      arrows.push_back({from->second, to->second});
    }
    for (std::size_t i = 0; i < plan_.mixer.inputs.size(); ++i) {
      const std::string& node = plan_.mixer.inputs[i].node;
      if (indexOf_.count(node) == 0) return unknown(node, place("mixer.inputs", i, "node"));
    }
    const auto count = static_cast<std::uint32_t>(plan_.nodes.size());
    graph_->order_ = orderNodes(count, arrows);
    if (graph_->order_.size() == count) return {};
    std::vector<bool> isOrdered(count, false);
    for (const std::uint32_t node : graph_->order_) isOrdered[node] = true;
    std::size_t first = 0;
    while (isOrdered[arrows[first].from] || isOrdered[arrows[first].to]) ++first;
    return invalid("expected connections without a cycle, got one through \"" +
                       plan_.connections[first].from + "\" and \"" + plan_.connections[first].to +
                       "\".",
                   place("connections", first, ""));
  }

  static Status unknown(const std::string& node, std::string path) {
    return invalid("expected the id of a node of this rack, got \"" + node + "\".",
                   std::move(path));
  }

  void collectPrevious() {
    const Graph* previous = setup_.previous;
    if (previous == nullptr || previous->sampleRate_ != setup_.sampleRate) return;
    for (const Graph::Slot& slot : previous->nodes_) {
      previousNodes_[slot.id] = &slot;
      for (const Cable& cable : slot.inputs) previousCables_[cable.name] = &cable;
    }
    for (const Cable& cable : previous->mixInputs_) previousCables_[cable.name] = &cable;
    for (const Cable& cable : previous->dryTaps_) previousCables_[cable.name] = &cable;
  }

  Status makeNodes() {
    graph_->nodes_.resize(plan_.nodes.size());
    for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
      const NodePlan& plan = plan_.nodes[i];
      Graph::Slot& slot = graph_->nodes_[i];
      slot.id = plan.id;
      slot.seed = seedOfNode(setup_.sessionSeed, plan_.seed, plan.id);
      slot.planValues = valuesOf(plan, *types_[i]);
      const auto found = previousNodes_.find(plan.id);
      if (found != previousNodes_.end() && &found->second->node->type() == types_[i] &&
          found->second->seed == slot.seed) {
        keepNode(static_cast<std::uint32_t>(i), *found->second);
        continue;
      }
      slot.node.reset(makeNode(*types_[i]));
      PrepareInfo info;
      info.sampleRate = setup_.sampleRate;
      info.seed = slot.seed;
      info.values = &slot.planValues;
      const Status status = slot.node->prepare(info);
      if (!status.isOk()) return invalid(status.error().message, place("nodes", i, ""));
      for (std::size_t p = 0; p < slot.planValues.size(); ++p) {
        slot.node->params().set(p, slot.planValues[p], 0);
      }
    }
    return {};
  }

  void keepNode(std::uint32_t index, const Graph::Slot& previous) {
    Graph::Slot& slot = graph_->nodes_[index];
    slot.node = previous.node;
    for (std::uint32_t p = 0; p < slot.planValues.size(); ++p) {
      if (slot.planValues[p] != previous.planValues[p]) {
        graph_->changes_.push_back({index, p, slot.planValues[p]});
      }
    }
  }

  static std::vector<float> valuesOf(const NodePlan& plan, const NodeTypeInfo& type) {
    std::vector<float> values(type.paramCount);
    for (std::size_t p = 0; p < type.paramCount; ++p) {
      const ParamInfo& info = type.params[p];
      values[p] = info.initial;
      for (const ParamValuePlan& given : plan.params) {
        if (given.id != info.id) continue;
        values[p] = std::min(std::max(static_cast<float>(given.value), info.min), info.max);
      }
    }
    return values;
  }

  void makeBuffers() {
    std::vector<bool> hasKey(plan_.nodes.size(), false);
    for (const ConnectionPlan& connection : plan_.connections) {
      if (connection.toPort != 0) hasKey[indexOf_[connection.to]] = true;
    }
    for (std::size_t i = 0; i < graph_->nodes_.size(); ++i) {
      Graph::Slot& slot = graph_->nodes_[i];
      const std::uint32_t in = types_[i]->inputChannels;
      const std::uint32_t key = hasKey[i] ? std::max(in, 1U) : 0;
      const std::uint32_t out = types_[i]->outputChannels;
      slot.inputFloats = (in + key) * kQuantumFrames;
      slot.buffers.assign(static_cast<std::size_t>(in + key + out) * kQuantumFrames, 0.0F);
      float* at = slot.buffers.data();
      for (auto* list : {&slot.in, &slot.key, &slot.out}) {
        const std::uint32_t channels = list == &slot.in ? in : list == &slot.key ? key : out;
        for (std::uint32_t channel = 0; channel < channels; ++channel) {
          list->push_back(at);
          at += kQuantumFrames;
        }
      }
    }
  }

  void connect() {
    outputLatency_.assign(plan_.nodes.size(), 0);
    feedsSomething_.assign(plan_.nodes.size(), false);
    std::vector<std::vector<std::size_t>> incoming(plan_.nodes.size());
    for (std::size_t i = 0; i < plan_.connections.size(); ++i) {
      incoming[indexOf_[plan_.connections[i].to]].push_back(i);
      feedsSomething_[indexOf_[plan_.connections[i].from]] = true;
    }
    for (const std::uint32_t index : graph_->order_) {
      std::uint32_t latest = 0;
      for (const std::size_t i : incoming[index]) {
        latest = std::max(latest, outputLatency_[indexOf_[plan_.connections[i].from]]);
      }
      Graph::Slot& slot = graph_->nodes_[index];
      for (const std::size_t i : incoming[index]) {
        const ConnectionPlan& connection = plan_.connections[i];
        const std::vector<float*>& target = connection.toPort == 0 ? slot.in : slot.key;
        if (target.empty()) continue;  // into a source: nothing to feed
        const std::uint32_t from = indexOf_[connection.from];
        const std::string name = "in " + std::to_string(connection.toPort) + " " + connection.from +
                                 "\n" + connection.to;
        slot.inputs.push_back(makeCable(name, from, target.front(),
                                        static_cast<std::uint32_t>(target.size()), connection.gain,
                                        latest));
      }
      outputLatency_[index] = latest + slot.node->latencyFrames();
    }
  }

  void makeMix() {
    Graph& graph = *graph_;
    graph.sampleRate_ = setup_.sampleRate;
    graph.planRampFrames_ =
        static_cast<std::uint32_t>(kPlanRampMs * setup_.sampleRate / 1000.0 + 0.5);
    graph.nextEvent_.assign(setup_.maxEvents, Graph::kNoEvent);
    graph.hasMixer_ = plan_.hasMixer;
    graph.softClip_ = plan_.hasMixer && plan_.mixer.softClip;
    graph.mixerGain_ = plan_.hasMixer ? static_cast<float>(plan_.mixer.gain) : 1.0F;
    const Graph* previous = setup_.previous;
    graph.mixerRamp_ = previous != nullptr && previous->hasMixer_ && plan_.hasMixer
                           ? previous->mixerRamp_
                           : std::make_shared<dsp::GainRamp>(graph.mixerGain_);

    struct Tap {
      std::uint32_t from;
      double gain;
    };
    std::vector<Tap> mixed;
    std::vector<Tap> dry;
    std::vector<bool> isMixed(plan_.nodes.size(), false);
    if (plan_.hasMixer) {
      for (const MixerInputPlan& input : plan_.mixer.inputs) {
        mixed.push_back({indexOf_[input.node], input.gain});
        isMixed[indexOf_[input.node]] = true;
      }
    } else {
      for (std::uint32_t i = 0; i < plan_.nodes.size(); ++i) {
        if (!feedsSomething_[i]) mixed.push_back({i, 1.0});
      }
    }
    for (const ConnectionPlan& connection : plan_.connections) {
      const std::uint32_t from = indexOf_[connection.from];
      if (connection.dry > 0.0 && !isMixed[from]) dry.push_back({from, connection.dry});
    }
    for (const auto* taps : {&mixed, &dry}) {
      for (const Tap& tap : *taps) {
        graph.latencyFrames_ = std::max(graph.latencyFrames_, outputLatency_[tap.from]);
      }
    }
    for (const auto* taps : {&mixed, &dry}) {
      std::vector<Cable>& cables = taps == &mixed ? graph.mixInputs_ : graph.dryTaps_;
      for (const Tap& tap : *taps) {
        const std::string name = (taps == &mixed ? "mix " : "dry ") + plan_.nodes[tap.from].id;
        cables.push_back(makeCable(name, tap.from, graph.output_.data(), kRackChannels, tap.gain,
                                   graph.latencyFrames_));
      }
    }
  }

  /// `meetAt`: the latency at which everything that is summed there arrives.
  Cable makeCable(const std::string& name, std::uint32_t from, float* target,
                  std::uint32_t targetChannels, double gain, std::uint32_t meetAt) {
    Cable cable;
    cable.name = name + "\n" + std::to_string(cablesNamed_[name]++);
    cable.gain = static_cast<float>(gain);
    cable.delayFrames = meetAt - outputLatency_[from];
    cable.sourceChannels = types_[from]->outputChannels;
    cable.targetChannels = targetChannels;
    cable.source = graph_->nodes_[from].out.front();
    cable.target = target;
    const auto previous = previousCables_.find(cable.name);
    if (previous != previousCables_.end() && previous->second->delayFrames == cable.delayFrames &&
        previous->second->sourceChannels == cable.sourceChannels) {
      cable.state = previous->second->state;
    } else {
      cable.state =
          std::make_shared<CableState>(cable.gain, cable.delayFrames, cable.sourceChannels);
    }
    return cable;
  }

  const RackPlan& plan_;
  const GraphSetup& setup_;
  Graph* graph_ = nullptr;
  std::map<std::string, std::uint32_t> indexOf_;
  std::vector<const NodeTypeInfo*> types_;
  std::map<std::string, const Graph::Slot*> previousNodes_;
  std::map<std::string, const Cable*> previousCables_;
  std::map<std::string, std::uint32_t> cablesNamed_;
  std::vector<std::uint32_t> outputLatency_;
  std::vector<bool> feedsSomething_;
};

Result<std::unique_ptr<Graph>> Graph::build(const RackPlan& plan, const GraphSetup& setup) {
  return GraphBuilder(plan, setup).build();
}

}  // namespace downbeat::rack
