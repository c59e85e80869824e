// SPDX-License-Identifier: GPL-3.0-or-later
// The sine of fast-math.hpp for four phases at once, bit for bit what it gives for each alone.
#pragma once

#include <cstdint>
#include <cstring>

#include "dsp/lanes.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Four phases that wrap at 2^32.
using LanePhases = std::uint32_t __attribute__((vector_size(16)));

[[nodiscard]] inline LanePhases allPhases(std::uint32_t x) RT_SAFE {
  return LanePhases{x, x, x, x};
}

[[nodiscard]] inline LanePhases loadPhases(const std::uint32_t* from) RT_SAFE {
  LanePhases lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

inline void storePhases(std::uint32_t* to, LanePhases lanes) RT_SAFE {
  std::memcpy(to, &lanes, sizeof lanes);
}

/// The lone sineOf() of fast-math.hpp in every lane (dsp/sine.hpp has another one, made for long
/// rows).
[[nodiscard]] inline Lanes operatorSine(LanePhases phase) RT_SAFE {
  const Lanes turn = __builtin_convertvector(reinterpret_cast<LaneBits>(phase), Lanes) * 0x1p-31F;
  LaneBits bits;
  std::memcpy(&bits, &turn, sizeof bits);
  const LaneBits sign = bits & LaneBits{INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
  const LaneBits sizeBits = bits ^ sign;
  Lanes size;
  std::memcpy(&size, &sizeBits, sizeof size);
  // Folded at the quarters; the polynomial is odd, so the sign can wait.
  const Lanes mirrored = 1.0F - size;
  const Lanes x = size < mirrored ? size : mirrored;
  const Lanes x2 = x * x;
  const Lanes sine =
      x * (3.14159265F +
           x2 * (-5.16771278F +
                 x2 * (2.55016404F +
                       x2 * (-0.599264529F + x2 * (0.0821458866F + x2 * -0.00737043094F)))));
  LaneBits result;
  std::memcpy(&result, &sine, sizeof result);
  result ^= sign;
  Lanes signedSine;
  std::memcpy(&signedSine, &result, sizeof signedSine);
  return signedSine;
}

/// A phase that is pushed by `turns` of 2^-24 each, up to 127 of them whole, either way.
[[nodiscard]] inline LanePhases pushed(LanePhases phase, Lanes turns) RT_SAFE {
  return phase + (reinterpret_cast<LanePhases>(__builtin_convertvector(turns, LaneBits)) << 8);
}

}  // namespace downbeat::dsp
