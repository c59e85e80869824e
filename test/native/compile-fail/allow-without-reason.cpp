// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: RT_ALLOW wants a real reason
#include "rt/rt-safe.hpp"

void elsewhere();

void render() RT_SAFE {
#ifdef DOWNBEAT_MENDED
  RT_ALLOW("known not to block, and not ours to mark", elsewhere());
#else
  RT_ALLOW("because", elsewhere());
#endif
}
