// SPDX-License-Identifier: GPL-3.0-or-later
// Saw and triangle, band-limited: one table for every third of an octave, each with exactly the
// harmonics that fit below half the sample rate, stored at 16 or more points for the highest of
// them. What remains of aliasing comes from the interpolation and is below -85 dB.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// One period with guard points, read at a 32-bit phase by a cubic through four points.
struct Wavetable {
  const float* points = nullptr;   ///< points[0] is the last of the period, points[1] the first
  std::uint32_t shift = 24;        ///< phase >> shift is the index
  float fractionScale = 0x1p-24F;  ///< 2^-shift

  [[nodiscard]] float at(std::uint32_t phase) const RT_SAFE {
    const float* p = points + (phase >> shift);
    const float t =
        static_cast<float>(static_cast<std::int32_t>(phase & ((1U << shift) - 1U))) * fractionScale;
    // Lagrange's cubic through -1, 0, 1, 2.
    const float c1 = p[2] - p[1] * 0.5F - p[0] * (1.0F / 3.0F) - p[3] * (1.0F / 6.0F);
    const float c2 = 0.5F * (p[0] + p[2]) - p[1];
    const float c3 = (1.0F / 6.0F) * (p[3] - p[0]) + 0.5F * (p[1] - p[2]);
    return ((c3 * t + c2) * t + c1) * t + p[1];
  }
};

/// Thread: the constructor and `shared` on control, the rest on any.
class Wavetables {
 public:
  /// Rising saw from -1 to 1 and triangle between -1 and 1 (rising through 0 at phase 0). Both free
  /// of DC.
  enum class Shape : std::uint8_t { saw, triangle };
  static constexpr std::uint32_t kMaxHarmonics = 1024;

  /// The tables of the whole process, built at the first call (a few milliseconds) and kept.
  [[nodiscard]] static const Wavetables& shared();

  Wavetables();
  Wavetables(const Wavetables&) = delete;
  Wavetables& operator=(const Wavetables&) = delete;

  /// The richest table that fits below half the sample rate at this phase step.
  [[nodiscard]] const Wavetable& pick(Shape shape, std::uint32_t step) const RT_SAFE {
    std::uint32_t harmonics = step == 0 ? kMaxHarmonics : 0x80000000U / step;
    if (harmonics > kMaxHarmonics) harmonics = kMaxHarmonics;
    if (harmonics < 1) harmonics = 1;
    return tables_[static_cast<std::size_t>(shape)][levelOf_[harmonics]];
  }

 private:
  std::array<std::vector<Wavetable>, 2> tables_;
  std::array<std::uint8_t, kMaxHarmonics + 1> levelOf_{};
  std::vector<std::vector<float>> storage_;
};

}  // namespace downbeat::dsp
