// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/graph.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/cycle-counter.hpp"

namespace downbeat::rack {
namespace {

// A leaving node is over after so long without a sound (-120 dB): longer than any echo takes.
constexpr std::uint32_t kSilentQuanta = 4500;
constexpr float kSilence = 1e-6F;
constexpr std::uint32_t kFadeQuanta = 1024;

// Side by side, so that they vectorise: buffers hold whole quanta, a multiple of this.
constexpr std::uint32_t kSideBySide = 8;
static_assert(kQuantumFrames % kSideBySide == 0);

float peakOf(const float* frames, std::uint32_t count) RT_SAFE {
  std::array<float, kSideBySide> peaks{};
  for (std::uint32_t i = 0; i < count; i += kSideBySide) {
    for (std::uint32_t k = 0; k < kSideBySide; ++k) {
      const float size = std::fabs(frames[i + k]);
      peaks[k] = size > peaks[k] ? size : peaks[k];
    }
  }
  return *std::max_element(peaks.begin(), peaks.end());
}

float squaresOf(const float* frames, std::uint32_t count) RT_SAFE {
  std::array<float, kSideBySide> sums{};
  for (std::uint32_t i = 0; i < count; i += kSideBySide) {
    for (std::uint32_t k = 0; k < kSideBySide; ++k) sums[k] += frames[i + k] * frames[i + k];
  }
  float sum = 0.0F;
  for (const float part : sums) sum += part;
  return sum;
}

}  // namespace

bool isFinite(const float* frames, std::uint32_t count) RT_SAFE {
  // The exponent of infinity and not-a-number is all ones: one more and it runs into the sign.
  std::uint32_t found = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, frames + i, sizeof bits);
    found |= (bits & 0x7FFFFFFFU) + 0x00800000U;
  }
  return (found & 0x80000000U) == 0;
}

int Graph::indexOf(const std::string& nodeId) const {
  for (std::size_t i = 0; i < planNodes_; ++i) {
    if (nodes_[i].id == nodeId) return static_cast<int>(i);
  }
  return -1;
}

bool Graph::hasLeft() const {
  for (const Slot& slot : nodes_) {
    if (slot.leaving && !slot.leaving->isOver.load(std::memory_order_relaxed)) return false;
  }
  return true;
}

void Graph::collectServiced(std::vector<std::shared_ptr<Node>>& nodes) const {
  for (const Slot& slot : nodes_) {
    if (slot.node->needsService()) nodes.push_back(slot.node);
  }
}

void Graph::takeOver() RT_SAFE {
  for (const auto& ended : endedModulations_) {
    ended.second->detach(nodes_[ended.first].player->params());
  }
  for (const std::uint32_t index : newModulations_) {
    nodes_[index].modulation->attach(nodes_[index].player->params());
  }
  for (const ParamChange& change : changes_) {
    Slot& slot = nodes_[change.node];
    slot.player->params().set(change.param, change.value, planRampFrames_);
    if (slot.modulation) {
      slot.modulation->noticeParam(change.param, change.value, slot.player->params());
    }
  }
  for (const GainMove& move : moves_) move.ramp->moveTo(move.gain, planRampFrames_, move.wait);
}

void Graph::process(const GraphQuantum& quantum) RT_SAFE {
  time_ = quantum.time == nullptr ? &stillness_ : quantum.time;
  if (!*hasWoken_ && isStillAsleep(quantum)) return;
  sortEventsToNodes(quantum);
  if (watchQuanta_ > 0) watchTurn_ = (watchTurn_ == 0 ? watchQuanta_ : watchTurn_) - 1;
  for (const std::uint32_t index : order_) processNode(index, quantum);
  mix();
}

bool Graph::isStillAsleep(const GraphQuantum& quantum) RT_SAFE {
  bool isPlaying = quantum.time == nullptr || quantum.eventCount > 0 || quantum.isWoken;
  for (std::uint32_t i = 0; i < time_->count; ++i) {
    isPlaying = isPlaying || time_->pieces[i].time.isPlaying;
  }
  *hasWoken_ = isPlaying;
  return !isPlaying;
}

void Graph::sortEventsToNodes(const GraphQuantum& quantum) RT_SAFE {
  std::size_t count = quantum.eventCount;
  if (count > nextEvent_.size()) {
    eventsDropped_ += count - nextEvent_.size();
    count = nextEvent_.size();
  }
  // Backwards, so that each node's chain runs forwards.
  for (std::size_t i = count; i-- > 0;) {
    if (quantum.events[i].node >= planNodes_) continue;
    Slot& slot = nodes_[quantum.events[i].node];
    nextEvent_[i] = slot.firstEvent;
    slot.firstEvent = static_cast<std::uint32_t>(i);
  }
}

void Graph::gatherInputs(Slot& slot) RT_SAFE {
  if (slot.hasOneInput) {
    Cable& cable = slot.inputs.front();
    // A gain that has arrived stays until the next plan.
    slot.readsSource = cable.isPlain();
    const float* from = slot.readsSource ? cable.source : slot.buffers.data();
    const std::uint32_t width = slot.readsSource ? cable.sourceChannels : slot.inCount;
    for (std::uint32_t c = 0; c < slot.inCount; ++c) {
      slot.in[c] = from + (c % width) * kQuantumFrames;
    }
    if (slot.readsSource) return;
  }
  std::fill_n(slot.buffers.data(), slot.inputFloats, 0.0F);
  Cable::carryAll(slot.inputs);
}

