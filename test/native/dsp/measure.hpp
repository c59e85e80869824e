// SPDX-License-Identifier: GPL-3.0-or-later
// How the tests look at sound: single bins of a Fourier sum, levels in dB, a pulse train of seeds.
#pragma once

#include <cmath>
#include <complex>
#include <cstdint>
#include <vector>

namespace downbeat::test {

inline constexpr double kPi = 3.14159265358979323846;

/// Sum of x[n] e^(-2 pi i f n), `f` in cycles per frame.
inline std::complex<double> dft(const std::vector<float>& x, double f, std::size_t from = 0,
                                std::size_t count = SIZE_MAX) {
  if (count > x.size() - from) count = x.size() - from;
  std::complex<double> sum{};
  std::complex<double> turn{1.0, 0.0};
  const std::complex<double> step{std::cos(2 * kPi * f), -std::sin(2 * kPi * f)};
  for (std::size_t n = 0; n < count; ++n) {
    if (n % 512 == 0) {
      const double angle = -2 * kPi * std::fmod(f * static_cast<double>(n), 1.0);
      turn = {std::cos(angle), std::sin(angle)};
    }
    sum += static_cast<double>(x[from + n]) * turn;
    turn *= step;
  }
  return sum;
}

inline double db(double gain) { return 20.0 * std::log10(gain > 1e-30 ? gain : 1e-30); }

inline double rms(const std::vector<float>& x, std::size_t from = 0, std::size_t count = SIZE_MAX) {
  if (count > x.size() - from) count = x.size() - from;
  double sum = 0.0;
  for (std::size_t n = 0; n < count; ++n) sum += static_cast<double>(x[from + n]) * x[from + n];
  return std::sqrt(sum / static_cast<double>(count));
}

inline double mean(const std::vector<float>& x, std::size_t from = 0) {
  double sum = 0.0;
  for (std::size_t n = from; n < x.size(); ++n) sum += x[n];
  return sum / static_cast<double>(x.size() - from);
}

inline double peak(const std::vector<float>& x, std::size_t from = 0) {
  double top = 0.0;
  for (std::size_t n = from; n < x.size(); ++n) top = std::fmax(top, std::fabs(x[n]));
  return top;
}

/// The highest point between the frames, eight times over: a windowed sinc of 128 frames.
inline double truePeak8(const std::vector<float>& x) {
  constexpr int kHalf = 64;
  static double kernel[8][2 * kHalf];
  for (int phase = 0; phase < 8; ++phase) {
    for (int t = 0; t < 2 * kHalf; ++t) {
      const double at = phase / 8.0 + kHalf - 1 - t;
      const double sinc = std::fabs(at) < 1e-12 ? 1.0 : std::sin(kPi * at) / (kPi * at);
      const double edge = at / kHalf;
      const double window = 0.42 + 0.5 * std::cos(kPi * edge) + 0.08 * std::cos(2 * kPi * edge);
      kernel[phase][t] = sinc * window;
    }
  }
  double top = 0.0;
  for (std::size_t n = 0; n + 2 * kHalf <= x.size(); ++n) {
    for (const auto& taps : kernel) {
      double sum = 0.0;
      for (int t = 0; t < 2 * kHalf; ++t) sum += taps[t] * x[n + static_cast<std::size_t>(t)];
      top = std::fmax(top, std::fabs(sum));
    }
  }
  return top;
}

/// Energy of a sound with a period of `period` frames in `cycles` cycles, from `from` on: what
/// belongs to its harmonics, and the rest (aliases, noise, DC), as a ratio in dB.
inline double aliasDb(const std::vector<float>& x, std::size_t from, std::size_t frames,
                      std::size_t cycles) {
  double own = 0.0;
  double other = 0.0;
  for (std::size_t k = 0; 2 * k <= frames; ++k) {
    const double energy =
        std::norm(dft(x, static_cast<double>(k) / static_cast<double>(frames), from, frames));
    (k > 0 && k % cycles == 0 ? own : other) += energy;
  }
  return 10.0 * std::log10(other / own);
}

/// Numbers for tests: the same every time.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 2862933555777941757ULL + 3037000493ULL) {}
  std::uint32_t bits() {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::uint32_t>(state_ >> 33) * 2U;
  }
  double uniform(double low, double high) { return low + (high - low) * (bits() * 0x1p-32); }

 private:
  std::uint64_t state_;
};

}  // namespace downbeat::test
