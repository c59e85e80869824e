// SPDX-License-Identifier: GPL-3.0-or-later
// The functions of sound that run every frame: cheaper than libm's, without tables or branches that
// keep a loop from vectorising, and with a stated error. Only + - * / and bits: the same
// everywhere.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

inline constexpr double kPi = 3.14159265358979323846;

/// Not-a-number becomes `low`.
[[nodiscard]] inline float clampTo(float x, float low, float high) RT_SAFE {
  const float atLeast = x > low ? x : low;
  return atLeast < high ? atLeast : high;
}

/// 2^x. Relative error below 3e-7. Range: -126 to 126; outside is clamped.
[[nodiscard]] inline float fastExp2(float x) RT_SAFE {
  x = clampTo(x, -126.0F, 126.0F);
  const auto whole = static_cast<std::int32_t>(x + 256.5F) - 256;  // nearest, also below zero
  const float t = (x - static_cast<float>(whole)) * 0.69314718F;
  const float tail = 1.3888889e-3F + t * 1.9841270e-4F;
  const float series =
      1.0F + t * (1.0F + t * (0.5F + t * (0.16666667F +
                                          t * (0.041666667F + t * (8.3333333e-3F + t * tail)))));
  std::int32_t bits = 0;
  std::memcpy(&bits, &series, sizeof bits);
  bits += whole * (1 << 23);
  float result = 0.0F;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

/// log2(x) for a normal, positive x. Absolute error below 1e-6 near 1, 1e-5 at the ends.
[[nodiscard]] inline float fastLog2(float x) RT_SAFE {
  std::int32_t bits = 0;
  std::memcpy(&bits, &x, sizeof bits);
  // Splits at sqrt(1/2), so that the mantissa lies around 1.
  const std::int32_t exponent = (bits - 0x3F3504F3) >> 23;
  bits -= exponent * (1 << 23);
  float mantissa = 0.0F;
  std::memcpy(&mantissa, &bits, sizeof mantissa);
  const float t = (mantissa - 1.0F) / (mantissa + 1.0F);
  const float t2 = t * t;
  const float series =
      t * (2.8853901F + t2 * (0.96179669F + t2 * (0.57707802F + t2 * 0.41219858F)));
  return static_cast<float>(exponent) + series;
}

/// sin(pi x) for -0.5 <= x <= 0.5. Error below 1.5e-7.
[[nodiscard]] inline float sinPi(float x) RT_SAFE {
  const float x2 = x * x;
  return x * (3.14159265F +
              x2 * (-5.16771278F +
                    x2 * (2.55016404F +
                          x2 * (-0.599264529F + x2 * (0.0821458866F + x2 * -0.00737043094F)))));
}

/// tan(pi x) for 0 <= x <= 0.49: prewarps a cutoff. Relative error below 1e-5.
[[nodiscard]] inline float tanPi(float x) RT_SAFE { return sinPi(x) / sinPi(0.5F - x); }

/// The quarter wave of a sine, for every kind of float: sin(x) = x + x (x2 (c3 + x2 (c5 + ...))).
struct SineSeries {
  static constexpr float kRadians = 1.46291807926715968e-9F;  ///< of one step of a 32-bit phase
  static constexpr float kC3 = -0.16666657F;
  static constexpr float kC5 = 0.008333017F;
  static constexpr float kC7 = -1.9806615e-4F;
  static constexpr float kC9 = 2.6000548e-6F;
};

/// The sine of a phase that wraps at 2^32. Error below 1.5e-7; noise and distortion of a steady
/// tone are below -145 dB. Four at a time: sine.hpp.
[[nodiscard]] inline float sineOf(std::uint32_t phase) RT_SAFE {
  // The half around pi is mirrored to the half around zero, in whole steps: nothing is rounded yet.
  const std::uint32_t isMirrored = (phase ^ (phase << 1)) >> 31;
  const auto folded = static_cast<std::int32_t>(phase ^ ((0U - isMirrored) >> 1));
  const float x = static_cast<float>(folded) * SineSeries::kRadians;
  const float x2 = x * x;
  const float series =
      SineSeries::kC3 + x2 * (SineSeries::kC5 + x2 * (SineSeries::kC7 + x2 * SineSeries::kC9));
  return x + x * (x2 * series);
}

/// A phase step for `hz`, as a fraction of 2^32. Range: 0 to half the sample rate; outside is
/// clamped.
[[nodiscard]] inline std::uint32_t phaseStep(double hz, double sampleRate) RT_SAFE {
  double fraction = hz / sampleRate;
  if (!(fraction > 0.0)) fraction = 0.0;
  if (fraction > 0.5) fraction = 0.5;
  return static_cast<std::uint32_t>(fraction * 0x1p32 + 0.5);
}

/// Hz of a note number, 69 is 440 Hz; fractions are cents.
[[nodiscard]] inline double noteHz(double note) RT_SAFE {
  return 440.0 * std::exp2((note - 69.0) * (1.0 / 12.0));
}

[[nodiscard]] inline float gainOfDb(float db) RT_SAFE { return fastExp2(db * 0.16609640F); }

/// Levels below -200 dB read as -200 dB.
[[nodiscard]] inline float dbOfGain(float gain) RT_SAFE {
  return 6.0205999F * fastLog2(gain > 1.0e-10F ? gain : 1.0e-10F);
}

/// tanh(x) within 1e-4; exactly +-1 beyond +-4.97, never more.
[[nodiscard]] inline float softClip(float x) RT_SAFE {
  const float in = clampTo(x, -4.97F, 4.97F);
  const float x2 = in * in;
  const float ratio = in * (135135.0F + x2 * (17325.0F + x2 * (378.0F + x2))) /
                      (135135.0F + x2 * (62370.0F + x2 * (3150.0F + x2 * 28.0F)));
  return clampTo(ratio, -1.0F, 1.0F);
}

/// What a feedback path may keep: silence instead of what nobody hears (-300 dB), so that tails end
/// in zeros and never in denormals; and silence instead of infinity or not-a-number.
[[nodiscard]] inline float flushed(float x) RT_SAFE {
  const float size = std::fabs(x);
  return size > 1.0e-15F && size < 1.0e15F ? x : 0.0F;
}

}  // namespace downbeat::dsp
