// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: must not call non-'nonblocking' function
#include "rt/retired.hpp"

bool swap(downbeat::rt::Retired<int>& retired, int* old) RT_SAFE {
#ifndef DOWNBEAT_MENDED
  retired.collect();
#endif
  return retired.retire(old);
}
