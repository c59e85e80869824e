// SPDX-License-Identifier: GPL-3.0-or-later
// Waiting for what other threads and other machines do.
#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

#include "base/host-clock.hpp"

namespace downbeat::test {

inline void sleepMillis(int millis) {
  std::this_thread::sleep_for(std::chrono::milliseconds(millis));
}

/// True as soon as `isTrue` is, false after `seconds`.
template <typename Question>
bool comes(double seconds, Question isTrue) {
  const HostMicros end = hostNow() + HostMicros{static_cast<std::int64_t>(seconds * 1.0e6)};
  while (hostNow() < end) {
    if (isTrue()) return true;
    sleepMillis(2);
  }
  return isTrue();
}

}  // namespace downbeat::test
