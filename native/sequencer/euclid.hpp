// SPDX-License-Identifier: GPL-3.0-or-later
// Hits spread over steps as evenly as they can be, the first on the first step.
// Source: E. Bjorklund, The theory of rep-rate pattern generation in the SNS timing system, 2003;
// G. Toussaint, The Euclidean algorithm generates traditional musical rhythms, 2005.
#pragma once

#include <algorithm>
#include <cstdint>

#include "rt/rt-safe.hpp"
#include "sequencer/track-params.hpp"

namespace downbeat::sequencer {

/// Bit `i` is step `i`. `steps`: 1 to kMaxTrackSteps; more pulses than steps are as many. A
/// rotation moves every hit to a later step.
[[nodiscard]] inline std::uint64_t euclidBits(std::uint32_t pulses, std::uint32_t steps,
                                              std::int32_t rotation = 0) RT_SAFE {
  struct Group {
    std::uint64_t bits;
    std::uint32_t length;
    std::uint32_t count;
  };
  const auto shifted = [](std::uint64_t bits, std::uint32_t by)
                           RT_SAFE { return by < 64 ? bits << by : 0; };
  pulses = std::min(pulses, steps);
  if (pulses == 0 || steps == 0) return 0;
  Group most{1, 1, pulses};
  Group rest{0, 1, steps - pulses};
  // A single rest is dealt out too, once: it follows the first hit.
  for (bool isFirst = true; rest.count > 1 || (isFirst && rest.count == 1); isFirst = false) {
    const std::uint32_t pairs = std::min(most.count, rest.count);
    const Group joined{most.bits | shifted(rest.bits, most.length), most.length + rest.length,
                       pairs};
    const Group left = most.count > rest.count ? Group{most.bits, most.length, most.count - pairs}
                                               : Group{rest.bits, rest.length, rest.count - pairs};
    most = joined;
    rest = left;
  }
  std::uint64_t bits = 0;
  std::uint32_t at = 0;
  for (const Group& group : {most, rest}) {
    for (std::uint32_t i = 0; i < group.count; ++i, at += group.length) {
      bits |= shifted(group.bits, at);
    }
  }
  const auto length = static_cast<std::int32_t>(steps);
  const auto by = static_cast<std::uint32_t>(((rotation % length) + length) % length);
  if (by == 0) return bits;
  const std::uint64_t all = steps == 64 ? ~0ULL : (1ULL << steps) - 1;
  return ((bits << by) | (bits >> (steps - by))) & all;
}

}  // namespace downbeat::sequencer
