// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: ignoring return value of function declared with 'nodiscard' attribute
#include "rt/spsc-queue.hpp"

void send(downbeat::rt::SpscQueue<int, 8>& queue) RT_SAFE {
#ifdef DOWNBEAT_MENDED
  (void)queue.push(1);
#else
  queue.push(1);
#endif
}
