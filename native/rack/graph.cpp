// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/graph.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::rack {

bool isFinite(const float* frames, std::uint32_t count) RT_SAFE {
  // Anything times zero is zero, except infinity and not-a-number.
  float sum = 0.0F;
  for (std::uint32_t i = 0; i < count; ++i) sum += frames[i] * 0.0F;
  return sum == 0.0F;
}

int Graph::indexOf(const std::string& nodeId) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].id == nodeId) return static_cast<int>(i);
  }
  return -1;
}

void Graph::takeOver() RT_SAFE {
  for (const ParamChange& change : changes_) {
    nodes_[change.node].node->params().set(change.param, change.value, planRampFrames_);
  }
  for (Slot& slot : nodes_) {
    for (Cable& cable : slot.inputs) cable.state->gain.moveTo(cable.gain, planRampFrames_);
  }
  for (Cable& cable : mixInputs_) cable.state->gain.moveTo(cable.gain, planRampFrames_);
  for (Cable& cable : dryTaps_) cable.state->gain.moveTo(cable.gain, planRampFrames_);
  mixerRamp_->moveTo(mixerGain_, planRampFrames_);
}

void Graph::process(const RtRackEvent* events, std::size_t count) RT_SAFE {
  sortEventsToNodes(events, count);
  for (const std::uint32_t index : order_) processNode(index, events);
  mix();
}

void Graph::sortEventsToNodes(const RtRackEvent* events, std::size_t count) RT_SAFE {
  if (count > nextEvent_.size()) {
    eventsDropped_ += count - nextEvent_.size();
    count = nextEvent_.size();
  }
  // Backwards, so that each node's chain runs forwards.
  for (std::size_t i = count; i-- > 0;) {
    if (events[i].node >= nodes_.size()) continue;
    Slot& slot = nodes_[events[i].node];
    nextEvent_[i] = slot.firstEvent;
    slot.firstEvent = static_cast<std::uint32_t>(i);
  }
}

void Graph::processNode(std::uint32_t index, const RtRackEvent* events) RT_SAFE {
  Slot& slot = nodes_[index];
  std::fill_n(slot.buffers.data(), slot.inputFloats, 0.0F);
  for (Cable& cable : slot.inputs) cable.carry();

  std::uint32_t at = 0;
  std::uint32_t next = slot.firstEvent;
  slot.firstEvent = kNoEvent;
  while (at < kQuantumFrames) {
    while (next != kNoEvent && events[next].frame <= at) {
      const RtRackEvent& event = events[next];
      if (event.kind == RtRackEventKind::trigger) {
        slot.node->trigger(event.value);
      } else if (event.param < slot.planValues.size()) {
        slot.node->params().set(event.param, event.value, event.rampFrames);
      }
      next = nextEvent_[next];
    }
    const std::uint32_t end =
        next == kNoEvent ? kQuantumFrames : std::min(events[next].frame, kQuantumFrames);
    while (at < end && slot.node->params().isRamping()) {
      slot.node->params().tick();
      run(slot, at, 1);
      ++at;
    }
    if (at < end) run(slot, at, end - at);
    at = end;
  }

  float* out = slot.out.front();
  const auto floats = static_cast<std::uint32_t>(slot.out.size()) * kQuantumFrames;
  if (!isFinite(out, floats)) {
    std::fill_n(out, floats, 0.0F);
    slot.node->reset();
    ++faults_;
    faultyNode_ = index;
  }
}

void Graph::run(Slot& slot, std::uint32_t from, std::uint32_t frames) RT_SAFE {
  constexpr std::size_t kMaxPointers = 8;
  std::array<const float*, kMaxPointers> in{};
  std::array<const float*, kMaxPointers> key{};
  std::array<float*, kMaxPointers> out{};
  for (std::size_t i = 0; i < slot.in.size(); ++i) in[i] = slot.in[i] + from;
  for (std::size_t i = 0; i < slot.key.size(); ++i) key[i] = slot.key[i] + from;
  for (std::size_t i = 0; i < slot.out.size(); ++i) out[i] = slot.out[i] + from;
  NodeIo io;
  io.in = slot.in.empty() ? nullptr : in.data();
  io.key = slot.key.empty() ? nullptr : key.data();
  io.out = out.data();
  io.frames = frames;
  slot.node->process(io);
}

void Graph::mix() RT_SAFE {
  output_.fill(0.0F);
  for (Cable& cable : mixInputs_) cable.carry();
  if (hasMixer_) {
    std::array<float, kQuantumFrames> gains;
    for (float& gain : gains) gain = mixerRamp_->next();
    for (std::uint32_t channel = 0; channel < kRackChannels; ++channel) {
      float* out = output_.data() + channel * kQuantumFrames;
      for (std::uint32_t i = 0; i < kQuantumFrames; ++i) out[i] *= gains[i];
      if (!softClip_) continue;
      for (std::uint32_t i = 0; i < kQuantumFrames; ++i) out[i] = std::tanh(out[i]);
    }
  }
  for (Cable& cable : dryTaps_) cable.carry();
  if (!isFinite(output_.data(), static_cast<std::uint32_t>(output_.size()))) {
    // Finite nodes whose sum is not: a gain structure beyond any use.
    output_.fill(0.0F);
    ++faults_;
  }
}

}  // namespace downbeat::rack
