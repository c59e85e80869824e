// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: must not allocate or deallocate memory
#include "rt/rt-safe.hpp"

int* make() RT_SAFE {
#ifdef DOWNBEAT_MENDED
  return nullptr;
#else
  return new int(1);
#endif
}
