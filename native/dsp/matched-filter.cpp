// SPDX-License-Identifier: GPL-3.0-or-later
// Everything is reckoned in forms that do not cancel at low cutoffs. Frequencies are counted as
// f = sin^2(w/2), in which the square of every gain is a polynomial.
#include "dsp/matched-filter.hpp"

#include <cmath>

#include "dsp/fast-math.hpp"

namespace downbeat::dsp {
namespace {

// A resonance that the sample rate cannot hold goes here (radians a frame).
constexpr double kMaxAngle = 2.8;
// A notch is fitted as if it were this deep, so that nothing is divided by zero.
constexpr double kNotchFitQ = 1000.0;
// What the fitted first-order part may have at half the sample rate, relative to 0 Hz.
constexpr double kMinFit = 0.02;

double clampTo(double x, double low, double high) RT_SAFE {
  const double atLeast = x > low ? x : low;
  return atLeast < high ? atLeast : high;
}

/// s^2 + s w/Q + w^2, and 1 + a1/z + a2/z^2 with its roots at e^s. `w` in radians a frame.
class Pair {
 public:
  Pair(double w, double q) RT_SAFE : w2_(w* w), damping2_(w* w / (q * q)) {
    const double k = 0.5 / q;
    if (k < 1.0) {
      const double angle = std::fmin(w * std::sqrt(1.0 - k * k), kMaxAngle);
      const double r = std::exp(-k * w);
      const double sine = std::sin(0.5 * angle);
      const double inside = -std::expm1(-k * w);
      atZero_ = inside * inside + 4.0 * r * sine * sine;
      atTop_ = (1.0 + r) * (1.0 + r) - 4.0 * r * sine * sine;
      product_ = r * r;
      rest_ = inside * (1.0 + r);
    } else {
      const double sum = k + std::sqrt(k * k - 1.0);
      const double slow = std::expm1(-w / sum);
      const double fast = std::expm1(-w * sum);
      atZero_ = slow * fast;
      atTop_ = (2.0 + slow) * (2.0 + fast);
      product_ = (1.0 + slow) * (1.0 + fast);
      rest_ = -slow - fast - slow * fast;
    }
  }

  [[nodiscard]] double atZero() const RT_SAFE { return atZero_; }  ///< 1 + a1 + a2
  [[nodiscard]] double atTop() const RT_SAFE { return atTop_; }    ///< 1 - a1 + a2
  [[nodiscard]] double rest() const RT_SAFE { return rest_; }      ///< 1 - a2
  /// Squared size of the analog polynomial.
  [[nodiscard]] double analog(double w2) const RT_SAFE {
    return (w2_ - w2) * (w2_ - w2) + w2 * damping2_;
  }
  /// Squared size of the digital one.
  [[nodiscard]] double digital(double f) const RT_SAFE {
    return atZero_ * atZero_ * (1.0 - f) + atTop_ * atTop_ * f - 16.0 * product_ * f * (1.0 - f);
  }

