// SPDX-License-Identifier: GPL-3.0-or-later
// A curve applied to a wave without most of the aliases that this makes: the wave is joined by
// straight lines, the curve is applied to all of the line, and each frame is the average over a
// triangle from the frame before to the frame after. Exact, by the curve's integrals.
#pragma once

#include <cmath>

#include "dsp/fast-math.hpp"
#include "dsp/stereo-doubles.hpp"
#include "dsp/wave-shapes.hpp"

namespace downbeat::dsp {

/// Two channels, one frame late.
/// Thread: audio.
/// Source: J. Parker, V. Zavalishin, E. Le Bivic, "Reducing the aliasing of nonlinear waveshaping
/// using continuous-time convolution" (DAFx 2016); S. Bilbao, F. Esqueda, J. Parker, V. Valimaki,
/// "Antiderivative antialiasing for memoryless nonlinearities" (2017).
class AntialiasedShaper {
 public:
  /// What a straight curve does to a sine of `frequency`, a fraction of the rate: to be lifted
  /// again.
  [[nodiscard]] static double gainOfStraight(double frequency) {
    const double average = (2.0 + std::cos(2.0 * kPi * frequency)) / 3.0;
    return (average - kPoint) / (1.0 - kPoint);
  }

  /// At rest at `x`.
  template <class Shape>
  void reset(const Shape& shape, StereoDoubles x) RT_SAFE {
    x_ = x;
    at_ = shape(x);
    before_ = bothOf(0.5) * at_.value;
  }

  /// Another curve from the last frame on.
  template <class Shape>
  void change(const Shape& shape) RT_SAFE {
    reset(shape, x_);
  }

  template <class Shape>
  [[nodiscard]] StereoDoubles next(const Shape& shape, StereoDoubles x) RT_SAFE {
    const Shaped to = shape(x);
    const StereoDoubles d = x - x_;
    // Nearly the same place: what the integrals say is lost in rounding, a straight line is exact.
    const StereoBits isNear = (d < bothOf(kNear)) & (d > bothOf(-kNear));
    const StereoDoubles inverse = bothOf(1.0) / (d * d);
    const StereoDoubles rise = to.twice - at_.twice;
    const StereoDoubles third = bothOf(1.0 / 3.0);
    const StereoDoubles sixth = bothOf(1.0 / 6.0);
    const StereoDoubles after =
        selected(isNear, at_.value * third + to.value * sixth, (rise - d * at_.once) * inverse);
    const StereoDoubles out =
        (before_ + after - at_.value * bothOf(kPoint)) * bothOf(1.0 / (1.0 - kPoint));
    before_ =
        selected(isNear, to.value * third + at_.value * sixth, (d * to.once - rise) * inverse);
    x_ = x;
    at_ = to;
    return out;
  }

 private:
  static constexpr double kNear = 0.002;
  // A little of the curve at the frame itself is taken off the average: what would fold to the
  // edges of the band falls by 6 dB, what would fold to its lows rises to the same.
  static constexpr double kPoint = 0.0055;

  StereoDoubles x_{};
  Shaped at_{};
  StereoDoubles before_{};  // the average over the falling half of the triangle
};

}  // namespace downbeat::dsp
