// SPDX-License-Identifier: GPL-3.0-or-later
// Chance without a state: every throw is a hash of a seed, a place and what it is thrown for. Who
// asks twice, on whatever thread, gets the same answer.
// Source of the mixing: Stafford's variant 13 of the MurmurHash3 finalizer, as in SplitMix64.
#pragma once

#include <cmath>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::sequencer {

[[nodiscard]] constexpr std::uint64_t mixBits(std::uint64_t x) RT_SAFE {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

class StepDice {
 public:
  /// What is thrown for; each is independent of the others.
  enum Purpose : std::uint32_t { position = 1, rank = 2, timing = 3, level = 4, entry = 16 };

  StepDice() = default;
  explicit StepDice(std::uint64_t seed) : seed_(mixBits(seed)) {}

  [[nodiscard]] std::uint64_t bits(std::int64_t place, std::uint32_t purpose) const RT_SAFE {
    return mixBits(mixBits(seed_ ^ static_cast<std::uint64_t>(place)) + purpose);
  }
  /// 0 or more, below 1.
  [[nodiscard]] double at(std::int64_t place, std::uint32_t purpose) const RT_SAFE {
    return static_cast<double>(bits(place, purpose) >> 11) * 0x1p-53;
  }
  /// From 0 to 1, a smooth curve through one throw at every whole `x`.
  [[nodiscard]] double wander(double x, std::uint32_t purpose) const RT_SAFE {
    const double whole = std::floor(x);
    const double part = x - whole;
    const auto place = static_cast<std::int64_t>(whole);
    const double from = at(place, purpose);
    return from + (at(place + 1, purpose) - from) * part * part * (3.0 - 2.0 * part);
  }

 private:
  std::uint64_t seed_ = 0;
};

}  // namespace downbeat::sequencer
