// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/matched-biquads.hpp"

#include <cmath>

#include "dsp/fast-math.hpp"

namespace downbeat::dsp {
namespace {

/// A polynomial in s, over the corner frequency: s2 s^2 + s1 s + s0.
struct Analog {
  double s2;
  double s1;
  double s0;
  [[nodiscard]] double powerAt(double x) const RT_SAFE {
    const double real = s0 - s2 * x * x;
    return real * real + s1 * s1 * x * x;
  }
};

/// |1 + c1/z + c2/z^2|^2 as a sum over sin^2 of half the angle.
struct Power {
  double p0;
  double p1;
  double p2;
};

struct Basis {
  double p0;
  double p1;
  double p2;
};

double limited(double frequency) RT_SAFE {
  if (!(frequency > 1.0e-5)) return 1.0e-5;
  return frequency < 0.49 ? frequency : 0.49;
}

Basis basisAt(double fraction) RT_SAFE {
  const double sine = std::sin(kPi * fraction);
  const double p1 = sine * sine;
  return {1.0 - p1, p1, 4.0 * p1 * (1.0 - p1)};
}

double powerAt(const Power& power, const Basis& basis) RT_SAFE {
  return power.p0 * basis.p0 + power.p1 * basis.p1 + power.p2 * basis.p2;
}

/// Poles where those of the analog filter are.
void samplePoles(const Analog& below, double frequency, BiquadCoefficients& result) RT_SAFE {
  const double corner = 2.0 * kPi * frequency;
  const double half = 0.5 * below.s1 / below.s2 * corner;
  const double rest = half * half - below.s0 / below.s2 * corner * corner;
  if (rest < 0.0) {
    result.a1 = -2.0 * std::exp(-half) * std::cos(std::sqrt(-rest));
  } else {
    const double root = std::sqrt(rest);
    result.a1 = -(std::exp(root - half) + std::exp(-root - half));
  }
  result.a2 = std::exp(-2.0 * half);
}

Power powerOfPoles(const BiquadCoefficients& c) RT_SAFE {
  const double even = 1.0 + c.a2;
  return {(even + c.a1) * (even + c.a1), (even - c.a1) * (even - c.a1), -4.0 * c.a2};
}

/// The zeros inside the unit circle that have this power.
void factor(const Power& power, BiquadCoefficients& result) RT_SAFE {
  const double atZero = std::sqrt(power.p0);
  // Rounding and extreme settings: the zeros stay inside.
  const double atTop = std::sqrt(power.p1 > 1.0e-9 * power.p0 ? power.p1 : 1.0e-9 * power.p0);
  const double mean = 0.5 * (atZero + atTop);
  const double under = mean * mean + power.p2;
  const double least = 1.0e-13 * mean * mean;
  result.b0 = 0.5 * (mean + std::sqrt(under > least ? under : least));
  result.b1 = 0.5 * (atZero - atTop);
  result.b2 = mean - result.b0;
}

/// Exact at zero, at `middle` and at `high`, all fractions of the sample rate.
BiquadCoefficients match(const Analog& above, const Analog& below, double frequency, double middle,
                         double high) RT_SAFE {
  BiquadCoefficients result;
  samplePoles(below, frequency, result);
  if (above.s0 == below.s0 && above.s1 == below.s1) return transparentLike(result);
  const Power poles = powerOfPoles(result);
  const auto wanted = [&](double at, const Basis& basis) RT_SAFE {
    const double x = at / frequency;
    return above.powerAt(x) / below.powerAt(x) * powerAt(poles, basis);
  };
  Power zeros{};
  zeros.p0 = (above.s0 * above.s0) / (below.s0 * below.s0) * poles.p0;
  const Basis m = basisAt(frequency < middle ? frequency : middle);
  const Basis h = basisAt(high);
  const double atMiddle = wanted(frequency < middle ? frequency : middle, m) - zeros.p0 * m.p0;
  const double atHigh = wanted(high, h) - zeros.p0 * h.p0;
  const double determinant = m.p1 * h.p2 - m.p2 * h.p1;
  zeros.p1 = (atMiddle * h.p2 - m.p2 * atHigh) / determinant;
  zeros.p2 = (m.p1 * atHigh - atMiddle * h.p1) / determinant;
  factor(zeros, result);
  return result;
}

BiquadCoefficients inverse(const BiquadCoefficients& c) RT_SAFE {
  const double one = 1.0 / c.b0;
  return {one, c.a1 * one, c.a2 * one, c.b1 * one, c.b2 * one};
}

constexpr double kBellMiddle = 7.0 / 48.0;
constexpr double kBellHigh = 13.0 / 48.0;
constexpr double kShelfMiddle = 8.0 / 48.0;
constexpr double kShelfHigh = 11.0 / 48.0;
constexpr double kCutMatch = 6.0 / 48.0;

}  // namespace

BiquadCoefficients transparentLike(const BiquadCoefficients& c) RT_SAFE {
  return {1.0, c.a1, c.a2, c.a1, c.a2};
}

BiquadCoefficients matchedBell(double frequency, double gainDb, double q) RT_SAFE {
  // Boosts: their poles are those of the narrower filter.
  const double root = std::pow(10.0, std::fabs(gainDb) / 40.0);
  const BiquadCoefficients boost = match({1.0, root / q, 1.0}, {1.0, 1.0 / (root * q), 1.0},
                                         limited(frequency), kBellMiddle, kBellHigh);
  return gainDb < 0.0 ? inverse(boost) : boost;
}

BiquadCoefficients matchedLowShelf(double frequency, double gainDb, double q) RT_SAFE {
  // Boosts: their poles lie below their zeros.
  const double root = std::pow(10.0, std::fabs(gainDb) / 40.0);
  const double middle = std::sqrt(root) / q;
  const BiquadCoefficients boost = match({root, root * middle, root * root}, {root, middle, 1.0},
                                         limited(frequency), kShelfMiddle, kShelfHigh);
  return gainDb < 0.0 ? inverse(boost) : boost;
}

BiquadCoefficients matchedHighShelf(double frequency, double gainDb, double q) RT_SAFE {
  // What is left when everything is lifted and the lows are taken back.
  BiquadCoefficients shelf = matchedLowShelf(frequency, -gainDb, q);
  const double gain = std::pow(10.0, gainDb / 20.0);
  shelf.b0 *= gain;
  shelf.b1 *= gain;
  shelf.b2 *= gain;
  return shelf;
}

BiquadCoefficients matchedLowPass(double frequency, double q) RT_SAFE {
  frequency = limited(frequency);
  const Analog below{1.0, 1.0 / q, 1.0};
  BiquadCoefficients result;
  samplePoles(below, frequency, result);
  const Power poles = powerOfPoles(result);
  const double at = frequency < kCutMatch ? frequency : kCutMatch;
  const Basis basis = basisAt(at);
  const double wanted = powerAt(poles, basis) / below.powerAt(at / frequency);
  const double top = (wanted - poles.p0 * basis.p0) / basis.p1;
  const double atZero = std::sqrt(poles.p0);
  const double atTop = std::sqrt(top > 0.0 ? top : 0.0);
  result.b0 = 0.5 * (atZero + atTop);
  result.b1 = 0.5 * (atZero - atTop);
  result.b2 = 0.0;
  return result;
}

BiquadCoefficients matchedHighPass(double frequency, double q) RT_SAFE {
  frequency = limited(frequency);
  const Analog below{1.0, 1.0 / q, 1.0};
  BiquadCoefficients result;
  samplePoles(below, frequency, result);
  const double at = frequency < kCutMatch ? frequency : kCutMatch;
  const Basis basis = basisAt(at);
  const double x = at / frequency;
  const double wanted = x * x * x * x / below.powerAt(x) * powerAt(powerOfPoles(result), basis);
  result.b0 = 0.25 * std::sqrt(wanted) / basis.p1;
  result.b1 = -2.0 * result.b0;
  result.b2 = result.b0;
  return result;
}

BiquadCoefficients matchedOnePole(double frequency) RT_SAFE {
  frequency = limited(frequency);
  BiquadCoefficients result;
  result.a1 = -std::exp(-2.0 * kPi * frequency);
  const double atZero = 1.0 + result.a1;
  const double at = frequency < kCutMatch ? frequency : kCutMatch;
  const Basis basis = basisAt(at);
  const double power =
      atZero * atZero * basis.p0 + (1.0 - result.a1) * (1.0 - result.a1) * basis.p1;
  const double x = at / frequency;
  const double top = (power / (1.0 + x * x) - atZero * atZero * basis.p0) / basis.p1;
  const double atTop = std::sqrt(top > 0.0 ? top : 0.0);
  result.b0 = 0.5 * (atZero + atTop);
  result.b1 = 0.5 * (atZero - atTop);
  return result;
}

BiquadCoefficients matchedOneZero(double frequency) RT_SAFE {
  frequency = limited(frequency);
  BiquadCoefficients result;
  result.a1 = -std::exp(-2.0 * kPi * frequency);
  const double at = frequency < kCutMatch ? frequency : kCutMatch;
  const Basis basis = basisAt(at);
  const double power = (1.0 + result.a1) * (1.0 + result.a1) * basis.p0 +
                       (1.0 - result.a1) * (1.0 - result.a1) * basis.p1;
  const double x = at / frequency;
  result.b0 = 0.5 * std::sqrt(x * x / (1.0 + x * x) * power / basis.p1);
  result.b1 = -result.b0;
  return result;
}

void StereoBiquad::jumpTo(const BiquadCoefficients& coefficients) RT_SAFE {
  glideTo(coefficients, 1);
  glide();
  reset();
}

void StereoBiquad::glideTo(const BiquadCoefficients& c, std::uint32_t frames) RT_SAFE {
  const double to[5] = {c.b0, c.b1, c.b2, c.a1, c.a2};
  const double each = 1.0 / static_cast<double>(frames);
  for (int i = 0; i < 5; ++i) {
    target_[i] = Stereo{to[i], to[i]};
    step_[i] = (target_[i] - now_[i]) * Stereo{each, each};
  }
  remaining_ = frames;
}

void StereoBiquad::glide() RT_SAFE {
  --remaining_;
  for (int i = 0; i < 5; ++i) now_[i] = remaining_ == 0 ? target_[i] : now_[i] + step_[i];
}

bool StereoBiquad::isTransparent() const RT_SAFE {
  constexpr double kLeast = 1.0e-9;
  if (remaining_ > 0 || now_[0][0] != 1.0) return false;
  if (now_[1][0] != now_[3][0] || now_[2][0] != now_[4][0]) return false;
  const double state =
      std::fabs(first_[0]) + std::fabs(first_[1]) + std::fabs(second_[0]) + std::fabs(second_[1]);
  return state < kLeast;
}

void StereoBiquad::flush() RT_SAFE {
  constexpr double kLeast = 1.0e-15;
  for (int c = 0; c < 2; ++c) {
    if (!(std::fabs(first_[c]) > kLeast) && !(std::fabs(second_[c]) > kLeast)) {
      first_[c] = 0.0;
      second_[c] = 0.0;
    }
  }
}

}  // namespace downbeat::dsp
