// SPDX-License-Identifier: GPL-3.0-or-later
// Filters of an equaliser whose response is the analog one up to high frequencies, where the
// bilinear transform has long bent it. The poles (of whichever of boost and cut lies lower) are
// sampled as they are; the zeros make the power exact at three frequencies.
#pragma once

#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// y = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]
struct BiquadCoefficients {
  double b0 = 1.0;
  double b1 = 0.0;
  double b2 = 0.0;
  double a1 = 0.0;
  double a2 = 0.0;
};

/// All of them: `frequency` is a fraction of the sample rate, clamped to 1e-5 to 0.49. Within 0.1
/// dB of the analog filter up to a sixth of the sample rate (8 kHz at 48 kHz). Stable, and so is
/// the inverse of a bell and of a shelf. Thread: any. Source: M. Vicanek, "Matched Second Order
/// Digital Filters" (2016), vicanek.de/articles.htm; the frequencies that are matched are our own.

/// s^2 + s A/q + 1 over s^2 + s/(A q) + 1, A^2 is the gain. Range: q 0.2 to 12, gain within 18 dB.
[[nodiscard]] BiquadCoefficients matchedBell(double frequency, double gainDb, double q) RT_SAFE;
/// Half of the gain (in dB) at `frequency`. Range: q 0.3 to 2, gain within 18 dB.
[[nodiscard]] BiquadCoefficients matchedLowShelf(double frequency, double gainDb, double q) RT_SAFE;
[[nodiscard]] BiquadCoefficients matchedHighShelf(double frequency, double gainDb, double q)
    RT_SAFE;
/// Gain at `frequency` is q. Range: q 0.3 to 8.
[[nodiscard]] BiquadCoefficients matchedLowPass(double frequency, double q) RT_SAFE;
/// The same, exact up to a sixth of the sample rate while `frequency` is below a twentieth of it.
[[nodiscard]] BiquadCoefficients matchedHighPass(double frequency, double q) RT_SAFE;
/// Of one pole (b2 and a2 are 0): -3 dB at `frequency`.
[[nodiscard]] BiquadCoefficients matchedOnePole(double frequency) RT_SAFE;
/// The high-pass of one pole and one zero. Range: frequency up to a twentieth of the sample rate.
[[nodiscard]] BiquadCoefficients matchedOneZero(double frequency) RT_SAFE;

/// Passes everything, with the same poles: what a filter glides to when it is switched off.
[[nodiscard]] BiquadCoefficients transparentLike(const BiquadCoefficients& c) RT_SAFE;

/// Two channels through one filter whose coefficients glide: no change of setting clicks.
/// Thread: audio.
class StereoBiquad {
 public:
  using Stereo = double __attribute__((vector_size(16)));

  void reset() RT_SAFE { first_ = second_ = Stereo{}; }
  /// At once, and silent.
  void jumpTo(const BiquadCoefficients& coefficients) RT_SAFE;
  /// In a straight line within `frames`, 1 or more.
  void glideTo(const BiquadCoefficients& coefficients, std::uint32_t frames) RT_SAFE;
  /// True when what comes out is what goes in but for -180 dB.
  [[nodiscard]] bool isTransparent() const RT_SAFE;

  /// Of left and right.
  Stereo next(Stereo in) RT_SAFE {
    if (remaining_ > 0) glide();
    const Stereo out = now_[0] * in + first_;
    first_ = now_[1] * in - now_[3] * out + second_;
    second_ = now_[2] * in - now_[4] * out;
    return out;
  }
  /// To be called now and then: silence instead of what nobody hears (-300 dB).
  void flush() RT_SAFE;

 private:
  void glide() RT_SAFE;

  Stereo now_[5] = {{1.0, 1.0}, {}, {}, {}, {}};  // b0, b1, b2, a1, a2
  Stereo first_{};
  Stereo second_{};
  Stereo step_[5] = {};
  Stereo target_[5] = {{1.0, 1.0}, {}, {}, {}, {}};
  std::uint32_t remaining_ = 0;
};

}  // namespace downbeat::dsp
