// SPDX-License-Identifier: GPL-3.0-or-later
// The acid filter: three poles in a row (18 dB an octave), the last fed back to the first through a
// soft limit. Resonance gets louder, sings just below self-oscillation, and cannot run away.
#pragma once

#include "dsp/fast-math.hpp"
#include "dsp/lanes.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// For small signals the response is that of the analog ladder
///   low(s) = (1 + k/2) / ((1 + s)^3 + k),  k = 7.7 resonance,  s in units of the prewarped cutoff;
/// the resonance sits at 1.73 times the cutoff. No delay in the feedback loop.
///
/// Range: cutoff 5 Hz to 0.45 of the sample rate, resonance 0 to 1; outside is clamped.
/// Thread: audio.
class LadderFilter {
 public:
  static constexpr float kMaxFeedback = 7.7F;  // 8 would oscillate
  /// Where the first stage limits. At the resonance an eighth of it comes out: that is how loud it
  /// rings.
  static constexpr float kHeadroom = 4.0F;
  struct Output {
    float low;
    float band;
    float high;
  };

  /// `cutoff` is a fraction of the sample rate.
  void set(float cutoff, float resonance) RT_SAFE { use(coefficients(cutoff, resonance)); }

  /// What `set` works out, for filters that go from one response to another: the way between two
  /// that are close to each other is straight and safe.
  [[nodiscard]] static Lanes coefficients(float cutoff, float resonance) RT_SAFE {
    const float g = tanPi(clampTo(cutoff, 1.0e-4F, 0.45F));
    const float pole = g / (1.0F + g);
    const float feedback = kMaxFeedback * clampTo(resonance, 0.0F, 1.0F);
    // Half of the bass that feedback takes away is given back.
    const float inputGain = 1.0F + 0.5F * feedback;
    return Lanes{pole, feedback, inputGain, 1.0F / (1.0F + feedback * pole * pole * pole)};
  }
  void use(Lanes coefficients) RT_SAFE {
    pole_ = coefficients[0];
    feedback_ = coefficients[1];
    inputGain_ = coefficients[2];
    solve_ = coefficients[3];
  }

  Output next(float in) RT_SAFE {
    // What the third stage would say without new input; then the loop is solved as if it were
    // linear.
    const float memory = (1.0F - pole_) * (pole_ * (pole_ * s1_ + s2_) + s3_);
    const float wanted = (inputGain_ * in - feedback_ * memory) * solve_;
    const float u = kHeadroom * softClip(wanted * (1.0F / kHeadroom));
    const float y1 = stage(u, s1_);
    const float y2 = stage(y1, s2_);
    const float y3 = stage(y2, s3_);
    // Band is s/(1+s)^3 of the loop, scaled to a peak of 1 without resonance; high is s^3/(1+s)^3.
    return {y3, 2.598F * (y2 - y3), u - y3 + 3.0F * (y2 - y1)};
  }

  void reset() RT_SAFE { s1_ = s2_ = s3_ = 0.0F; }

 private:
  [[nodiscard]] float stage(float in, float& state) const RT_SAFE {
    const float step = (in - state) * pole_;
    const float out = state + step;
    state = flushed(out + step);
    return out;
  }

  float pole_ = 0.0F;
  float feedback_ = 0.0F;
  float inputGain_ = 1.0F;
  float solve_ = 1.0F;
  float s1_ = 0.0F;
  float s2_ = 0.0F;
  float s3_ = 0.0F;
};

}  // namespace downbeat::dsp
