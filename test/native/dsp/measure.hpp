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
