// SPDX-License-Identifier: GPL-3.0-or-later
// Rows become columns: how signals that lie one after another in memory come side by side, and
// back.
#pragma once

#include "dsp/lanes.hpp"

namespace downbeat::dsp {

/// Four rows of four; lane r of column c is what was lane c of row r.
inline void transpose(Lanes& a, Lanes& b, Lanes& c, Lanes& d) RT_SAFE {
  const Lanes lowAb = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const Lanes highAb = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const Lanes lowCd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const Lanes highCd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  a = __builtin_shufflevector(lowAb, lowCd, 0, 1, 4, 5);
  b = __builtin_shufflevector(lowAb, lowCd, 2, 3, 6, 7);
  c = __builtin_shufflevector(highAb, highCd, 0, 1, 4, 5);
  d = __builtin_shufflevector(highAb, highCd, 2, 3, 6, 7);
}

/// The sum of each row as a lane, in the order of `sumOf`.
[[nodiscard]] inline Lanes sumsOf(Lanes a, Lanes b, Lanes c, Lanes d) RT_SAFE {
  transpose(a, b, c, d);
  return (a + b) + (c + d);
}

}  // namespace downbeat::dsp