void Graph::processNode(std::uint32_t index, const GraphQuantum& quantum) RT_SAFE {
  Slot& slot = nodes_[index];
  if (!slot.isSteady && slot.leaving && slot.leaving->isOver.load(std::memory_order_relaxed)) {
    return;
  }
  if (!slot.readsSource && !slot.inputs.empty()) gatherInputs(slot);
  const bool isWatched = watchQuanta_ > 0 && slot.watchAt == watchTurn_;
  const std::uint64_t began = isWatched ? cyclesNow() : 0;
  if (slot.isBypassed) {
    bypass(slot);
  } else if (slot.firstEvent == kNoEvent && time_->count == 1 && slot.isSteady &&
             !slot.player->params().isRamping()) {
    // A copy: what is only read is not written back to memory, thousands of times.
    NodeIo io = slot.whole;
    io.time = time_->pieces[0].time;
    io.external = quantum.external;
    io.externalCount = quantum.externalCount;
    slot.player->process(io);
  } else {
    playInPieces(slot, quantum);
  }
  float* out = slot.out[0];
  if (!isFinite(out, slot.outputFloats)) {
    std::fill_n(out, slot.outputFloats, 0.0F);
    slot.player->reset();
    ++faults_;
    faultyNode_ = index;
    slot.watch->faults.fetch_add(1, std::memory_order_relaxed);
  }
  if (isWatched) look(slot, cyclesNow() - began);
  if (!slot.isSteady && slot.leaving) letLeave(slot);
}

void Graph::playInPieces(Slot& slot, const GraphQuantum& quantum) RT_SAFE {
  ParamBank& params = slot.player->params();
  std::uint32_t next = slot.firstEvent;
  slot.firstEvent = kNoEvent;
  std::uint32_t at = 0;
  while (at < kQuantumFrames) {
    if (slot.modulation && time_->at(at).offset == at && time_->at(at).hasStarted) {
      slot.modulation->restart();
    }
    while (next != kNoEvent && quantum.events[next].frame <= at) {
      play(slot, quantum.events[next]);
      next = nextEvent_[next];
    }
    std::uint32_t end = time_->endAfter(at);
    if (next != kNoEvent) end = std::min(end, quantum.events[next].frame);
    if (slot.modulation) {
      if (slot.modulation->framesToStep() == 0) slot.modulation->step(time_->timeAt(at), params);
      end = std::min(end, at + slot.modulation->framesToStep());
    }
    if (params.isRamping()) {
      params.tick();
      end = at + 1;
    }
    run(slot, quantum, at, end - at);
    if (slot.modulation) slot.modulation->pass(end - at);
    at = end;
  }
}

void Graph::playNow(const RtRackEvent& event) RT_SAFE {
  if (event.node < planNodes_) play(nodes_[event.node], event);
}

void Graph::play(Slot& slot, const RtRackEvent& event) RT_SAFE {
  switch (event.kind) {
    case RtRackEventKind::setParam:
      if (event.param >= slot.planValues.size()) return;
      slot.player->params().set(event.param, event.value, event.rampFrames);
      if (slot.modulation) {
        slot.modulation->noticeParam(event.param, event.value, slot.player->params());
      }
      return;
    case RtRackEventKind::noteOff: slot.player->noteOff(event.param); return;
    case RtRackEventKind::trigger: slot.player->trigger(event.value); return;
    case RtRackEventKind::noteOn:
      slot.player->noteOn(event.param, event.value, event.rampFrames);
      return;
  }
}

void Graph::run(Slot& slot, const GraphQuantum& quantum, std::uint32_t from, std::uint32_t frames)
    RT_SAFE {
  std::array<const float*, kMaxNodeChannels> in;
  std::array<const float*, kMaxNodeChannels> key;
  std::array<float*, kMaxNodeChannels> out;
  NodeIo io = slot.whole;
  for (std::uint32_t i = 0; i < slot.inCount; ++i) in[i] = slot.in[i] + from;
  for (std::uint32_t i = 0; i < slot.keyCount; ++i) key[i] = slot.key[i] + from;
  for (std::uint32_t i = 0; i < slot.outCount; ++i) out[i] = slot.out[i] + from;
  io.external = quantum.external;
  io.externalCount = quantum.externalCount;
  io.externalAt = from;
  io.in = in.data();
  io.key = slot.keyCount == 0 ? nullptr : key.data();
  io.out = out.data();
  io.frames = frames;
  io.time = time_->timeAt(from);
  slot.player->process(io);
}

void Graph::bypass(Slot& slot) RT_SAFE {
  slot.firstEvent = kNoEvent;
  for (std::uint32_t c = 0; c < slot.outCount; ++c) {
    if (slot.inCount == 0) {
      std::fill_n(slot.out[c], kQuantumFrames, 0.0F);
    } else {
      std::copy_n(slot.in[c % slot.inCount], kQuantumFrames, slot.out[c]);
    }
  }
}

