// SPDX-License-Identifier: GPL-3.0-or-later
// What lies between the host clock and the clock that a driver stamps its times with. Both count
// steadily and drift by millionths, so one is read between two readings of the other, again and
// again; a reading that was interrupted is not taken.
#pragma once

#include <cstdint>

#include "base/host-clock.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::audio {

/// Thread: audio.
class ClockOffset {
 public:
  /// `readTheirs()` returns microseconds of the other clock. False until a reading has succeeded.
  template <typename ReadTheirs>
  bool measure(ReadTheirs readTheirs) RT_SAFE {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      const std::int64_t before = hostNow().value;
      std::int64_t theirs = 0;
      RT_ALLOW("reading a monotonic clock is a vDSO call", theirs = readTheirs());
      const std::int64_t after = hostNow().value;
      if (after - before > kMaxBracketMicros) continue;
      offset_ = before + (after - before) / 2 - theirs;
      isKnown_ = true;
      break;
    }
    return isKnown_;
  }
  [[nodiscard]] HostMicros toHost(std::int64_t theirs) const RT_SAFE {
    return HostMicros{theirs + offset_};
  }

 private:
  static constexpr std::int64_t kMaxBracketMicros = 10;
  static constexpr int kAttempts = 3;

  std::int64_t offset_ = 0;  ///< host clock less theirs, microseconds
  bool isKnown_ = false;
};

}  // namespace downbeat::audio
