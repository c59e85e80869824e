// SPDX-License-Identifier: GPL-3.0-or-later
// What keeps a feedback path from running away, whatever comes into it.
#pragma once

#include <cmath>

#include "dsp/fast-math.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Up to twice full scale everything stays as it is; what is louder rounds off towards four times.
[[nodiscard]] inline float keptInBounds(float x) RT_SAFE {
  constexpr float kKnee = 2.0F;
  const float over = std::fabs(x) - kKnee;
  if (!(over > 0.0F)) return x;
  const float size = kKnee + kKnee * softClip(over * (1.0F / kKnee));
  return x < 0.0F ? -size : size;
}

}  // namespace downbeat::dsp
