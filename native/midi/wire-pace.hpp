// SPDX-License-Identifier: GPL-3.0-or-later
// When the next bytes may be given to a wire of known speed, so that hardly anything waits in the
// driver, where a tick could not pass it.
#pragma once

#include <cstddef>

#include "midi/beat-line.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Thread: midi.
class WirePace {
 public:
  /// Microseconds that a byte takes; 0: the wire takes everything at once.
  void setByteMicros(double micros) RT_SAFE { byteMicros_ = micros; }
  [[nodiscard]] bool isLimited() const RT_SAFE { return byteMicros_ > 0.0; }

  /// When `bytes` that must stay together may be given away: `now`, or later. They go one byte time
  /// before the wire is free, and not when they would still be on it at `tickAt`; bytes that fit
  /// between no two ticks go all the same.
  [[nodiscard]] HostTime startFor(std::size_t bytes, HostTime now, HostTime tickAt) const RT_SAFE {
    if (!isLimited()) return now;
    if (freeAt_ > now + byteMicros_) return freeAt_ - byteMicros_;
    const HostTime start = freeAt_ > now ? freeAt_ : now;
    const double duration = static_cast<double>(bytes) * byteMicros_;
    const bool isInTheWay = start < tickAt && start + duration > tickAt;
    const bool fitsBetweenTicks = duration + byteMicros_ <= tickAt - lastTick_;
    return isInTheWay && fitsBetweenTicks ? tickAt : now;
  }

  void took(std::size_t bytes, HostTime now) RT_SAFE {
    freeAt_ = (freeAt_ > now ? freeAt_ : now) + static_cast<double>(bytes) * byteMicros_;
  }
  void tookTick(HostTime now) RT_SAFE { lastTick_ = now; }

 private:
  double byteMicros_ = 0.0;
  HostTime freeAt_ = 0.0;
  HostTime lastTick_ = -1e18;
};

}  // namespace downbeat::midi
