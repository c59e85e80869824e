// SPDX-License-Identifier: GPL-3.0-or-later
// Two-pole low-, band- and high-pass in one, by trapezoidal integration: its response is the analog
// one with the cutoff prewarped, and it stays stable while the cutoff moves every frame.
#pragma once

#include "dsp/fast-math.hpp"
#include "dsp/lanes.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Range: cutoff 5 Hz to 0.45 of the sample rate, q 0.3 to 100; outside is clamped.
/// Thread: audio.
/// Source: A. Simper, cytomic.com/files/dsp/SvfLinearTrapOptimised2.pdf
class StateVariableFilter {
 public:
  struct Output {
    float low;
    float band;  ///< gain at the cutoff is q; times `damping()` it is 1
    float high;
  };

  /// `cutoff` is a fraction of the sample rate.
  void set(float cutoff, float q) RT_SAFE { use(coefficients(cutoff, q)); }

  /// What `set` works out, for filters that go from one response to another: the way between two
  /// that are close to each other is straight and safe.
  [[nodiscard]] static Lanes coefficients(float cutoff, float q) RT_SAFE {
    const float g = tanPi(clampTo(cutoff, 1.0e-4F, 0.45F));
    const float damping = 1.0F / clampTo(q, 0.3F, 100.0F);
    const float a1 = 1.0F / (1.0F + g * (g + damping));
    const float a2 = g * a1;
    return Lanes{a1, a2, g * a2, damping};
  }
  void use(Lanes coefficients) RT_SAFE {
    a1_ = coefficients[0];
    a2_ = coefficients[1];
    a3_ = coefficients[2];
    damping_ = coefficients[3];
  }

  Output next(float in) RT_SAFE {
    const float v3 = in - second_;
    const float band = a1_ * first_ + a2_ * v3;
    const float low = second_ + a2_ * first_ + a3_ * v3;
    first_ = flushed(2.0F * band - first_);
    second_ = flushed(2.0F * low - second_);
    return {low, band, in - damping_ * band - low};
  }

  void reset() RT_SAFE {
    first_ = 0.0F;
    second_ = 0.0F;
  }
  /// 1/q.
  [[nodiscard]] float damping() const RT_SAFE { return damping_; }

 private:
  float a1_ = 0.0F;
  float a2_ = 0.0F;
  float a3_ = 0.0F;
  float damping_ = 1.0F;
  float first_ = 0.0F;
  float second_ = 0.0F;
};

}  // namespace downbeat::dsp
