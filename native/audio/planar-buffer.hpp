// SPDX-License-Identifier: GPL-3.0-or-later
// Channel after channel of floats, and the pointers to them that a block carries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rt/rt-safe.hpp"

namespace downbeat::audio {

/// Thread: `resize` before the first block, the rest on audio.
class PlanarBuffer {
 public:
  void resize(std::uint32_t channels, std::uint32_t frames) {
    samples_.assign(static_cast<std::size_t>(channels) * frames, 0.0F);
    pointers_.resize(channels);
    for (std::uint32_t channel = 0; channel < channels; ++channel) {
      pointers_[channel] = samples_.data() + static_cast<std::size_t>(channel) * frames;
    }
  }
  /// Points into memory of somebody else that is laid out the same way.
  void pointAt(float* samples, std::uint32_t frames) RT_SAFE {
    for (std::size_t channel = 0; channel < pointers_.size(); ++channel) {
      pointers_[channel] = samples + channel * frames;
    }
  }
  [[nodiscard]] std::uint32_t channels() const RT_SAFE {
    return static_cast<std::uint32_t>(pointers_.size());
  }
  [[nodiscard]] float* const* pointers() const RT_SAFE { return pointers_.data(); }

 private:
  std::vector<float> samples_;
  std::vector<float*> pointers_;
};

}  // namespace downbeat::audio
