// SPDX-License-Identifier: GPL-3.0-or-later
// One connection inside a graph: latency compensation, gain and channel adapter, from the output
// of a node into a sum.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "dsp/frame-delay.hpp"
#include "dsp/gain-ramp.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// What a cable remembers between quanta. Kept over a plan swap when the cable stays the same, so
/// that what is inside the delay line is heard and a new gain is reached without a click.
struct CableState {
  CableState(float gain, std::uint32_t delayFrames, std::uint32_t channels)
      : gain(gain), delays(channels, dsp::FrameDelay(delayFrames)) {}
  dsp::GainRamp gain;
  std::vector<dsp::FrameDelay> delays;  ///< one per channel of the source
  /// It was sent to silence and has arrived. Written by audio, read by control.
  std::atomic<bool> isOver{false};
};

/// Where a cable leads that leads to no node.
inline constexpr std::uint32_t kToMix = 0xFFFFFFFFU;

/// Thread: audio; filled in by the graph's builder. What every quantum touches comes first.
struct Cable {
  const float* source = nullptr;  ///< planar, kQuantumFrames a channel
  float* target = nullptr;        ///< planar, added to
  std::shared_ptr<CableState> state;
  std::uint32_t delayFrames = 0;
  std::uint32_t sourceChannels = 1;
  std::uint32_t targetChannels = 1;
  float gain = 1.0F;
  std::uint32_t from = 0;     ///< node that it comes from
  std::uint32_t to = kToMix;  ///< node that it leads to
  std::uint32_t port = 0;     ///< 0 main, 1 key
  std::string name;  ///< from, to, port and count: what makes it the same cable in the next plan

  /// The same as `carry` of each of them, one after the other, and faster.
  static void carryAll(std::vector<Cable>& cables) RT_SAFE;
  /// Adds the source to the target. 2 to 1 averages, 1 to 2 duplicates, N to M wraps.
  void carry() RT_SAFE { carryTo(target); }
  void carryTo(float* sum) RT_SAFE;
  /// Is every channel of the source only scaled and added? Then `gain` is what by.
  [[nodiscard]] bool isSettled(float& gain) const RT_SAFE {
    gain = state->gain.value();
    return delayFrames == 0 && sourceChannels == targetChannels && !state->gain.isMoving() &&
           gain != 0.0F;
  }
  /// Would `carry` into silence copy channels of the source bit for bit?
  [[nodiscard]] bool isPlain() const RT_SAFE {
    const bool isAveraged = sourceChannels == 2 && targetChannels == 1;
    return delayFrames == 0 && !isAveraged && !state->gain.isMoving() &&
           state->gain.value() == 1.0F;
  }
};

}  // namespace downbeat::rack