void Graph::look(Slot& slot, std::uint64_t cycles) RT_SAFE {
  constexpr float kSmoothing = 0.1F;
  constexpr float kFall = 0.8F;
  constexpr auto kRelaxed = std::memory_order_relaxed;
  NodeWatch& watch = *slot.watch;
  slot.isBypassed = watch.isBypassed.load(kRelaxed);
  const auto cost = static_cast<float>(cycles);
  const float before = watch.cycles.load(kRelaxed);
  watch.cycles.store(before == 0.0F ? cost : before + kSmoothing * (cost - before), kRelaxed);
  watch.worstCycles.store(std::max(watch.worstCycles.load(kRelaxed), cost), kRelaxed);
  const float meanSquare =
      squaresOf(slot.out[0], slot.outputFloats) / static_cast<float>(slot.outputFloats);
  const float square = watch.meanSquare.load(kRelaxed);
  watch.meanSquare.store(square + kSmoothing * (meanSquare - square), kRelaxed);
  const float peak = peakOf(slot.out[0], slot.outputFloats);
  watch.peak.store(std::max(peak, kFall * watch.peak.load(kRelaxed)), kRelaxed);
  watch.voices.store(slot.player->voices(), kRelaxed);
}

void Graph::letLeave(Slot& slot) RT_SAFE {
  Leaving& leaving = *slot.leaving;
  ++leaving.quanta;
  const bool isSilent = peakOf(slot.out[0], slot.outputFloats) < kSilence;
  leaving.silentQuanta = isSilent ? leaving.silentQuanta + 1 : 0;
  bool isOver = leaving.silentQuanta >= kSilentQuanta;
  if (leaving.quanta > leaving.maxQuanta) {
    const std::uint32_t faded = leaving.quanta - leaving.maxQuanta;
    isOver = isOver || faded >= kFadeQuanta;
    for (std::uint32_t i = 0; i < slot.outputFloats; ++i) {
      const float at = static_cast<float>(faded * kQuantumFrames + i % kQuantumFrames);
      slot.out[0][i] *= std::max(0.0F, 1.0F - at / (kFadeQuanta * kQuantumFrames));
    }
  }
  if (!isOver) return;
  // The rest is silence: cables read it from here on.
  std::fill_n(slot.out[0], slot.outputFloats, 0.0F);
  leaving.isOver.store(true, std::memory_order_relaxed);
}

void Graph::sumInputs(float* mono) RT_SAFE {
  if (stems_.empty()) {
    Cable::carryAll(mixInputs_);
    return;
  }
  // The same sums in the same order, each term kept.
  for (std::size_t s = 0; s < stems_.size(); ++s) {
    Cable& cable = mixInputs_[s];
    float* const sum = cable.targetChannels == 1 ? mono : output_.data();
    stems_[s].fill(0.0F);
    cable.carryTo(stems_[s].data());
    for (std::uint32_t i = 0; i < cable.targetChannels * kQuantumFrames; ++i) {
      sum[i] += stems_[s][i];
    }
  }
}

void Graph::mix() RT_SAFE {
  output_.fill(0.0F);
  float* const mono = output_.data() + kRackChannels * kQuantumFrames;
  sumInputs(mono);
  const auto addMono = [this, mono]() RT_SAFE {
    for (std::uint32_t channel = 0; channel < kRackChannels; ++channel) {
      float* out = output_.data() + channel * kQuantumFrames;
      for (std::uint32_t i = 0; i < kQuantumFrames; ++i) out[i] += mono[i];
    }
    std::fill_n(mono, kQuantumFrames, 0.0F);
  };
  addMono();
  std::array<float, kQuantumFrames> gains;
  if (mixerRamp_->isMoving() || mixerRamp_->value() != 1.0F) {
    for (float& gain : gains) gain = mixerRamp_->next();
    for (std::uint32_t channel = 0; channel < kRackChannels; ++channel) {
      float* out = output_.data() + channel * kQuantumFrames;
      for (std::uint32_t i = 0; i < kQuantumFrames; ++i) out[i] *= gains[i];
    }
  }
  if (clipRamp_->isMoving() || clipRamp_->value() != 0.0F) {
    for (float& share : gains) share = clipRamp_->next();
    for (std::uint32_t channel = 0; channel < kRackChannels; ++channel) {
      float* out = output_.data() + channel * kQuantumFrames;
      for (std::uint32_t i = 0; i < kQuantumFrames; ++i) {
        const float clipped = std::tanh(out[i]);
        out[i] = gains[i] == 1.0F ? clipped : out[i] + gains[i] * (clipped - out[i]);
      }
    }
  }
  for (Cable& cable : dryTaps_) cable.carry();
  addMono();
  if (!isFinite(output_.data(), kRackChannels * kQuantumFrames)) {
    // Finite nodes whose sum is not: a gain structure beyond any use.
    std::fill_n(output_.data(), kRackChannels * kQuantumFrames, 0.0F);
    ++faults_;
  }
}

}  // namespace downbeat::rack
