// SPDX-License-Identifier: GPL-3.0-or-later
// Sines by the block: four frames at a time in loops that are vectors on SSE2 and NEON, each frame
// to the bit what `sineOf` of fast-math.hpp says.
#pragma once

#include <cstdint>

#include "dsp/fast-math.hpp"
#include "dsp/lanes.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// The phases of four frames from `phase` on.
[[nodiscard]] inline LanePhases phasesFrom(std::uint32_t phase, std::uint32_t step) RT_SAFE {
  return LanePhases{phase, phase + step, phase + 2 * step, phase + 3 * step};
}

/// As `sineOf` of fast-math.hpp, lane by lane.
[[nodiscard]] inline Lanes sineOf(LanePhases phases) RT_SAFE {
  const auto signs = reinterpret_cast<LaneBits>(phases ^ (phases << 1));
  const LanePhases mirror = reinterpret_cast<LanePhases>(signs >> 31) >> 1;
  const auto folded = reinterpret_cast<LaneBits>(phases ^ mirror);
  const Lanes x = __builtin_convertvector(folded, Lanes) * SineSeries::kRadians;
  const Lanes x2 = x * x;
  const Lanes series =
      SineSeries::kC3 + x2 * (SineSeries::kC5 + x2 * (SineSeries::kC7 + x2 * SineSeries::kC9));
  return x + x * (x2 * series);
}

/// `out[i]` = gain sin(phase + i step). Thread: audio.
inline void fillSine(float* out, std::uint32_t frames, std::uint32_t phase, std::uint32_t step,
                     float gain) RT_SAFE {
  LanePhases phases = phasesFrom(phase, step);
  const std::uint32_t stride = kLaneCount * step;
  std::uint32_t i = 0;
  for (; i + kLaneCount <= frames; i += kLaneCount) {
    storeLanes(out + i, sineOf(phases) * gain);
    phases += stride;
  }
  for (; i < frames; ++i) out[i] = sineOf(phase + i * step) * gain;
}

}  // namespace downbeat::dsp
