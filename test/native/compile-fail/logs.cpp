// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: must not call non-'nonblocking' function 'printf'
#include <cstdio>

#include "rt/rt-safe.hpp"

void report(int value) RT_SAFE {
#ifndef DOWNBEAT_MENDED
  std::printf("%d\n", value);
#else
  (void)value;
#endif
}
