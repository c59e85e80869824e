// SPDX-License-Identifier: GPL-3.0-or-later
// The functions of fast-math.hpp for four numbers at once: each lane gets, bit for bit, what the
// lone function gives.
#pragma once

#include <cstdint>
#include <cstring>

#include "dsp/lanes.hpp"
#include "dsp/sine.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

using LaneWords = std::uint32_t __attribute__((vector_size(16)));

[[nodiscard]] inline LaneBits bitsOf(Lanes x) RT_SAFE {
  LaneBits bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}

[[nodiscard]] inline Lanes lanesOf(LaneBits bits) RT_SAFE {
  Lanes x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// `a` where `mask` is set, else `b`.
[[nodiscard]] inline Lanes chosen(LaneBits mask, Lanes a, Lanes b) RT_SAFE {
  return lanesOf((bitsOf(a) & mask) | (bitsOf(b) & ~mask));
}

/// Times 2^23: into the exponent of a float. (Signed numbers must not be shifted to the left.)
[[nodiscard]] inline LaneBits exponentOf(LaneBits whole) RT_SAFE {
  LaneWords words;
  std::memcpy(&words, &whole, sizeof words);
  words <<= 23;
  std::memcpy(&whole, &words, sizeof whole);
  return whole;
}

[[nodiscard]] inline Lanes fastExp2(Lanes x) RT_SAFE {
  x = clampTo(x, -126.0F, 126.0F);
  const LaneBits whole =
      __builtin_convertvector(x + allLanes(256.5F), LaneBits) - LaneBits{256, 256, 256, 256};
  const Lanes t = (x - __builtin_convertvector(whole, Lanes)) * allLanes(0.69314718F);
  const Lanes tail = allLanes(1.3888889e-3F) + t * allLanes(1.9841270e-4F);
  const Lanes one = allLanes(1.0F);
  const Lanes series =
      one + t * (one + t * (allLanes(0.5F) + t * (allLanes(0.16666667F) +
                                                  t * (allLanes(0.041666667F) +
                                                       t * (allLanes(8.3333333e-3F) + t * tail)))));
  return lanesOf(bitsOf(series) + exponentOf(whole));
}

[[nodiscard]] inline Lanes fastLog2(Lanes x) RT_SAFE {
  LaneBits bits = bitsOf(x);
  constexpr std::int32_t kRootHalf = 0x3F3504F3;
  const LaneBits exponent = (bits - LaneBits{kRootHalf, kRootHalf, kRootHalf, kRootHalf}) >> 23;
  bits -= exponentOf(exponent);
  const Lanes mantissa = lanesOf(bits);
  const Lanes t = (mantissa - allLanes(1.0F)) / (mantissa + allLanes(1.0F));
  const Lanes t2 = t * t;
  const Lanes series =
      t * (allLanes(2.8853901F) + t2 * (allLanes(0.96179669F) +
                                        t2 * (allLanes(0.57707802F) + t2 * allLanes(0.41219858F))));
  return __builtin_convertvector(exponent, Lanes) + series;
}

[[nodiscard]] inline Lanes sinPi(Lanes x) RT_SAFE {
  const Lanes x2 = x * x;
  return x * (allLanes(3.14159265F) +
              x2 * (allLanes(-5.16771278F) +
                    x2 * (allLanes(2.55016404F) +
                          x2 * (allLanes(-0.599264529F) +
                                x2 * (allLanes(0.0821458866F) + x2 * allLanes(-0.00737043094F))))));
}

[[nodiscard]] inline Lanes tanPi(Lanes x) RT_SAFE { return sinPi(x) / sinPi(allLanes(0.5F) - x); }

[[nodiscard]] inline Lanes gainOfDb(Lanes db) RT_SAFE {
  return fastExp2(db * allLanes(0.16609640F));
}

[[nodiscard]] inline Lanes dbOfGain(Lanes gain) RT_SAFE {
  const Lanes least = allLanes(1.0e-10F);
  return allLanes(6.0205999F) * fastLog2(chosen(gain > least, gain, least));
}

}  // namespace downbeat::dsp
