// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: must not have static local variables
#include "rt/rt-safe.hpp"

int next(int seed) RT_SAFE {
#ifdef DOWNBEAT_MENDED
  const int first = seed;
#else
  static int first = seed;
#endif
  return first;
}
