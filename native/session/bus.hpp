// SPDX-License-Identifier: GPL-3.0-or-later
// A named mix point: stereo sources, each with a level and a delay that makes all meet, summed in
// their order. The main bus is one; buses of a session are others.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "dsp/frame-delay.hpp"
#include "dsp/gain-ramp.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::session {

inline constexpr std::uint32_t kBusChannels = 2;

/// One quantum of a stereo source: kQuantumFrames a channel. Null is silence.
struct StereoQuantum {
  const float* left = nullptr;
  const float* right = nullptr;
};

/// A source's way into a bus.
struct SendPlan {
  std::string id;                   ///< makes it the same send in the next plan
  std::uint32_t source = 0;         ///< index into what `process` is given
  double gain = 1.0;                ///< factor; 0 when muted
  std::uint32_t latencyFrames = 0;  ///< of the source
};

/// Thread: construction on control, the rest on audio.
class Bus {
 public:
  /// Sends that `previous` has too (same id, same delay) keep their level and delay line;
  /// `takeOver` then moves the levels to the plan's.
  Bus(const std::vector<SendPlan>& sends, std::uint32_t rampFrames, const Bus* previous);

  void takeOver() RT_SAFE;
  void process(const StereoQuantum* sources, std::size_t count) RT_SAFE;

  [[nodiscard]] const float* left() const RT_SAFE { return sum_[0].data(); }
  [[nodiscard]] const float* right() const RT_SAFE { return sum_[1].data(); }
  /// Of the slowest source.
  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE { return latencyFrames_; }

 private:
  struct State {
    State(float gain, std::uint32_t delayFrames)
        : gain(gain), delays{dsp::FrameDelay(delayFrames), dsp::FrameDelay(delayFrames)} {}
    dsp::GainRamp gain;
    std::array<dsp::FrameDelay, kBusChannels> delays;
  };
  struct Send {
    std::string id;
    std::uint32_t source = 0;
    float gain = 1.0F;
    std::uint32_t delayFrames = 0;
    std::shared_ptr<State> state;
  };

  std::vector<Send> sends_;
  std::uint32_t rampFrames_;
  std::uint32_t latencyFrames_ = 0;
  std::array<std::array<float, kQuantumFrames>, kBusChannels> sum_{};
};

}  // namespace downbeat::session
