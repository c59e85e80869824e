// SPDX-License-Identifier: GPL-3.0-or-later
// Curves that bend a wave, with their first and second integrals, which AntialiasedShaper needs.
// All rise by 1 at zero and stay within -1 and 1.
#pragma once

#include "dsp/fast-math.hpp"
#include "dsp/stereo-doubles.hpp"

namespace downbeat::dsp {

/// A curve, its integral, and the integral of that, at one place.
struct Shaped {
  StereoDoubles value;
  StereoDoubles once;
  StereoDoubles twice;
};

/// Goes on after -1 and 1 as it is there: constant, and its integrals as they follow.
[[nodiscard]] inline Shaped beyondOne(const Shaped& inside, StereoDoubles over) RT_SAFE {
  const StereoDoubles half = bothOf(0.5);
  return {inside.value, inside.once + over * inside.value,
          inside.twice + over * (inside.once + half * over * inside.value)};
}

/// Straight, and cut at +-1.
struct HardClip {
  [[nodiscard]] Shaped operator()(StereoDoubles x) const RT_SAFE {
    const StereoDoubles c = limitedTo(x, 1.0);
    const StereoDoubles square = bothOf(0.5) * c * c;
    return beyondOne({c, square, bothOf(1.0 / 3.0) * square * c}, x - c);
  }
};

/// (35 c - 35 c^3 + 21 c^5 - 5 c^7) / 16: arrives at +-1 with three derivatives of zero; close to a
/// hyperbolic tangent. `kReach` is where it arrives, so that it rises by 1 at zero.
struct SoftClip {
  static constexpr double kReach = 35.0 / 16.0;

  [[nodiscard]] Shaped operator()(StereoDoubles x) const RT_SAFE {
    const StereoDoubles u = x * bothOf(1.0 / kReach);
    const Shaped unit = ofUnit(u);
    return {unit.value, bothOf(kReach) * unit.once, bothOf(kReach * kReach) * unit.twice};
  }

  [[nodiscard]] static Shaped ofUnit(StereoDoubles u) RT_SAFE {
    const StereoDoubles c = limitedTo(u, 1.0);
    const StereoDoubles s = c * c;
    const auto k = [](double x) RT_SAFE { return bothOf(x / 16.0); };
    const Shaped inside{
        c * (k(35.0) + s * (k(-35.0) + s * (k(21.0) + s * k(-5.0)))),
        s * (k(35.0 / 2) + s * (k(-35.0 / 4) + s * (k(21.0 / 6) + s * k(-5.0 / 8)))),
        c * s * (k(35.0 / 6) + s * (k(-35.0 / 20) + s * (k(21.0 / 42) + s * k(-5.0 / 72))))};
    return beyondOne(inside, u - c);
  }
};

/// Soft, and below zero to no more than -kFloor: even harmonics, as a valve has them.
struct AsymmetricClip {
  static constexpr double kFloor = 0.5;

  [[nodiscard]] Shaped operator()(StereoDoubles x) const RT_SAFE {
    const StereoBits isBelow = x < StereoDoubles{};
    const StereoDoubles size = selected(isBelow, bothOf(kFloor), bothOf(1.0));
    const StereoDoubles inverse = selected(isBelow, bothOf(1.0 / (kFloor * SoftClip::kReach)),
                                           bothOf(1.0 / SoftClip::kReach));
    const StereoDoubles reach = size * bothOf(SoftClip::kReach);
    const Shaped unit = SoftClip::ofUnit(x * inverse);
    return {size * unit.value, size * reach * unit.once, size * reach * reach * unit.twice};
  }
};

/// A sine: what is too high comes back down, again and again. Within 1e-12 up to +-1000.
struct SineFold {
  [[nodiscard]] Shaped operator()(StereoDoubles x) const RT_SAFE {
    // The nearest multiple of pi, by a number so large that it has no fraction.
    const StereoDoubles huge = bothOf(6755399441055744.0);  // 1.5 * 2^52
    const StereoDoubles shifted = x * bothOf(1.0 / kPi) + huge;
    const StereoDoubles turns = shifted - huge;
    const StereoDoubles y = (x - turns * bothOf(3.140625)) - turns * bothOf(kPi - 3.140625);
    StereoBits sign;
    std::memcpy(&sign, &shifted, sizeof sign);
    sign = sign << 63;

    const StereoDoubles s = y * y;
    StereoDoubles sine = bothOf(1.0 / 121645100408832000.0);  // 19!
    sine = bothOf(1.0 / 355687428096000.0) - s * sine;
    sine = bothOf(1.0 / 1307674368000.0) - s * sine;
    sine = bothOf(1.0 / 6227020800.0) - s * sine;
    sine = bothOf(1.0 / 39916800.0) - s * sine;
    sine = bothOf(1.0 / 362880.0) - s * sine;
    sine = bothOf(1.0 / 5040.0) - s * sine;
    sine = bothOf(1.0 / 120.0) - s * sine;
    sine = bothOf(1.0 / 6.0) - s * sine;
    sine = y - y * s * sine;
    StereoDoubles cosine = bothOf(1.0 / 6402373705728000.0);  // 18!
    cosine = bothOf(1.0 / 20922789888000.0) - s * cosine;
    cosine = bothOf(1.0 / 87178291200.0) - s * cosine;
    cosine = bothOf(1.0 / 479001600.0) - s * cosine;
    cosine = bothOf(1.0 / 3628800.0) - s * cosine;
    cosine = bothOf(1.0 / 40320.0) - s * cosine;
    cosine = bothOf(1.0 / 720.0) - s * cosine;
    cosine = bothOf(1.0 / 24.0) - s * cosine;
    cosine = bothOf(0.5) - s * cosine;
    cosine = s * cosine - bothOf(1.0);

    sine = withSign(sine, sign);
    return {sine, withSign(cosine, sign), -sine};
  }

 private:
  static StereoDoubles withSign(StereoDoubles x, StereoBits sign) RT_SAFE {
    StereoBits bits;
    std::memcpy(&bits, &x, sizeof bits);
    bits ^= sign;
    std::memcpy(&x, &bits, sizeof x);
    return x;
  }
};

}  // namespace downbeat::dsp
