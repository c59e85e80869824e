// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/graph-builder.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace downbeat::rack {
namespace {

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

std::vector<float> valuesOf(const NodePlan& plan, const NodeTypeInfo& type) {
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

/// Equal for nodes that are the same sound-maker in two plans.
std::string identityOf(const NodePlan& plan, std::uint64_t seed) {
  std::string text = plan.type + "\n" + std::to_string(seed) + "\n" + std::to_string(plan.channels);
  for (const NodeText& entry : plan.texts) text += "\n" + entry.key + "\t" + entry.value;
  return text;
}

Status unknown(const std::string& node, std::string path) {
  return invalid("expected the id of a node of this rack, got \"" + node + "\".", std::move(path));
}

}  // namespace

GraphBuilder::GraphBuilder(const RackPlan& plan, const GraphSetup& setup)
    : plan_(plan), setup_(setup), heritage_(setup.previous, setup.sampleRate) {}

Result<std::unique_ptr<Graph>> GraphBuilder::build() {
  std::unique_ptr<Graph> graph(new Graph());
  graph_ = graph.get();
  graph_->sampleRate_ = setup_.sampleRate;
  graph_->planRampFrames_ =
      static_cast<std::uint32_t>(kPlanRampMs * setup_.sampleRate / 1000.0 + 0.5);
  graph_->watchQuanta_ = setup_.watchQuanta;
  graph_->nextEvent_.assign(setup_.maxEvents, Graph::kNoEvent);
  graph_->hasCutSound_ = setup_.previous != nullptr && heritage_.isEmpty();
  if (Status status = findTypes(); !status.isOk()) return status.error();
  if (Status status = order(); !status.isOk()) return status.error();
  if (Status status = makeNodes(); !status.isOk()) return status.error();
  heritage_.addLeavingNodes(*graph_, setup_.sampleRate);
  connect();
  makeMixRamps();
  makeMix();
  letLeave();
  for (std::uint32_t i = 0; graph_->watchQuanta_ > 0 && i < graph_->nodes_.size(); ++i) {
    graph_->nodes_[i].watchAt = i % graph_->watchQuanta_;
  }
  if (setup_.hasStems) graph_->stems_.resize(graph_->mixInputs_.size());
  return graph;
}

Status GraphBuilder::findTypes() {
  for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
    const NodePlan& node = plan_.nodes[i];
    const NodeTypeInfo* type =
        setup_.findInnerType == nullptr ? nullptr : setup_.findInnerType(node.type.c_str());
    if (type == nullptr) type = setup_.findType(node.type.c_str());
    if (type == nullptr) {
      return invalid("expected the name of a node type, got \"" + node.type + "\".",
                     place("nodes", i, "type"));
    }
    if (type->outputChannels < 1 || type->outputChannels > kMaxNodeChannels ||
        type->inputChannels > kMaxNodeChannels || node.channels > kMaxNodeChannels) {
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

Status GraphBuilder::order() {
  for (std::size_t i = 0; i < plan_.connections.size(); ++i) {
    const ConnectionPlan& connection = plan_.connections[i];
    const auto from = indexOf_.find(connection.from);
    const auto to = indexOf_.find(connection.to);
    if (from == indexOf_.end()) return unknown(connection.from, place("connections", i, "from"));
    if (to == indexOf_.end()) return unknown(connection.to, place("connections", i, "to"));
    arrows_.push_back({from->second, to->second});
  }
  for (std::size_t i = 0; i < plan_.mixer.inputs.size(); ++i) {
    const std::string& node = plan_.mixer.inputs[i].node;
    if (indexOf_.count(node) == 0) return unknown(node, place("mixer.inputs", i, "node"));
  }
  const auto count = static_cast<std::uint32_t>(plan_.nodes.size());
  graph_->order_ = orderNodes(count, arrows_);
  if (graph_->order_.size() == count) return {};
  std::vector<bool> isOrdered(count, false);
  for (const std::uint32_t node : graph_->order_) isOrdered[node] = true;
  std::size_t first = 0;
  while (isOrdered[arrows_[first].from] || isOrdered[arrows_[first].to]) ++first;
  return invalid("expected connections without a cycle, got one through \"" +
                     plan_.connections[first].from + "\" and \"" + plan_.connections[first].to +
                     "\".",
                 place("connections", first, ""));
}

Status GraphBuilder::makeNodes() {
  graph_->planNodes_ = static_cast<std::uint32_t>(plan_.nodes.size());
  graph_->nodes_.resize(plan_.nodes.size());
  isFresh_.assign(plan_.nodes.size(), true);
  std::vector<bool> hasKey(plan_.nodes.size(), false);
  for (const ConnectionPlan& connection : plan_.connections) {
    if (connection.toPort != 0) hasKey[indexOf_[connection.to]] = true;
  }
  for (std::uint32_t i = 0; i < plan_.nodes.size(); ++i) {
    if (Status status = makeNode(i); !status.isOk()) return status;
    const std::uint32_t channels = plan_.nodes[i].channels;
    const Width width = channels == 0 ? Width::fixed : types_[i]->width;
    Graph::Slot& slot = graph_->nodes_[i];
    slot.inCount =
        width == Width::any || width == Width::anyInput ? channels : types_[i]->inputChannels;
    slot.keyCount = hasKey[i] ? std::max(slot.inCount, 1U) : 0;
    slot.outCount =
        width == Width::any || width == Width::anyOutput ? channels : types_[i]->outputChannels;
  }
  return {};
}

Status GraphBuilder::makeNode(std::uint32_t index) {
  const NodePlan& plan = plan_.nodes[index];
  Graph::Slot& slot = graph_->nodes_[index];
  const std::uint64_t seed = seedOfNode(setup_.sessionSeed, plan_.seed, plan.id);
  slot.id = plan.id;
  slot.identity = identityOf(plan, seed);
  slot.planValues = valuesOf(plan, *types_[index]);
  const Graph::Slot* before = heritage_.findNode(plan.id, slot.identity);
  if (before != nullptr) {
    heritage_.keepNode(*before, index);
    isFresh_[index] = false;
    slot.node = before->node;
    slot.watch = before->watch;
    for (std::uint32_t p = 0; p < slot.planValues.size(); ++p) {
      if (slot.planValues[p] != before->planValues[p]) {
        graph_->changes_.push_back({index, p, slot.planValues[p]});
      }
    }
  } else {
    slot.node.reset(rack::makeNode(*types_[index]));
    slot.watch = std::make_shared<NodeWatch>();
    PrepareInfo info;
    info.sampleRate = setup_.sampleRate;
    info.seed = seed;
    info.texts = &plan.texts;
    info.channels = plan.channels;
    info.values = &slot.planValues;
    const Status status = slot.node->prepare(info);
    if (!status.isOk()) return invalid(status.error().message, place("nodes", index, ""));
    for (std::size_t p = 0; p < slot.planValues.size(); ++p) {
      slot.node->params().set(p, slot.planValues[p], 0);
    }
    if (slot.node->needsService()) slot.node->service();
  }
  slot.player = slot.node.get();
  makeModulation(index, before);
  slot.isBypassed = slot.watch->isBypassed.load(std::memory_order_relaxed);
  slot.isSteady = slot.modulation == nullptr;
  return {};
}

void GraphBuilder::makeModulation(std::uint32_t index, const Graph::Slot* before) {
  Graph::Slot& slot = graph_->nodes_[index];
  const ModPlan& plan = plan_.nodes[index].mod;
  const auto& old = before == nullptr ? nullptr : before->modulation;
  if (old && old->plan() == plan) {
    slot.modulation = old;
    return;
  }
  if (old) graph_->endedModulations_.emplace_back(index, old);
  if (plan.isEmpty()) return;
  slot.modulation = std::make_shared<Modulation>(plan, *types_[index], setup_.sampleRate);
  graph_->newModulations_.push_back(index);
}

void GraphBuilder::connect() {
  feedsSomething_.assign(plan_.nodes.size(), false);
  std::vector<std::vector<std::size_t>> incoming(plan_.nodes.size());
  for (std::size_t i = 0; i < plan_.connections.size(); ++i) {
    incoming[indexOf_[plan_.connections[i].to]].push_back(i);
    feedsSomething_[indexOf_[plan_.connections[i].from]] = true;
  }
  // First all buffers: cables point into them.
  for (std::uint32_t i = 0; i < graph_->planNodes_; ++i) {
    GraphHeritage::makeBuffers(graph_->nodes_[i]);
  }
  for (const std::uint32_t index : graph_->order_) connectNode(index, incoming[index]);
}

void GraphBuilder::connectNode(std::uint32_t index, const std::vector<std::size_t>& incoming) {
  Graph::Slot& slot = graph_->nodes_[index];
  std::uint32_t latest = 0;
  for (const std::size_t i : incoming) {
    const std::uint32_t from = indexOf_[plan_.connections[i].from];
    latest = std::max(latest, graph_->nodes_[from].outputLatency);
  }
  for (const std::size_t i : incoming) {
    const ConnectionPlan& connection = plan_.connections[i];
    const std::uint32_t port = connection.toPort == 0 ? 0 : 1;
    const std::uint32_t width = port == 0 ? slot.inCount : slot.keyCount;
    if (width == 0) continue;  // into a source: nothing to feed
    const std::uint32_t from = indexOf_[connection.from];
    const std::string name =
        "in " + std::to_string(connection.toPort) + " " + connection.from + "\n" + connection.to;
    // A key that need not wait may come early, never late.
    const std::uint32_t meetAt = connection.isEarly ? graph_->nodes_[from].outputLatency : latest;
    Cable cable = makeCable(name, from, connection.gain, meetAt, width);
    cable.to = index;
    cable.port = port;
    cable.target = slot.buffers.data() + (port == 0 ? 0 : slot.inCount * kQuantumFrames);
    slot.inputs.push_back(std::move(cable));
  }
  slot.hasOneInput = slot.inputs.size() == 1 && slot.inputs[0].port == 0;
  slot.outputLatency = latest + slot.node->latencyFrames();
}

bool GraphBuilder::soundsByItself() const {
  for (std::size_t i = 0; i < plan_.nodes.size(); ++i) {
    const std::string& type = plan_.nodes[i].type;
    // Live sound, and nodes from outside, of which nothing is known.
    if (type == "input" || type.rfind("lv2:", 0) == 0 || type.find('.') != std::string::npos) {
      return true;
    }
    for (std::size_t p = 0; p < types_[i]->paramCount; ++p) {
      const bool isLoop = std::strcmp(types_[i]->params[p].name, "LOOP") == 0;
      if (isLoop && graph_->nodes_[i].planValues[p] >= 0.5F) return true;
    }
  }
  return false;
}

void GraphBuilder::makeMixRamps() {
  const Graph* previous = heritage_.isEmpty() ? nullptr : setup_.previous;
  const float gain = plan_.hasMixer ? static_cast<float>(plan_.mixer.gain) : 1.0F;
  const float clip = plan_.hasMixer && plan_.mixer.softClip ? 1.0F : 0.0F;
  Graph& graph = *graph_;
  graph.hasWoken_ =
      previous == nullptr ? std::make_shared<bool>(soundsByItself()) : previous->hasWoken_;
  graph.mixerRamp_ =
      previous == nullptr ? std::make_shared<dsp::GainRamp>(gain) : previous->mixerRamp_;
  graph.clipRamp_ =
      previous == nullptr ? std::make_shared<dsp::GainRamp>(clip) : previous->clipRamp_;
  if (previous == nullptr) return;
  graph.moves_.push_back({graph.mixerRamp_.get(), gain, 0});
  graph.moves_.push_back({graph.clipRamp_.get(), clip, 0});
}

void GraphBuilder::makeMix() {
  Graph& graph = *graph_;
  struct Tap {
    std::uint32_t from;
    double gain;
    bool isDry;
  };
  std::vector<Tap> taps;
  std::vector<bool> isMixed(plan_.nodes.size(), false);
  if (plan_.hasMixer) {
    for (const MixerInputPlan& input : plan_.mixer.inputs) {
      taps.push_back({indexOf_[input.node], input.gain, false});
      isMixed[indexOf_[input.node]] = true;
    }
  } else {
    for (std::uint32_t i = 0; i < plan_.nodes.size(); ++i) {
      if (!feedsSomething_[i]) taps.push_back({i, 1.0, false});
    }
  }
  for (const ConnectionPlan& connection : plan_.connections) {
    const std::uint32_t from = indexOf_[connection.from];
    if (connection.dry > 0.0 && !isMixed[from]) taps.push_back({from, connection.dry, true});
  }
  for (const Tap& tap : taps) {
    graph.latencyFrames_ = std::max(graph.latencyFrames_, graph.nodes_[tap.from].outputLatency);
  }
  for (const Tap& tap : taps) {
    const std::string name = (tap.isDry ? "dry " : "mix ") + plan_.nodes[tap.from].id;
    // Mono is summed by itself and heard on both sides.
    const bool isMono = graph.nodes_[tap.from].outCount == 1;
    Cable cable =
        makeCable(name, tap.from, tap.gain, graph.latencyFrames_, isMono ? 1 : kRackChannels);
    cable.target = graph.output_.data() + (isMono ? kRackChannels * kQuantumFrames : 0);
    (tap.isDry ? graph.dryTaps_ : graph.mixInputs_).push_back(std::move(cable));
  }
}

Cable GraphBuilder::makeCable(const std::string& name, std::uint32_t from, double gain,
                              std::uint32_t meetAt, std::uint32_t targetChannels) {
  const Graph::Slot& source = graph_->nodes_[from];
  Cable cable;
  cable.name = name + "\n" + std::to_string(cablesNamed_[name]++);
  cable.gain = static_cast<float>(gain);
  cable.delayFrames = meetAt - source.outputLatency;
  cable.sourceChannels = source.outCount;
  cable.targetChannels = targetChannels;
  cable.from = from;
  cable.source = source.out[0];
  const Cable* before = heritage_.findCable(cable.name);
  if (before != nullptr && before->delayFrames == cable.delayFrames &&
      before->sourceChannels == cable.sourceChannels &&
      before->targetChannels == cable.targetChannels) {
    cable.state = before->state;
    heritage_.keepCable(*before);
    if (before->gain != cable.gain) graph_->moves_.push_back({&cable.state->gain, cable.gain, 0});
    return cable;
  }
  // What already sounds comes in without a click; what begins now has nothing to click.
  const bool isSilent = heritage_.isEmpty() || isFresh_[from];
  cable.state = std::make_shared<CableState>(isSilent ? cable.gain : 0.0F, cable.delayFrames,
                                             cable.sourceChannels);
  std::uint32_t wait = 0;
  if (before != nullptr) {
    // Another delay: the old way goes on until the new line is filled.
    wait = cable.delayFrames;
    heritage_.replaceCable(*before, wait);
  }
  if (!isSilent) graph_->moves_.push_back({&cable.state->gain, cable.gain, wait});
  return cable;
}

void GraphBuilder::letLeave() {
  if (heritage_.isEmpty()) return;
  const auto count = static_cast<std::uint32_t>(graph_->nodes_.size());
  bool hasFading = true;
  for (const bool isFading : {true, false}) {
    std::vector<GraphArrow> arrows = arrows_;
    for (const GraphArrow& arrow : heritage_.arrows(isFading)) arrows.push_back(arrow);
    std::vector<std::uint32_t> order = orderNodes(count, arrows);
    hasFading = isFading;
    if (order.size() != count) continue;
    graph_->order_ = std::move(order);
    break;
  }
  heritage_.addLeavingCables(*graph_, hasFading);
}

Result<std::unique_ptr<Graph>> Graph::build(const RackPlan& plan, const GraphSetup& setup) {
  return GraphBuilder(plan, setup).build();
}

}  // namespace downbeat::rack
