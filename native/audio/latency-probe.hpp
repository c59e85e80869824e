// SPDX-License-Identifier: GPL-3.0-or-later
// Plays the loopback sequence in place of the music for a second, and records what comes back.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "audio/audio-driver.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::audio {

/// Thread: as grouped. The audio thread owns the buffers from `arm` until `isDone`.
class LatencyProbe {
 public:
  /// -12 dB: loud enough for a microphone, quiet enough for an ear.
  static constexpr float kLevel = 0.25F;
  /// Once for the way to fill, then two that are averaged.
  static constexpr std::uint32_t kPeriods = 3;

  LatencyProbe();

  // Control.
  void arm();
  [[nodiscard]] bool isDone() const { return state_.load(std::memory_order_acquire) == kDone; }
  [[nodiscard]] bool isRunning() const {
    return state_.load(std::memory_order_acquire) == kRunning;
  }
  /// The steady state, when it is done.
  [[nodiscard]] std::vector<float> takeRecording();

  // Audio.
  void process(const AudioBlock& block) RT_SAFE;

 private:
  enum State : std::uint8_t { kIdle, kRunning, kDone };

  const std::vector<float> sequence_;
  std::atomic<std::uint8_t> state_{kIdle};
  // Audio while it runs, control otherwise.
  std::vector<float> recording_;
  std::uint32_t frame_ = 0;
};

}  // namespace downbeat::audio