 private:
  double w2_;
  double damping2_;
  double atZero_;
  double atTop_;
  double product_;
  double rest_;
};

struct Node {
  double w2;  ///< squared angle
  double f;
};
// 0 Hz, and angles of pi/8, pi/4.5, pi/3.1 and pi/3.
constexpr Node kZero{0.0, 0.0};
constexpr Node kLow{0.15421256876702122, 0.03806023374435663};
constexpr Node kMiddle{0.4873878716587337, 0.11697777844051105};
constexpr Node kHigh{1.0270139855451987, 0.23551799483651878};
constexpr Node kSixth{1.0966227112321508, 0.25};

/// b0 + b1/z + b2/z^2, times 1 + behind/z.
struct Numerator {
  double atZero;      ///< b0 + b1 + b2
  double atTop;       ///< b0 - b1 + b2
  double difference;  ///< b0 - b2
  double behind;
};

FilterStage layOut(const Pair& poles, const Numerator& zeros) RT_SAFE {
  const double pull = 0.5 * poles.atZero();
  const double turn = 0.5 * std::sqrt(poles.atZero() * poles.atTop());
  // Parts of the three outputs of the state-variable filter.
  const double all = zeros.atTop / poles.atTop();
  const double low = zeros.atZero / poles.atZero() - all;
  const double band = (zeros.difference - all * poles.rest()) / turn;
  FilterStage stage;
  stage.damp = static_cast<float>(0.5 * poles.atTop() - 1.0);
  stage.turn = static_cast<float>(turn);
  stage.pull = static_cast<float>(pull);
  stage.direct = static_cast<float>(all + 0.5 * (band * turn + low * pull));
  stage.first = static_cast<float>(0.25 * band * poles.atTop() + 0.5 * low * turn);
  stage.second = static_cast<float>(low * (1.0 - 0.5 * pull) - 0.5 * band * turn);
  stage.behind = static_cast<float>(zeros.behind);
  return stage;
}

/// c0 + c1/z whose squared gain is `a` at node `x` and `b` at node `y`.
struct Tilt {
  double c0;
  double c1;
};
Tilt fitTilt(Node x, double a, Node y, double b) RT_SAFE {
  const double slope = (b - a) / (y.f - x.f);
  const double zero = a - slope * x.f;
  const double top = std::fmax(zero + slope, kMinFit * zero);
  const double rootZero = std::sqrt(zero);
  const double rootTop = std::sqrt(top);
  return {0.5 * (rootZero + rootTop), 0.5 * (rootZero - rootTop)};
}

FilterStage lowPass(const Pair& poles, double w2) RT_SAFE {
  // All of the numerator is fitted: the squared gain through three nodes, then its factor.
  auto target = [&](Node n) RT_SAFE { return w2 * w2 / poles.analog(n.w2) * poles.digital(n.f); };
  const double zero = poles.atZero() * poles.atZero();
  const double a = (target(kMiddle) - zero) / kMiddle.f;
  const double b = (target(kSixth) - zero) / kSixth.f;
  const double bend = (b - a) / (kSixth.f - kMiddle.f);
  const double top = std::fmax(zero + a + bend * (1.0 - kMiddle.f), 1.0e-3 * zero);
  const double rootTop = std::sqrt(top);
  const double cross = -0.25 * bend;
  const double half = 0.5 * (poles.atZero() + rootTop);
  const double b0 = 0.5 * (half + std::sqrt(std::fmax(half * half + cross, 0.0)));
  return layOut(poles, {poles.atZero(), rootTop, b0 + 0.25 * cross / b0, 0.0});
}

FilterStage highPass(const Pair& poles) RT_SAFE {
  auto target = [&](Node n) RT_SAFE {
    return n.w2 * n.w2 / poles.analog(n.w2) * poles.digital(n.f) / (16.0 * n.f * n.f);
  };
  const Tilt tilt = fitTilt(kLow, target(kLow), kHigh, target(kHigh));
  return layOut(poles, {0.0, 4.0 * tilt.c0, 0.0, tilt.c1 / tilt.c0});
}

FilterStage bandPass(const Pair& poles, double damping2) RT_SAFE {
  auto target = [&](Node n) RT_SAFE {
    return n.w2 * damping2 / poles.analog(n.w2) * poles.digital(n.f) / (4.0 * n.f);
  };
  const Tilt tilt = fitTilt(kLow, target(kLow), kHigh, target(kHigh));
  return layOut(poles, {0.0, 2.0 * (tilt.c0 - tilt.c1), tilt.c0 + tilt.c1, 0.0});
}

/// `gain` times a pair of zeros over a pair of poles. `fit` is the zeros, or nearly.
FilterStage withZeros(double gain, const Pair& zeros, const Pair& fit, const Pair& poles) RT_SAFE {
  auto target = [&](Node n) RT_SAFE {
    return gain * gain * fit.analog(n.w2) / poles.analog(n.w2) * poles.digital(n.f) /
           fit.digital(n.f);
  };
  const Tilt tilt = fitTilt(kZero, target(kZero), kHigh, target(kHigh));
  return layOut(poles, {tilt.c0 * zeros.atZero(), tilt.c0 * zeros.atTop(), tilt.c0 * zeros.rest(),
                        tilt.c1 / tilt.c0});
}

FilterStage withZeros(double gain, const Pair& zeros, const Pair& poles) RT_SAFE {
  return withZeros(gain, zeros, zeros, poles);
}

}  // namespace

FilterStage bypassed(const FilterStage& stage) RT_SAFE {
  FilterStage result = stage;
  result.direct = 1.0F;
  result.first = result.second = result.behind = 0.0F;
  return result;
}

FilterStage matchedStage(FilterMode mode, double cutoff, double q, double gainDb) RT_SAFE {
  const double w = 2.0 * kPi * clampTo(cutoff, 5.0e-5, 0.45);
  q = clampTo(q, 0.1, 200.0);
  const double root = std::exp2(clampTo(gainDb, -24.0, 24.0) * (1.0 / 24.082399653118497));
  const double a = root * root;  // 10^(gainDb / 40), root is its square root
  const double shelfQ = std::fmin(q, 10.0);
  switch (mode) {
    case FilterMode::lowPass: return lowPass(Pair(w, q), w * w);
    case FilterMode::highPass: return highPass(Pair(w, q));
    case FilterMode::bandPass: return bandPass(Pair(w, q), w * w / (q * q));
    case FilterMode::notch: return withZeros(1.0, Pair(w, 1.0e12), Pair(w, kNotchFitQ), Pair(w, q));
    case FilterMode::peak: return withZeros(1.0, Pair(w, q / a), Pair(w, q * a));
    case FilterMode::lowShelf:
      return withZeros(1.0, Pair(w * root, shelfQ), Pair(w / root, shelfQ));
    case FilterMode::highShelf:
      return withZeros(a * a, Pair(w / root, shelfQ), Pair(w * root, shelfQ));
    case FilterMode::allPass: break;
  }
  const Pair poles(w, q);
  // The poles' polynomial backwards.
  return layOut(poles, {poles.atZero(), poles.atTop(), -poles.rest(), 0.0});
}

}  // namespace downbeat::dsp
