// SPDX-License-Identifier: GPL-3.0-or-later
// How the tests look at sound: single bins of a Fourier sum, levels in dB, a pulse train of seeds.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace downbeat::test {

inline constexpr double kPi = 3.14159265358979323846;

/// Sum of x[n] e^(-2 pi i f n), `f` in cycles per frame.
std::complex<double> dft(const std::vector<float>& x, double f, std::size_t from = 0,
                         std::size_t count = SIZE_MAX);

double db(double gain);
double rms(const std::vector<float>& x, std::size_t from = 0, std::size_t count = SIZE_MAX);
double mean(const std::vector<float>& x, std::size_t from = 0);
double peak(const std::vector<float>& x, std::size_t from = 0);

/// Nothing in it is infinite, or not a number.
bool isFinite(const std::vector<float>& x);

/// How many values are too small for a float's full precision, and slow on many processors.
std::size_t countDenormals(const std::vector<float>& x);

/// The highest point between the frames, eight times over: a windowed sinc of 128 frames.
double truePeak8(const std::vector<float>& x);

/// Energy of a sound with a period of `period` frames in `cycles` cycles, from `from` on: what
/// belongs to its harmonics, and the rest (aliases, noise, DC), as a ratio in dB.
double aliasDb(const std::vector<float>& x, std::size_t from, std::size_t frames,
               std::size_t cycles);

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
