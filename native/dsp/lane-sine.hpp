// SPDX-License-Identifier: GPL-3.0-or-later
// Four slow oscillators at once.
#pragma once

#include <cstdint>
#include <cstring>

#include "dsp/lanes.hpp"

namespace downbeat::dsp {

/// Phases that wrap (signed numbers must not, in C++).
[[nodiscard]] inline LaneBits wrappedSum(LaneBits a, LaneBits b) RT_SAFE {
  using Unsigned = std::uint32_t __attribute__((vector_size(16)));
  Unsigned x;
  Unsigned y;
  std::memcpy(&x, &a, sizeof x);
  std::memcpy(&y, &b, sizeof y);
  x += y;
  std::memcpy(&a, &x, sizeof a);
  return a;
}

/// As `sineOf`, lane by lane: the sine of phases that wrap at 2^32. Error below 3e-7.
[[nodiscard]] inline Lanes sineOf(LaneBits phase) RT_SAFE {
  const Lanes turn = __builtin_convertvector(phase, Lanes) * allLanes(0x1p-31F);
  // Folds to the quarter around zero: half a turn minus what is beyond a quarter, with its sign.
  LaneBits bits;
  std::memcpy(&bits, &turn, sizeof bits);
  const LaneBits sign = bits & LaneBits{INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN};
  LaneBits one;
  const Lanes ones = allLanes(1.0F);
  std::memcpy(&one, &ones, sizeof one);
  one |= sign;
  Lanes signedOne;
  std::memcpy(&signedOne, &one, sizeof signedOne);
  const LaneBits isFar = (turn > allLanes(0.5F)) | (turn < allLanes(-0.5F));
  const Lanes mirrored = signedOne - turn;
  LaneBits mirroredBits;
  std::memcpy(&mirroredBits, &mirrored, sizeof mirroredBits);
  const LaneBits folded = (mirroredBits & isFar) | (bits & ~isFar);
  Lanes x;
  std::memcpy(&x, &folded, sizeof x);
  const Lanes x2 = x * x;
  return x * (allLanes(3.14159265F) +
              x2 * (allLanes(-5.16771278F) +
                    x2 * (allLanes(2.55016404F) +
                          x2 * (allLanes(-0.599264529F) +
                                x2 * (allLanes(0.0821458866F) + x2 * allLanes(-0.00737043094F))))));
}

}  // namespace downbeat::dsp
