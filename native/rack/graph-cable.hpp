// SPDX-License-Identifier: GPL-3.0-or-later
// One connection inside a graph: latency compensation, gain and channel adapter, from the output
// of a node into a sum.
#pragma once

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
};

/// Thread: audio; filled in by the graph's builder.
struct Cable {
  std::string name;  ///< from, to, port and count: what makes it the same cable in the next plan
  std::shared_ptr<CableState> state;
  float gain = 1.0F;
  std::uint32_t delayFrames = 0;
  std::uint32_t sourceChannels = 1;
  std::uint32_t targetChannels = 1;
  const float* source = nullptr;  ///< planar, kQuantumFrames a channel
  float* target = nullptr;        ///< planar, added to

  /// Adds the source to the target. 2 to 1 averages, 1 to 2 duplicates, N to M wraps.
  void carry() RT_SAFE;
};

}  // namespace downbeat::rack
