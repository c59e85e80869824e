// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: must not call non-'nonblocking' function 'elsewhere'
#include "rt/rt-safe.hpp"

#ifdef DOWNBEAT_MENDED
void elsewhere() RT_SAFE;
#else
void elsewhere();
#endif

void render() RT_SAFE { elsewhere(); }
