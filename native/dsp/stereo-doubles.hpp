// SPDX-License-Identifier: GPL-3.0-or-later
// Left and right as two doubles side by side, for what floats are too coarse for.
#pragma once

#include <cstdint>
#include <cstring>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

using StereoDoubles = double __attribute__((vector_size(16)));
using StereoBits = std::int64_t __attribute__((vector_size(16)));

[[nodiscard]] inline StereoDoubles bothOf(double x) RT_SAFE { return StereoDoubles{x, x}; }

/// `a` where `mask` is set, else `b`.
[[nodiscard]] inline StereoDoubles selected(StereoBits mask, StereoDoubles a, StereoDoubles b)
    RT_SAFE {
  StereoBits aBits;
  StereoBits bBits;
  std::memcpy(&aBits, &a, sizeof a);
  std::memcpy(&bBits, &b, sizeof b);
  const StereoBits bits = (aBits & mask) | (bBits & ~mask);
  StereoDoubles result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

[[nodiscard]] inline StereoDoubles limitedTo(StereoDoubles x, double size) RT_SAFE {
  x = selected(x < bothOf(size), x, bothOf(size));
  return selected(x > bothOf(-size), x, bothOf(-size));
}

/// Zero instead of what is smaller than `least`.
[[nodiscard]] inline StereoDoubles silenced(StereoDoubles x, double least) RT_SAFE {
  return selected((x > bothOf(least)) | (x < bothOf(-least)), x, StereoDoubles{});
}

}  // namespace downbeat::dsp
