// SPDX-License-Identifier: GPL-3.0-or-later
// A filter whose cutoff is said now and then and moves evenly in between: the costly part of a
// sweep is worked out once in many frames, and no step is heard.
#pragma once

#include <cstdint>

#include "dsp/lanes.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// `Filter` is LadderFilter or StateVariableFilter. Thread: audio.
template <typename Filter>
class GlidingFilter {
 public:
  /// At once, exactly as the filter's own `set`.
  void jumpTo(float cutoff, float resonance) RT_SAFE {
    target_ = now_ = Filter::coefficients(cutoff, resonance);
    left_ = 0;
    filter_.use(now_);
  }
  /// In `frames` frames, 1 or more.
  void glideTo(float cutoff, float resonance, std::uint32_t frames) RT_SAFE {
    target_ = Filter::coefficients(cutoff, resonance);
    step_ = (target_ - now_) * (1.0F / static_cast<float>(frames));
    left_ = frames;
  }
  typename Filter::Output next(float in) RT_SAFE {
    if (left_ > 0) {
      --left_;
      now_ = left_ == 0 ? target_ : now_ + step_;
      filter_.use(now_);
    }
    return filter_.next(in);
  }
  void reset() RT_SAFE { filter_.reset(); }

 private:
  Filter filter_;
  Lanes now_{};
  Lanes target_{};
  Lanes step_{};
  std::uint32_t left_ = 0;
};

}  // namespace downbeat::dsp
