// SPDX-License-Identifier: GPL-3.0-or-later
// The noise of a drum: new at every hit, and the same for the same hit of the same seed, whatever
// the time between the hits.
#pragma once

#include <cstdint>

#include "dsp/noise.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: audio.
class HitNoise {
 public:
  explicit HitNoise(std::uint64_t seed = 0) RT_SAFE : noise_(seed) {}

  void reset() RT_SAFE { hit_ = counter_ = 0; }
  void hit() RT_SAFE {
    // Hits begin far from each other on the circle of counts.
    counter_ = ++hit_ * 0x9E3779B1U;
  }
  /// Uniform in [-1, 1).
  float next() RT_SAFE { return noise_.at(counter_++); }
  /// Thirty-two even bits.
  std::uint32_t nextBits() RT_SAFE { return noise_.bits(counter_++); }

 private:
  Noise noise_;
  std::uint32_t hit_ = 0;
  std::uint32_t counter_ = 0;
};

}  // namespace downbeat::dsp
