// SPDX-License-Identifier: GPL-3.0-or-later
// A fixed delay of whole frames: what makes parallel paths of different latency meet again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: construction on control, the rest on audio.
class FrameDelay {
 public:
  explicit FrameDelay(std::uint32_t frames) : ring_(frames, 0.0F) {}

  [[nodiscard]] std::uint32_t frames() const RT_SAFE {
    return static_cast<std::uint32_t>(ring_.size());
  }

  /// Forgets what is under way: zeros come out first.
  void reset() RT_SAFE {
    for (float& value : ring_) value = 0.0F;
    at_ = 0;
  }

  /// `in` and `out` may be the same.
  void process(const float* in, float* out, std::uint32_t frames) RT_SAFE {
    if (ring_.empty()) {
      for (std::uint32_t i = 0; i < frames; ++i) out[i] = in[i];
      return;
    }
    for (std::uint32_t i = 0; i < frames; ++i) {
      const float newest = in[i];
      out[i] = ring_[at_];
      ring_[at_] = newest;
      at_ = at_ + 1 == ring_.size() ? 0 : at_ + 1;
    }
  }

 private:
  std::vector<float> ring_;
  std::size_t at_ = 0;
};

}  // namespace downbeat::dsp
