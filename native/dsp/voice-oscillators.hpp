// SPDX-License-Identifier: GPL-3.0-or-later
// Band-limited waves for four voices side by side: the tables of wavetables.hpp, each lane with its
// own pitch and table, bit for bit what a lone voice reads; and a sine.
#pragma once

#include <cstdint>
#include <cstring>

#include "dsp/lanes.hpp"
#include "dsp/wavetables.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Phases and phase steps: they wrap at 2^32.
using LaneWords = std::uint32_t __attribute__((vector_size(16)));

[[nodiscard]] inline LaneWords allWords(std::uint32_t x) RT_SAFE { return LaneWords{x, x, x, x}; }

/// As signed numbers.
[[nodiscard]] inline Lanes toLanes(LaneWords words) RT_SAFE {
  LaneBits bits;
  std::memcpy(&bits, &words, sizeof bits);
  return __builtin_convertvector(bits, Lanes);
}

/// `yes` where the comparison `mask` holds, `no` elsewhere.
[[nodiscard]] inline Lanes choose(LaneBits mask, Lanes yes, Lanes no) RT_SAFE {
  LaneBits a;
  LaneBits b;
  std::memcpy(&a, &yes, sizeof a);
  std::memcpy(&b, &no, sizeof b);
  const LaneBits bits = (mask & a) | (~mask & b);
  Lanes result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

[[nodiscard]] inline LaneWords choose(LaneBits mask, LaneWords yes, LaneWords no) RT_SAFE {
  LaneWords words;
  std::memcpy(&words, &mask, sizeof words);
  return (words & yes) | (~words & no);
}

/// One wavetable a lane. Thread: audio.
class LaneTables {
 public:
  void set(std::uint32_t lane, const Wavetable& table) RT_SAFE {
    points_[lane] = table.points;
    shift_[lane] = table.shift;
    mask_[lane] = (1U << table.shift) - 1U;
    scale_[lane] = table.fractionScale;
  }

  /// As Wavetable::at.
  [[nodiscard]] Lanes at(LaneWords phase) const RT_SAFE {
    // Four rows of four neighbours, one a lane, then turned into columns.
    const Lanes row0 = loadLanes(points_[0] + (phase[0] >> shift_[0]));
    const Lanes row1 = loadLanes(points_[1] + (phase[1] >> shift_[1]));
    const Lanes row2 = loadLanes(points_[2] + (phase[2] >> shift_[2]));
    const Lanes row3 = loadLanes(points_[3] + (phase[3] >> shift_[3]));
    const Lanes low01 = __builtin_shufflevector(row0, row1, 0, 4, 1, 5);
    const Lanes low23 = __builtin_shufflevector(row2, row3, 0, 4, 1, 5);
    const Lanes high01 = __builtin_shufflevector(row0, row1, 2, 6, 3, 7);
    const Lanes high23 = __builtin_shufflevector(row2, row3, 2, 6, 3, 7);
    const Lanes p0 = __builtin_shufflevector(low01, low23, 0, 1, 4, 5);
    const Lanes p1 = __builtin_shufflevector(low01, low23, 2, 3, 6, 7);
    const Lanes p2 = __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
    const Lanes p3 = __builtin_shufflevector(high01, high23, 2, 3, 6, 7);

    const Lanes t = toLanes(phase & mask_) * scale_;
    const Lanes third = allLanes(1.0F / 3.0F);
    const Lanes sixth = allLanes(1.0F / 6.0F);
    const Lanes half = allLanes(0.5F);
    const Lanes c1 = p2 - p1 * half - p0 * third - p3 * sixth;
    const Lanes c2 = half * (p0 + p2) - p1;
    const Lanes c3 = sixth * (p3 - p0) + half * (p1 - p2);
    return ((c3 * t + c2) * t + c1) * t + p1;
  }

 private:
  const float* points_[kLaneCount] = {};
  std::uint32_t shift_[kLaneCount] = {};
  LaneWords mask_{};
  Lanes scale_{};
};

/// sin(pi x) for -0.5 <= x <= 0.5, as sinPi of fast-math.hpp.
[[nodiscard]] inline Lanes sinPi(Lanes x) RT_SAFE {
  const Lanes x2 = x * x;
  const Lanes tail =
      allLanes(-0.599264529F) + x2 * (allLanes(0.0821458866F) + x2 * allLanes(-0.00737043094F));
  return x * (allLanes(3.14159265F) +
              x2 * (allLanes(-5.16771278F) + x2 * (allLanes(2.55016404F) + x2 * tail)));
}

/// The sine of a phase, folded to the quarter around zero. Error below 3e-7 (-130 dB).
[[nodiscard]] inline Lanes voiceSine(LaneWords phase) RT_SAFE {
  const Lanes turn = toLanes(phase) * allLanes(0x1p-31F);
  const Lanes upper = choose(turn > allLanes(0.5F), allLanes(1.0F) - turn, turn);
  return sinPi(choose(turn < allLanes(-0.5F), allLanes(-1.0F) - turn, upper));
}

}  // namespace downbeat::dsp
