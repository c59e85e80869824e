// SPDX-License-Identifier: GPL-3.0-or-later
// The last stage of a session: level, the declick of plan swaps, and the limiter.
#pragma once

#include <cstdint>

#include "dsp/gain-ramp.hpp"
#include "dsp/true-peak-limiter.hpp"
#include "rt/rt-safe.hpp"
#include "session/declick.hpp"

namespace downbeat::session {

struct MasterSettings {
  float gain = 1.0F;        ///< factor, before the limiter
  float ceilingDb = -0.3F;  ///< dBFS
};

/// Lives on over plan swaps, so that what is inside the look-ahead is heard.
/// Thread: construction on control, the rest on audio.
class Master {
 public:
  Master(const MasterSettings& settings, double sampleRate);

  /// Moves to other settings. `hasCutSound`: a sound was cut on the way here, so the next frame
  /// may not follow from the last.
  void takeOver(const MasterSettings& settings, bool hasCutSound) RT_SAFE;

  /// In place.
  void process(float* left, float* right, std::uint32_t frames) RT_SAFE;

  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE { return limiter_.latencyFrames(); }

 private:
  dsp::GainRamp gain_;
  Declick declick_;
  dsp::TruePeakLimiter limiter_;
  std::uint32_t fadeFrames_;
};

}  // namespace downbeat::session
