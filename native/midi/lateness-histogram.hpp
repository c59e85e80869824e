// SPDX-License-Identifier: GPL-3.0-or-later
// How late something was, counted in bins of one microsecond.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Microseconds. A percentile of values beyond the last bin is answered with the maximum.
struct LatenessSummary {
  std::uint64_t count = 0;
  double p50 = 0.0;
  double p99 = 0.0;
  double p999 = 0.0;
  double max = 0.0;
};

/// Thread: `record` on one thread, the rest on any. Lock-free.
class LatenessHistogram {
 public:
  static constexpr std::size_t kBins = 10'000;  ///< 0 to 9 999 us

  /// Early (negative) counts as 0.
  void record(double micros) RT_SAFE;
  [[nodiscard]] LatenessSummary summary() const;
  /// How often each whole microsecond was recorded, 0 to kBins - 1, and last how often more.
  [[nodiscard]] std::vector<std::uint32_t> counts() const;
  /// Begins again, between two measurements. Values recorded meanwhile may be lost.
  void clear() RT_SAFE;

 private:
  std::array<std::atomic<std::uint32_t>, kBins + 1> bins_{};  ///< the last one is the overflow
  std::atomic<std::uint64_t> maxMicros_{0};
};

}  // namespace downbeat::midi
