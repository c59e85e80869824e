// SPDX-License-Identifier: GPL-3.0-or-later
// A band-pass of two poles and gain 1 at its center, both sides of a stereo sound at once: sample
// for sample the `band` of state-variable-filter.hpp times its damping.
#pragma once

#include "dsp/lanes.hpp"
#include "dsp/state-variable-filter.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: audio.
class StereoBandPass {
 public:
  /// `center` is a fraction of the sample rate. Ranges as of StateVariableFilter.
  void set(float center, float q) RT_SAFE {
    const Lanes c = StateVariableFilter::coefficients(center, q);
    a1_ = allLanes(c[0]);
    a2_ = allLanes(c[1]);
    a3_ = allLanes(c[2]);
    damping_ = allLanes(c[3]);
  }
  /// Left and right in the first two lanes.
  Lanes next(Lanes in) RT_SAFE {
    const Lanes v3 = in - second_;
    const Lanes band = a1_ * first_ + a2_ * v3;
    const Lanes low = second_ + a2_ * first_ + a3_ * v3;
    first_ = flushed(2.0F * band - first_);
    second_ = flushed(2.0F * low - second_);
    return band * damping_;
  }
  void reset() RT_SAFE { first_ = second_ = Lanes{}; }

 private:
  Lanes a1_{};
  Lanes a2_{};
  Lanes a3_{};
  Lanes damping_{};
  Lanes first_{};
  Lanes second_{};
};

}  // namespace downbeat::dsp
