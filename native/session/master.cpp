// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/master.hpp"

namespace downbeat::session {
namespace {

constexpr double kFadeMs = 5.0;

}  // namespace

Master::Master(const MasterSettings& settings, double sampleRate)
    : gain_(settings.gain),
      fadeFrames_(static_cast<std::uint32_t>(kFadeMs * sampleRate / 1000.0 + 0.5)) {
  limiter_.prepare(sampleRate);
  limiter_.setCeiling(settings.ceilingDb);
}

void Master::takeOver(const MasterSettings& settings, bool hasCutSound) RT_SAFE {
  gain_.moveTo(settings.gain, fadeFrames_);
  limiter_.setCeiling(settings.ceilingDb);
  if (hasCutSound) declick_.arm(fadeFrames_);
}

void Master::process(float* left, float* right, std::uint32_t frames) RT_SAFE {
  for (std::uint32_t i = 0; i < frames; ++i) {
    const float gain = gain_.next();
    left[i] *= gain;
    right[i] *= gain;
  }
  // Before the limiter: whatever is added here stays below the ceiling.
  declick_.process(left, right, frames);
  limiter_.process(left, right, frames);
}

}  // namespace downbeat::session
