// SPDX-License-Identifier: GPL-3.0-or-later
// Memory of a signal that is read at four places at once, each between frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "dsp/fast-math.hpp"
#include "dsp/lane-functions.hpp"
#include "dsp/lane-transpose.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: `prepare` on control, the rest on audio.
class MultiTapLine {
 public:
  static constexpr float kMinFrames = 2.0F;

  /// Room for delays up to `maxFrames`.
  void prepare(std::uint32_t maxFrames) {
    std::size_t size = 8;
    while (size < static_cast<std::size_t>(maxFrames) + 4) size *= 2;
    ring_.assign(size + kRepeated, 0.0F);
    mask_ = static_cast<std::uint32_t>(size - 1);
    maxFrames_ = static_cast<float>(maxFrames);
    write_ = 0;
  }

  void reset() RT_SAFE {
    for (float& value : ring_) value = 0.0F;
    write_ = 0;
  }

  void write(float in) RT_SAFE {
    const std::uint32_t at = write_++ & mask_;
    const float value = flushed(in);
    ring_[at] = value;
    // Its first frames again behind its end: any four neighbours lie in one row.
    if (at < kRepeated) ring_[mask_ + 1 + at] = value;
  }

  /// What was written `whole` + `frames` writes ago, lane by lane, by a cubic through four frames.
  /// In two parts, because a float has no fine fractions beside large numbers. The sum is clamped
  /// to 2 and the maximum.
  [[nodiscard]] Lanes read(std::uint32_t whole, Lanes frames) const RT_SAFE {
    const float before = static_cast<float>(static_cast<std::int32_t>(whole));
    const Lanes rest = clampTo(frames, kMinFrames - before, maxFrames_ - before);
    // Rounded down, also a little below zero (`whole` may be less than 2).
    const LaneBits down =
        __builtin_convertvector(rest + allLanes(4.0F), LaneBits) - LaneBits{4, 4, 4, 4};
    const Lanes t = rest - __builtin_convertvector(down, Lanes);
    std::int32_t backs[kLaneCount];
    std::memcpy(backs, &down, sizeof backs);
    Lanes rows[kLaneCount];
    for (std::uint32_t k = 0; k < kLaneCount; ++k) {
      const std::uint32_t back = whole + static_cast<std::uint32_t>(backs[k]);
      rows[k] = loadLanes(ring_.data() + ((write_ - back - 2) & mask_));
    }
    // p0 is the latest: one frame before the place that is asked for, rounded.
    transpose(rows[0], rows[1], rows[2], rows[3]);
    const Lanes p3 = rows[0];
    const Lanes p2 = rows[1];
    const Lanes p1 = rows[2];
    const Lanes p0 = rows[3];
    const Lanes half = allLanes(0.5F);
    const Lanes sixth = allLanes(1.0F / 6.0F);
    const Lanes c1 = p2 - p1 * half - p0 * allLanes(1.0F / 3.0F) - p3 * sixth;
    const Lanes c2 = half * (p0 + p2) - p1;
    const Lanes c3 = sixth * (p3 - p0) + half * (p1 - p2);
    return ((c3 * t + c2) * t + c1) * t + p1;
  }

 private:
  static constexpr std::uint32_t kRepeated = 3;

  std::vector<float> ring_;
  std::uint32_t mask_ = 0;
  std::uint32_t write_ = 0;
  float maxFrames_ = 0.0F;
};

}  // namespace downbeat::dsp
