// SPDX-License-Identifier: GPL-3.0-or-later
// The speed of an oscillator that moves an effect: free in Hz, or in quarter notes at the tempo.
#pragma once

#include <cstdint>

#include "dsp/fast-math.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {

/// Phase per frame, as a fraction of 2^32. `beats` is the length of a cycle; 0 means `hz` holds.
[[nodiscard]] inline std::uint32_t modulationStep(float hz, float beats, const MusicalTime& time,
                                                  double sampleRate) RT_SAFE {
  const double cyclesPerFrame = beats > 0.0F ? time.beatsPerFrame / static_cast<double>(beats)
                                             : static_cast<double>(hz) / sampleRate;
  return dsp::phaseStep(cyclesPerFrame, 1.0);
}

}  // namespace downbeat::rack
