// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of one node while it plays: its cost, its loudness, its voices. The audio thread
// writes, the control thread reads; each number stands for itself.
#pragma once

#include <atomic>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// Lives on with its node over plan swaps.
struct NodeWatch {
  // Audio to control.
  std::atomic<float> cycles{0.0F};       ///< processor counts for one quantum, smoothed
  std::atomic<float> worstCycles{0.0F};  ///< highest of those looked at
  std::atomic<float> peak{0.0F};         ///< factor of full scale, falling
  std::atomic<float> meanSquare{0.0F};   ///< smoothed; its root is RMS
  std::atomic<std::uint32_t> voices{0};
  std::atomic<std::uint32_t> faults{0};  ///< quanta silenced for a sample that was not finite
  // Control to audio.
  std::atomic<bool> isBypassed{false};  ///< an effect lets its input through, a source is silent
};

/// Live, one node is looked at once in so many quanta, each in another one.
inline constexpr std::uint32_t kWatchQuanta = 64;

}  // namespace downbeat::rack
