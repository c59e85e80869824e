// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: must not throw or catch exceptions
#include "rt/rt-safe.hpp"

int fail(int value) RT_SAFE {
#ifndef DOWNBEAT_MENDED
  if (value > 1) throw value;
#endif
  return value;
}
