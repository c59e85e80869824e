// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/lateness-histogram.hpp"

#include <cmath>

namespace downbeat::midi {

void LatenessHistogram::record(double micros) RT_SAFE {
  const std::uint64_t whole = micros > 0.0 ? static_cast<std::uint64_t>(micros + 0.5) : 0;
  std::atomic<std::uint32_t>& bin = bins_[whole < kBins ? whole : kBins];
  bin.store(bin.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  if (whole > maxMicros_.load(std::memory_order_relaxed)) {
    maxMicros_.store(whole, std::memory_order_relaxed);
  }
}

std::vector<std::uint32_t> LatenessHistogram::counts() const {
  std::vector<std::uint32_t> counts(kBins + 1);
  for (std::size_t i = 0; i <= kBins; ++i) counts[i] = bins_[i].load(std::memory_order_relaxed);
  return counts;
}

LatenessSummary LatenessHistogram::summary() const {
  const std::vector<std::uint32_t> counts = this->counts();
  LatenessSummary result;
  for (const std::uint32_t count : counts) result.count += count;
  result.max = static_cast<double>(maxMicros_.load(std::memory_order_relaxed));
  const auto percentile = [&](double share) {
    const auto rank =
        static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(result.count)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBins; ++i) {
      seen += counts[i];
      if (seen >= rank) return static_cast<double>(i);
    }
    return result.max;
  };
  if (result.count == 0) return result;
  result.p50 = percentile(0.5);
  result.p99 = percentile(0.99);
  result.p999 = percentile(0.999);
  return result;
}

void LatenessHistogram::clear() RT_SAFE {
  for (auto& bin : bins_) bin.store(0, std::memory_order_relaxed);
  maxMicros_.store(0, std::memory_order_relaxed);
}

}  // namespace downbeat::midi
