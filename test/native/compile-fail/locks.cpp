// SPDX-License-Identifier: GPL-3.0-or-later
// Expect: must not call non-'nonblocking' function 'std::mutex::lock'
#include <mutex>

#include "rt/rt-safe.hpp"

void enter(std::mutex& mutex) RT_SAFE {
#ifndef DOWNBEAT_MENDED
  mutex.lock();
#else
  (void)mutex;
#endif
}
