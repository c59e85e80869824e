// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/graph-heritage.hpp"

#include <algorithm>
#include <cstring>

namespace downbeat::rack {
namespace {

// How long a leaving node may sound before it fades: an effect has its tail, a source its last hit.
constexpr double kEffectSeconds = 20.0;
constexpr double kSourceSeconds = 3.0;

}  // namespace

GraphHeritage::GraphHeritage(const Graph* previous, double sampleRate) {
  if (previous == nullptr || previous->sampleRate_ != sampleRate) return;
  previous_ = previous;
  newIndex_.assign(previous->nodes_.size(), kGone);
  for (std::uint32_t i = 0; i < previous->nodes_.size(); ++i) {
    const Graph::Slot& slot = previous->nodes_[i];
    nodes_[slot.id].push_back(i);
    for (const Cable& cable : slot.inputs) {
      if (!cable.name.empty()) cables_[cable.name] = &cable;
    }
  }
  for (const auto* list : {&previous->mixInputs_, &previous->dryTaps_}) {
    for (const Cable& cable : *list) {
      if (!cable.name.empty()) cables_[cable.name] = &cable;
    }
  }
}

const Graph::Slot* GraphHeritage::findNode(const std::string& id,
                                           const std::string& identity) const {
  const auto found = nodes_.find(id);
  if (found == nodes_.end()) return nullptr;
  for (const std::uint32_t index : found->second) {
    const Graph::Slot& slot = previous_->nodes_[index];
    if (slot.identity == identity && newIndex_[index] == kGone) return &slot;
  }
  return nullptr;
}

void GraphHeritage::keepNode(const Graph::Slot& slot, std::uint32_t index) {
  newIndex_[static_cast<std::size_t>(&slot - previous_->nodes_.data())] = index;
}

const Cable* GraphHeritage::findCable(const std::string& name) const {
  const auto found = cables_.find(name);
  if (found == cables_.end()) return nullptr;
  const Cable& cable = *found->second;
  // Asked for before the leaving nodes have an index: whatever has one was kept.
  if (newIndex_[cable.from] >= planNodes_) return nullptr;
  if (cable.to != kToMix && newIndex_[cable.to] >= planNodes_) return nullptr;
  return &cable;
}

bool GraphHeritage::isSource(const Graph::Slot& slot) {
  return slot.inCount == 0 && !isCarrier(slot);
}

bool GraphHeritage::isCarrier(const Graph::Slot& slot) {
  return std::strcmp(slot.node->type().type, "mix:source") == 0;
}

void GraphHeritage::makeBuffers(Graph::Slot& slot) {
  slot.inputFloats = (slot.inCount + slot.keyCount) * kQuantumFrames;
  slot.outputFloats = slot.outCount * kQuantumFrames;
  slot.buffers.assign(static_cast<std::size_t>(slot.inputFloats) + slot.outputFloats, 0.0F);
  float* at = slot.buffers.data();
  for (std::uint32_t c = 0; c < slot.inCount; ++c, at += kQuantumFrames) slot.in[c] = at;
  for (std::uint32_t c = 0; c < slot.keyCount; ++c, at += kQuantumFrames) slot.key[c] = at;
  for (std::uint32_t c = 0; c < slot.outCount; ++c, at += kQuantumFrames) slot.out[c] = at;
  slot.whole.in = slot.in.data();
  slot.whole.key = slot.keyCount == 0 ? nullptr : slot.key.data();
  slot.whole.out = slot.out.data();
  slot.whole.frames = kQuantumFrames;
}

void GraphHeritage::addLeavingNodes(Graph& graph, double sampleRate) {
  planNodes_ = graph.planNodes_;
  if (previous_ == nullptr) return;
  std::vector<std::uint32_t> leaving;
  for (std::uint32_t i = 0; i < previous_->nodes_.size(); ++i) {
    const Graph::Slot& slot = previous_->nodes_[i];
    if (newIndex_[i] != kGone) continue;
    if (slot.leaving && slot.leaving->isOver.load(std::memory_order_relaxed)) continue;
    leaving.push_back(i);
  }
  if (leaving.size() > kMaxLeaving) {
    leaving.resize(kMaxLeaving);
    graph.hasCutSound_ = true;
  }
  const double quantaPerSecond = sampleRate / kQuantumFrames;
  graph.nodes_.resize(planNodes_ + leaving.size());
  for (std::size_t n = 0; n < leaving.size(); ++n) {
    const Graph::Slot& before = previous_->nodes_[leaving[n]];
    Graph::Slot& slot = graph.nodes_[planNodes_ + n];
    slot.node = before.node;
    slot.player = before.player;
    slot.modulation = before.modulation;
    slot.watch = before.watch;
    slot.leaving = before.leaving;
    slot.isSteady = false;
    if (!slot.leaving) {
      slot.leaving = std::make_shared<Graph::Leaving>();
      slot.leaving->maxQuanta = static_cast<std::uint32_t>(
          quantaPerSecond * (isSource(before) ? kSourceSeconds : kEffectSeconds));
    }
    slot.id = before.id;
    slot.identity = before.identity;
    slot.planValues = before.planValues;
    slot.outputLatency = before.outputLatency;
    slot.inCount = before.inCount;
    slot.keyCount = before.keyCount;
    slot.outCount = before.outCount;
    newIndex_[leaving[n]] = planNodes_ + static_cast<std::uint32_t>(n);
    isReplaced_.push_back(isCarrier(before) && graph.indexOf(before.id) >= 0);
  }
  for (std::size_t i = planNodes_; i < graph.nodes_.size(); ++i) makeBuffers(graph.nodes_[i]);
}

std::vector<GraphHeritage::LeavingCable> GraphHeritage::leavingCables() const {
  std::vector<LeavingCable> found;
  if (previous_ == nullptr) return found;
  const auto consider = [&](const Cable& cable, bool isDry) {
    const auto taken = taken_.find(cable.state.get());
    if (taken != taken_.end() && taken->second == kKept) return;
    if (cable.state->isOver.load(std::memory_order_relaxed)) return;
    const std::uint32_t from = newIndex_[cable.from];
    const std::uint32_t to = cable.to == kToMix ? kToMix : newIndex_[cable.to];
    if (from == kGone || (cable.to != kToMix && to == kGone)) return;
    found.push_back({&cable, from, to, isDry});
  };
  for (const Graph::Slot& slot : previous_->nodes_) {
    for (const Cable& cable : slot.inputs) consider(cable, false);
  }
  for (const Cable& cable : previous_->mixInputs_) consider(cable, false);
  for (const Cable& cable : previous_->dryTaps_) consider(cable, true);
  return found;
}

std::vector<GraphArrow> GraphHeritage::arrows(bool hasFading) const {
  std::vector<GraphArrow> arrows;
  for (const LeavingCable& leaving : leavingCables()) {
    if (leaving.to == kToMix || (isFading(leaving) && !hasFading)) continue;
    arrows.push_back({leaving.from, leaving.to});
  }
  return arrows;
}

void GraphHeritage::addLeavingCables(Graph& graph, bool hasFading) const {
  for (const LeavingCable& leaving : leavingCables()) {
    if (isFading(leaving) && leaving.to != kToMix && !hasFading) {
      graph.hasCutSound_ = true;
      continue;
    }
    addCable(graph, leaving);
  }
}

void GraphHeritage::addCable(Graph& graph, const LeavingCable& leaving) const {
  Cable cable = *leaving.cable;
  cable.name.clear();
  cable.from = leaving.from;
  cable.to = leaving.to;
  cable.source = graph.nodes_[leaving.from].out[0];
  std::vector<Cable>* list = leaving.isDry ? &graph.dryTaps_ : &graph.mixInputs_;
  if (leaving.to == kToMix) {
    cable.target =
        graph.output_.data() + (cable.targetChannels == 1 ? kRackChannels * kQuantumFrames : 0);
  } else {
    Graph::Slot& slot = graph.nodes_[leaving.to];
    const std::uint32_t width = cable.port == 0 ? slot.inCount : slot.keyCount;
    if (width != cable.targetChannels) return;  // nobody listens there any more
    const float* first =
        cable.port == 0 ? slot.buffers.data() : slot.buffers.data() + slot.inCount * kQuantumFrames;
    cable.target = const_cast<float*>(first);
    list = &slot.inputs;
    slot.hasOneInput = false;
  }
  if (isFading(leaving)) {
    cable.gain = 0.0F;
    const auto taken = taken_.find(cable.state.get());
    graph.moves_.push_back({&cable.state->gain, 0.0F, taken == taken_.end() ? 0 : taken->second});
  }
  list->push_back(std::move(cable));
}

}  // namespace downbeat::rack
