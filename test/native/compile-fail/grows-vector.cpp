// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: must not call non-'nonblocking' function 'std::vector<int>::push_back'
#include <vector>

#include "rt/rt-safe.hpp"

void collect(std::vector<int>& list) RT_SAFE {
#ifdef DOWNBEAT_MENDED
  list[0] = 1;
#else
  list.push_back(1);
#endif
}
