// SPDX-License-Identifier: GPL-3.0-or-later
// Memory of a signal, read at whole frames or between them.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/fast-math.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: `prepare` on control, the rest on audio.
class DelayLine {
 public:
  static constexpr double kMinFractionalFrames = 2.0;

  /// Room for delays up to `maxFrames`.
  void prepare(std::uint32_t maxFrames) {
    std::size_t size = 8;
    while (size < static_cast<std::size_t>(maxFrames) + 4) size *= 2;
    ring_.assign(size, 0.0F);
    mask_ = static_cast<std::uint32_t>(size - 1);
    write_ = 0;
    maxFrames_ = maxFrames;
  }

  void reset() RT_SAFE {
    for (float& value : ring_) value = 0.0F;
    write_ = 0;
  }

  void write(float in) RT_SAFE { ring_[write_++ & mask_] = flushed(in); }

  /// What was written `frames` writes ago; 1 is the last. Clamped to 1 and the maximum.
  [[nodiscard]] float read(std::uint32_t frames) const RT_SAFE {
    const std::uint32_t atLeast = frames < 1 ? 1 : frames;
    return ring_[(write_ - (atLeast > maxFrames_ ? maxFrames_ : atLeast)) & mask_];
  }

  /// Between frames, by a cubic that passes through them. Clamped to 2 and the maximum.
  [[nodiscard]] float readBetween(double frames) const RT_SAFE {
    double wanted = frames > kMinFractionalFrames ? frames : kMinFractionalFrames;
    if (wanted > static_cast<double>(maxFrames_)) wanted = static_cast<double>(maxFrames_);
    const auto whole = static_cast<std::uint32_t>(wanted);
    const float t = static_cast<float>(wanted - static_cast<double>(whole));
    const float p0 = ring_[(write_ - whole + 1) & mask_];
    const float p1 = ring_[(write_ - whole) & mask_];
    const float p2 = ring_[(write_ - whole - 1) & mask_];
    const float p3 = ring_[(write_ - whole - 2) & mask_];
    const float c1 = p2 - p1 * 0.5F - p0 * (1.0F / 3.0F) - p3 * (1.0F / 6.0F);
    const float c2 = 0.5F * (p0 + p2) - p1;
    const float c3 = (1.0F / 6.0F) * (p3 - p0) + 0.5F * (p1 - p2);
    return ((c3 * t + c2) * t + c1) * t + p1;
  }

 private:
  std::vector<float> ring_;
  std::uint32_t mask_ = 0;
  std::uint32_t write_ = 0;
  std::uint32_t maxFrames_ = 0;
};

}  // namespace downbeat::dsp
