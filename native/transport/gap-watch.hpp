// SPDX-License-Identifier: GPL-3.0-or-later
// Tells when a device has lost time: at once, a whole block that was never heard, or little by
// little, while a sound server that was held up finds the line of its cycles again. What only
// drifts, as every converter does, is none of that.
#pragma once

#include <cmath>

#include "rt/rt-safe.hpp"

namespace downbeat::transport {

/// Thread: audio.
class GapWatch {
 public:
  /// `microseconds` by which a block's exact host time is off where the block before it said that
  /// it would be, and how long a block is. Once per block. True when time was lost.
  bool add(double microseconds, double blockSeconds) RT_SAFE {
    strayMicros_ += microseconds - strayMicros_ * std::fmin(blockSeconds, 1.0);
    if (std::fabs(strayMicros_) < kStrayMicros) return false;
    strayMicros_ = 0.0;
    return true;
  }

 private:
  /// Of the last second or so. A converter that is 0.05 % fast strays half as far.
  static constexpr double kStrayMicros = 1000.0;

  double strayMicros_ = 0.0;
};

}  // namespace downbeat::transport
