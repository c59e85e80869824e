// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: capacity is a power of two
#include "rt/spsc-queue.hpp"

#ifdef DOWNBEAT_MENDED
downbeat::rt::SpscQueue<int, 128> queue;
#else
downbeat::rt::SpscQueue<int, 100> queue;
#endif
