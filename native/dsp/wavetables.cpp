// SPDX-License-Identifier: GPL-3.0-or-later
// Builds the tables from their Fourier series with one inverse transform a level: the saw is its
// real part and the triangle its imaginary part.
#include "dsp/wavetables.hpp"

#include <cmath>
#include <complex>
#include <utility>

#include "dsp/fast-math.hpp"

namespace downbeat::dsp {
namespace {

constexpr std::uint32_t kPointsPerHarmonic = 16;
constexpr std::uint32_t kMinPoints = 256;
constexpr std::uint32_t kMaxPoints = Wavetables::kMaxHarmonics * kPointsPerHarmonic;

using Complex = std::complex<double>;

/// e^(2 pi i n / kMaxPoints) for half a turn.
std::vector<Complex> makeTwiddles() {
  std::vector<Complex> twiddles(kMaxPoints / 2);
  for (std::uint32_t n = 0; n < kMaxPoints / 2; ++n) {
    const double angle = 2.0 * kPi * n / kMaxPoints;
    twiddles[n] = {std::cos(angle), std::sin(angle)};
  }
  return twiddles;
}

/// x[n] = sum of X[k] e^(2 pi i k n / size), in place. `size` is a power of two.
void inverseTransform(std::vector<Complex>& data, const std::vector<Complex>& twiddles) {
  const std::size_t size = data.size();
  for (std::size_t i = 1, j = 0; i < size; ++i) {
    std::size_t bit = size >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(data[i], data[j]);
  }
  for (std::size_t half = 1; half < size; half *= 2) {
    const std::size_t stride = kMaxPoints / (2 * half);
    for (std::size_t start = 0; start < size; start += 2 * half) {
      for (std::size_t k = 0; k < half; ++k) {
        const Complex& w = twiddles[k * stride];
        const Complex& b = data[start + half + k];
        // By hand: std::complex's product also cares about infinities.
        const Complex turned{b.real() * w.real() - b.imag() * w.imag(),
                             b.real() * w.imag() + b.imag() * w.real()};
        const Complex a = data[start + k];
        data[start + k] = a + turned;
        data[start + half + k] = a - turned;
      }
    }
  }
}

/// A real sine series s and t with amplitudes: the spectrum of s + i t.
void setSines(std::vector<Complex>& spectrum, std::uint32_t harmonic, double s, double t) {
  // s sin(x) = (s/2i) e^ix - (s/2i) e^-ix; i t sin(x) = (t/2) e^ix - (t/2) e^-ix
  spectrum[harmonic] = {0.5 * t, -0.5 * s};
  spectrum[spectrum.size() - harmonic] = {-0.5 * t, 0.5 * s};
}

std::vector<float> withGuards(const std::vector<Complex>& period, bool imaginary) {
  const std::size_t size = period.size();
  std::vector<float> points(size + 3);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Complex& value = period[(i + size - 1) % size];
    points[i] = static_cast<float>(imaginary ? value.imag() : value.real());
  }
  return points;
}

}  // namespace

const Wavetables& Wavetables::shared() {
  static const Wavetables kTables;
  return kTables;
}

Wavetables::Wavetables() {
  const std::vector<Complex> twiddles = makeTwiddles();
  std::uint32_t previous = kMaxHarmonics + 1;
  for (int third = 0; previous > 1; ++third) {
    const auto harmonics =
        static_cast<std::uint32_t>(std::floor(kMaxHarmonics * std::exp2(-third / 3.0) + 1e-9));
    if (harmonics == previous) continue;

    std::uint32_t size = kMinPoints;
    std::uint32_t sizeBits = 8;
    for (; size < harmonics * kPointsPerHarmonic; size *= 2) ++sizeBits;
    std::vector<Complex> period(size);
    for (std::uint32_t h = 1; h <= harmonics; ++h) {
      const double saw = -2.0 / (kPi * h);
      const double sign = h % 4 == 1 ? 1.0 : -1.0;
      const double triangle = h % 2 == 1 ? sign * 8.0 / (kPi * kPi * h * h) : 0.0;
      setSines(period, h, saw, triangle);
    }
    inverseTransform(period, twiddles);

    const auto level = static_cast<std::uint8_t>(tables_[0].size());
    for (const bool isTriangle : {false, true}) {
      storage_.push_back(withGuards(period, isTriangle));
      const std::uint32_t shift = 32 - sizeBits;
      tables_[isTriangle ? 1 : 0].push_back(
          {storage_.back().data(), shift,
           static_cast<float>(std::ldexp(1.0, -static_cast<int>(shift)))});
    }
    // Levels come with ever fewer harmonics: the later one overwrites what it fits better.
    for (std::uint32_t n = harmonics; n < previous; ++n) levelOf_[n] = level;
    previous = harmonics;
  }
}

}  // namespace downbeat::dsp
