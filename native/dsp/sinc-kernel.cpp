// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/sinc-kernel.hpp"

#include <cmath>

#include "dsp/fast-math.hpp"

namespace downbeat::dsp {
namespace {

// Sidelobes below -70 dB.
constexpr double kKaiserBeta = 7.0;
// Fractions of a frame that the shortest kernel has; a stretched one is smoother and needs fewer.
constexpr std::uint32_t kRowBits = 8;
constexpr std::uint32_t kTapsPerStep = 8;

double bessel0(double x) {
  double sum = 1.0;
  double term = 1.0;
  for (int k = 1; k < 60; ++k) {
    term *= (x / (2.0 * k)) * (x / (2.0 * k));
    sum += term;
  }
  return sum;
}

double kaiser(double x) {
  return std::fabs(x) >= 1.0 ? 0.0
                             : bessel0(kKaiserBeta * std::sqrt(1.0 - x * x)) / bessel0(kKaiserBeta);
}

double sinc(double x) { return std::fabs(x) < 1e-9 ? 1.0 : std::sin(kPi * x) / (kPi * x); }

struct Shape {
  double ratio;
  std::uint32_t taps;
  std::uint32_t rowBits;
};

Shape shapeOf(std::size_t index) {
  const double octave = static_cast<double>(index) / SincKernels::kKernelsPerOctave;
  const double ratio = std::exp2(octave);
  const auto taps =
      static_cast<std::uint32_t>(std::ceil(SincKernels::kTaps * ratio / kTapsPerStep - 1e-9)) *
      kTapsPerStep;
  return {ratio, taps, kRowBits - static_cast<std::uint32_t>(octave + 1e-9)};
}

void fillRow(const Shape& shape, std::uint32_t row, float* factors) {
  const double fraction = static_cast<double>(row) / static_cast<double>(1U << shape.rowBits);
  const double half = shape.taps / 2.0;
  const bool isWhole = shape.ratio == 1.0 && (fraction == 0.0 || fraction == 1.0);
  double sum = 0.0;
  for (int pass = 0; pass < 2; ++pass) {
    for (std::uint32_t tap = 0; tap < shape.taps; ++tap) {
      const double distance = static_cast<double>(tap) - (half - 1.0) - fraction;
      // At whole frames sin(pi n) is zero, not nearly.
      const double factor = isWhole ? (distance == 0.0 ? 1.0 : 0.0)
                                    : sinc(distance / shape.ratio) * kaiser(distance / half);
      if (pass == 0) {
        sum += factor;
      } else {
        factors[tap] = static_cast<float>(factor / sum);
      }
    }
  }
}

}  // namespace

SincKernels::SincKernels() {
  std::size_t total = 0;
  for (std::size_t i = 0; i < kKernels; ++i) {
    const Shape shape = shapeOf(i);
    total += static_cast<std::size_t>((1U << shape.rowBits) + 1) * shape.taps;
  }
  factors_.resize(total);
  float* at = factors_.data();
  for (std::size_t i = 0; i < kKernels; ++i) {
    const Shape shape = shapeOf(i);
    SincKernel& kernel = kernels_[i];
    kernel.factors = at;
    kernel.taps = shape.taps;
    kernel.rowShift = 32 - shape.rowBits;
    kernel.fractionScale = std::ldexp(1.0F, -static_cast<int>(kernel.rowShift));
    // A hair above the ratio, so that an octave that is rounded up is an octave.
    limits_[i] = static_cast<FrameStep>(shape.ratio * 0x1p32 * (1.0 + 1e-6));
    for (std::uint32_t row = 0; row <= 1U << shape.rowBits; ++row) {
      fillRow(shape, row, at);
      at += shape.taps;
    }
  }
}

const SincKernels& SincKernels::shared() {
  static const SincKernels kShared;
  return kShared;
}

}  // namespace downbeat::dsp
