// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/graph-cable.hpp"

#include <algorithm>
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

/// Several sources that are added to one sum, which so is read and written once.
constexpr std::size_t kAtOnce = 4;
struct Sources {
  std::array<const float*, kAtOnce> from;
  std::array<float, kAtOnce> gain;
};

/// In the order of the sources, so that the sum is the same to the bit.
void addScaled(const Sources& sources, std::uint32_t at, float* __restrict target) RT_SAFE {
  const float* const a = sources.from[0] + at;
  const float* const b = sources.from[1] + at;
  const float* const c = sources.from[2] + at;
  const float* const d = sources.from[3] + at;
  for (std::uint32_t i = 0; i < kQuantumFrames; ++i) {
    float sum = target[i] + sources.gain[0] * a[i];
    sum += sources.gain[1] * b[i];
    sum += sources.gain[2] * c[i];
    target[i] = sum + sources.gain[3] * d[i];
  }
}

}  // namespace

void Cable::carryAll(std::vector<Cable>& cables) RT_SAFE {
  Sources sources;
  for (std::size_t first = 0; first < cables.size();) {
    Cable& like = cables[first];
    std::size_t count = 0;
    while (count < kAtOnce && first + count < cables.size()) {
      Cable& cable = cables[first + count];
      const bool isAlike = cable.target == like.target &&
                           cable.targetChannels == like.targetChannels && cable.isSettled();
      if (!isAlike) break;
      sources.gain[count] = cable.found.settledGain;
      sources.from[count++] = cable.source;
    }
    if (count == kAtOnce) {
      for (std::uint32_t channel = 0; channel < like.targetChannels; ++channel) {
        addScaled(sources, channel * kQuantumFrames, like.target + channel * kQuantumFrames);
      }
    } else {
      count = std::max<std::size_t>(count, 1);
      for (std::size_t i = 0; i < count; ++i) cables[first + i].carry();
    }
    first += count;
  }
}

void Cable::carryTo(float* sum) RT_SAFE {
  if (isSettled()) {
    for (std::uint32_t channel = 0; channel < sourceChannels; ++channel) {
      addScaled(source + channel * kQuantumFrames, found.settledGain,
                sum + channel * kQuantumFrames);
    }
    return;
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
