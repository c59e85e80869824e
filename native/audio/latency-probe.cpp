// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/latency-probe.hpp"

#include <algorithm>

#include "audio/loopback.hpp"

namespace downbeat::audio {

LatencyProbe::LatencyProbe() : sequence_(loopbackSequence()), recording_(kSequenceFrames) {}

void LatencyProbe::arm() {
  if (isRunning()) return;
  std::fill(recording_.begin(), recording_.end(), 0.0F);
  frame_ = 0;
  state_.store(kRunning, std::memory_order_release);
}

std::vector<float> LatencyProbe::takeRecording() {
  if (!isDone()) return {};
  state_.store(kIdle, std::memory_order_release);
  return recording_;
}

void LatencyProbe::process(const AudioBlock& block) RT_SAFE {
  if (state_.load(std::memory_order_acquire) != kRunning) return;
  for (std::uint32_t i = 0; i < block.frames; ++i) {
    const bool isOver = frame_ >= kPeriods * kSequenceFrames;
    const std::uint32_t place = frame_ % kSequenceFrames;
    const float out = isOver ? 0.0F : kLevel * sequence_[place];
    for (std::uint32_t c = 0; c < block.outputChannels; ++c) block.outputs[c][i] = out;
    if (isOver) continue;
    if (frame_ >= kSequenceFrames && block.inputs != nullptr && block.inputChannels > 0) {
      recording_[place] += block.inputs[0][i] / static_cast<float>(kPeriods - 1);
    }
    ++frame_;
  }
  if (frame_ >= kPeriods * kSequenceFrames) state_.store(kDone, std::memory_order_release);
}

}  // namespace downbeat::audio
