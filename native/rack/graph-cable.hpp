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

/// What the audio thread has found out about a cable. A copy knows nothing: it is for the next
/// plan, made while this one plays.
struct CableFindings {
  CableFindings() = default;
  CableFindings(const CableFindings&) {}
  CableFindings& operator=(const CableFindings&) {
    settledGain = 0.0F;
    isPlain = false;
    return *this;
  }

  float settledGain = 0.0F;  ///< by which all channels are scaled from now on; 0: not known
  bool isPlain = false;      ///< as Cable::isPlain
};

/// Where a cable leads that leads to no node.
inline constexpr std::uint32_t kToMix = 0xFFFFFFFFU;

/// Thread: audio; filled in by the graph's builder. What every quantum touches comes first.
struct alignas(64) Cable {
  const float* source = nullptr;  ///< planar, kQuantumFrames a channel
  float* target = nullptr;        ///< planar, added to
  std::uint32_t delayFrames = 0;
  std::uint32_t sourceChannels = 1;
  std::uint32_t targetChannels = 1;
  CableFindings found;
  std::shared_ptr<CableState> state;
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
  /// Is every channel of the source only scaled, by `found.settledGain`, and added? A gain that has
  /// arrived stays until the next plan, which has cables of its own: it is not asked again.
  [[nodiscard]] bool isSettled() RT_SAFE {
    if (found.settledGain == 0.0F && delayFrames == 0 && sourceChannels == targetChannels &&
        !state->gain.isMoving()) {
      found.settledGain = state->gain.value();
    }
    return found.settledGain != 0.0F;
  }
  /// Would `carry` into silence copy channels of the source bit for bit?
  [[nodiscard]] bool isPlain() RT_SAFE {
    const bool isAveraged = sourceChannels == 2 && targetChannels == 1;
    found.isPlain = found.isPlain || (delayFrames == 0 && !isAveraged && !state->gain.isMoving() &&
                                      state->gain.value() == 1.0F);
    return found.isPlain;
  }
};

}  // namespace downbeat::rack
