// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/graph-cable.hpp"

#include <array>

namespace downbeat::rack {
namespace {

constexpr std::uint32_t kMaxChannels = 8;
using Quantum = std::array<float, kQuantumFrames>;

void addScaled(const float* __restrict source, const float* __restrict gains,
               float* __restrict target) RT_SAFE {
  for (std::uint32_t i = 0; i < kQuantumFrames; ++i) target[i] += gains[i] * source[i];
}

void addScaled(const float* __restrict source, float gain, float* __restrict target) RT_SAFE {
  for (std::uint32_t i = 0; i < kQuantumFrames; ++i) target[i] += gain * source[i];
}

}  // namespace

void Cable::carryTo(float* sum) RT_SAFE {
  if (delayFrames == 0 && sourceChannels == targetChannels && !state->gain.isMoving()) {
    const float settled = state->gain.value();
    if (settled != 0.0F) {
      for (std::uint32_t channel = 0; channel < sourceChannels; ++channel) {
        addScaled(source + channel * kQuantumFrames, settled, sum + channel * kQuantumFrames);
      }
      return;
    }
  }
  std::array<Quantum, kMaxChannels> delayed;
  std::array<const float*, kMaxChannels> channels{};
  const std::uint32_t count = sourceChannels < kMaxChannels ? sourceChannels : kMaxChannels;
  for (std::uint32_t channel = 0; channel < count; ++channel) {
    channels[channel] = source + channel * kQuantumFrames;
    if (delayFrames > 0) {
      state->delays[channel].process(channels[channel], delayed[channel].data(), kQuantumFrames);
      channels[channel] = delayed[channel].data();
    }
  }
  Quantum average;
  std::uint32_t width = count;
  if (count == 2 && targetChannels == 1) {
    for (std::uint32_t i = 0; i < kQuantumFrames; ++i) {
      average[i] = 0.5F * (channels[0][i] + channels[1][i]);
    }
    channels[0] = average.data();
    width = 1;
  }
  if (state->gain.isMoving()) {
    Quantum gains;
    for (float& value : gains) value = state->gain.next();
    for (std::uint32_t channel = 0; channel < targetChannels; ++channel) {
      addScaled(channels[channel % width], gains.data(), sum + channel * kQuantumFrames);
    }
    return;
  }
  const float settled = state->gain.value();
  if (settled == 0.0F) {
    if (gain == 0.0F) state->isOver.store(true, std::memory_order_relaxed);
    return;
  }
  for (std::uint32_t channel = 0; channel < targetChannels; ++channel) {
    addScaled(channels[channel % width], settled, sum + channel * kQuantumFrames);
  }
}

}  // namespace downbeat::rack
