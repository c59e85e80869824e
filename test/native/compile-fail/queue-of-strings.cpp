// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: items are copied between threads as bytes
#include <string>

#include "rt/spsc-queue.hpp"

#ifdef DOWNBEAT_MENDED
downbeat::rt::SpscQueue<int, 8> queue;
#else
downbeat::rt::SpscQueue<std::string, 8> queue;
#endif
