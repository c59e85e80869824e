// SPDX-License-Identifier: GPL-3.0-or-later
// How much a compressor takes away from a steady level.
#pragma once

#include "dsp/fast-math.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Nothing below the threshold, `slope` dB for each dB above it, and a parabola over the knee's
/// width, which lies half on either side of the threshold. Thread: any.
struct KneeCurve {
  float thresholdDb = 0.0F;
  float slope = 0.0F;      ///< 1 - 1/ratio
  float kneeDb = 0.0F;     ///< 0: a corner
  float deepestDb = 0.0F;  ///< no cut goes beyond; 0 or more

  /// The cut in dB, 0 or more.
  [[nodiscard]] float cutDb(float levelDb) const RT_SAFE {
    const float over = levelDb - thresholdDb;
    const float inKnee = clampTo(over + 0.5F * kneeDb, 0.0F, kneeDb);
    // The parabola's part and the straight part after it; the tiny width keeps a corner from 0/0.
    const float bent = inKnee * inKnee * (0.5F / (kneeDb + 1.0e-9F));
    const float straight = over - 0.5F * kneeDb;
    const float cut = slope * (bent + (straight > 0.0F ? straight : 0.0F));
    return cut < deepestDb ? cut : deepestDb;
  }
};

}  // namespace downbeat::dsp
