// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/measure.hpp"

#include <cmath>

namespace downbeat::test {

std::complex<double> dft(const std::vector<float>& x, double f, std::size_t from,
                         std::size_t count) {
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

double db(double gain) { return 20.0 * std::log10(gain > 1e-30 ? gain : 1e-30); }

double rms(const std::vector<float>& x, std::size_t from, std::size_t count) {
  if (count > x.size() - from) count = x.size() - from;
  double sum = 0.0;
  for (std::size_t n = 0; n < count; ++n) sum += static_cast<double>(x[from + n]) * x[from + n];
  return std::sqrt(sum / static_cast<double>(count));
}

double mean(const std::vector<float>& x, std::size_t from) {
  double sum = 0.0;
  for (std::size_t n = from; n < x.size(); ++n) sum += x[n];
  return sum / static_cast<double>(x.size() - from);
}

double peak(const std::vector<float>& x, std::size_t from) {
  double top = 0.0;
  for (std::size_t n = from; n < x.size(); ++n) top = std::fmax(top, std::fabs(x[n]));
  return top;
}

bool isFinite(const std::vector<float>& x) {
  for (const float value : x) {
    if (!std::isfinite(value)) return false;
  }
  return true;
}

std::size_t countDenormals(const std::vector<float>& x) {
  std::size_t count = 0;
  for (const float value : x) count += std::fpclassify(value) == FP_SUBNORMAL ? 1 : 0;
  return count;
}

double truePeak8(const std::vector<float>& x) {
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

double aliasDb(const std::vector<float>& x, std::size_t from, std::size_t frames,
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

}  // namespace downbeat::test
