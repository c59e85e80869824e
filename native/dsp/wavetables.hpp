// SPDX-License-Identifier: GPL-3.0-or-later
// Saw and triangle, band-limited: one table for every third of an octave, each with exactly the
// harmonics that fit below half the sample rate, stored at 16 or more points for the highest of
// them. What remains of aliasing comes from the interpolation and is below -85 dB.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/lanes.hpp"
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
    return cubic(p[0], p[1], p[2], p[3], t);
  }

  /// As the other, lane by lane, to the bit.
  [[nodiscard]] Lanes at(LanePhases phases) const RT_SAFE {
    const LanePhases i = phases >> shift;
    const auto rest = reinterpret_cast<LaneBits>(phases & ((1U << shift) - 1U));
    const Lanes t = __builtin_convertvector(rest, Lanes) * fractionScale;
    const TurnedLanes p = loadTurned(points + i[0], points + i[1], points + i[2], points + i[3]);
    return cubic(p.first, p.second, p.third, p.fourth, t);
  }

 private:
  /// Lagrange's cubic through -1, 0, 1, 2.
  template <typename Floats>
  static Floats cubic(Floats before, Floats here, Floats next, Floats after, Floats t) RT_SAFE {
    const Floats c1 = next - here * 0.5F - before * (1.0F / 3.0F) - after * (1.0F / 6.0F);
    const Floats c2 = 0.5F * (before + next) - here;
    const Floats c3 = (1.0F / 6.0F) * (after - before) + 0.5F * (here - next);
    return ((c3 * t + c2) * t + c1) * t + here;
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
