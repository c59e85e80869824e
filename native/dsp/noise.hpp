// SPDX-License-Identifier: GPL-3.0-or-later
// White noise without a state: the value is a hash of a seed and a counter. Any frame can be asked
// for in any order, so a run is the same however it is cut, and loops over it vectorise.
#pragma once

#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Equal seeds give equal noise; seeds that differ in one bit give unrelated noise.
/// Thread: any.
class Noise {
 public:
  explicit Noise(std::uint64_t seed = 0) RT_SAFE {
    // Spread the seed first: nodes are often numbered 1, 2, 3.
    seed += 0x9E3779B97F4A7C15ULL;
    seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EBULL;
    seed ^= seed >> 31;
    first_ = static_cast<std::uint32_t>(seed);
    second_ = static_cast<std::uint32_t>(seed >> 32);
  }

  /// Every bit is as likely as not. Repeats after 2^32 counts (a day at 48 kHz).
  [[nodiscard]] std::uint32_t bits(std::uint32_t counter) const RT_SAFE {
    std::uint32_t x = (counter ^ first_) * 0x9E3779B1U;
    x = (x ^ (x >> 16) ^ second_) * 0x85EBCA6BU;
    x = (x ^ (x >> 13)) * 0xC2B2AE35U;
    return x ^ (x >> 16);
  }

  /// Uniform in [-1, 1).
  [[nodiscard]] float at(std::uint32_t counter) const RT_SAFE {
    // 24 bits, so that no value rounds up to 1.
    return static_cast<float>(static_cast<std::int32_t>(bits(counter)) >> 8) * 0x1p-23F;
  }

 private:
  std::uint32_t first_;
  std::uint32_t second_;
};

}  // namespace downbeat::dsp
