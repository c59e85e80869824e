// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/input-ring.hpp"

#include <algorithm>

namespace downbeat::app {

void InputRing::take(const audio::AudioBlock& block) RT_SAFE {
  const std::uint32_t channels =
      block.inputs == nullptr ? 0 : std::min(block.inputChannels, kMaxChannels);
  if (channels != channelCount_ || block.frames > kFrames - 2 * kQuantumFrames) {
    // Another device: from silence.
    for (auto& channel : ring_) channel.fill(0.0F);
    channelCount_ = channels;
    writeAt_ = readAt_ + kQuantumFrames;
  }
  if (channelCount_ == 0 || block.frames > kFrames - 2 * kQuantumFrames) return;
  for (std::uint32_t c = 0; c < channelCount_; ++c) {
    for (std::uint32_t i = 0; i < block.frames; ++i) {
      ring_[c][(writeAt_ + i) % kFrames] = block.inputs[c][i];
    }
  }
  writeAt_ += block.frames;
}

ExternalSound InputRing::next() RT_SAFE {
  if (channelCount_ == 0) return {};
  const std::uint32_t ready = std::min(writeAt_ - readAt_, kQuantumFrames);
  for (std::uint32_t c = 0; c < channelCount_; ++c) {
    for (std::uint32_t i = 0; i < kQuantumFrames; ++i) {
      quantum_[c][i] = i < ready ? ring_[c][(readAt_ + i) % kFrames] : 0.0F;
    }
    channels_[c] = quantum_[c].data();
  }
  readAt_ += ready;
  return {channels_.data(), channelCount_, false};
}

}  // namespace downbeat::app
