// SPDX-License-Identifier: GPL-3.0-or-later
// How long is the way from the output back to an input? A pseudo-random sequence (maximum length
// sequence) is played round and round; it is like nothing else, and like itself only when it lies
// exactly on itself, so the place where the recording fits best is the length of the way. It also
// fits through a loudspeaker and a microphone, upside down, quiet and with noise.
// Source: M. R. Schroeder, "Integrated-impulse method measuring sound decay without using
// impulses", JASA 66, 1979.
#pragma once

#include <cstdint>
#include <vector>

#include "base/status.hpp"

namespace downbeat::audio {

/// 2^14 - 1 frames: at 48 kHz ways up to 341 ms are told apart.
inline constexpr std::uint32_t kSequenceFrames = 16383;

/// The sequence, +1 and -1.
[[nodiscard]] std::vector<float> loopbackSequence();

struct Loopback {
  std::uint32_t frames = 0;  ///< from an output frame to the input frame that has it
  double gain = 0.0;         ///< what came back of what was sent
  double clarity = 0.0;      ///< how far the best place is above the rest, at least kMinClarity
};

/// The best place must stand out from all others by this factor of their mean square root.
inline constexpr double kMinClarity = 8.0;
/// Quieter recordings are no signal, factor of full scale.
inline constexpr float kSilence = 1.0e-4F;

/// `recording` holds one period of the steady state: `kSequenceFrames` frames of the input while
/// the sequence, times `level`, was played from its beginning in the same callbacks.
/// Errors: `CALIBRATION_FAILED`, silent or too noisy. Takes some tenths of a second.
[[nodiscard]] Result<Loopback> findLoopback(const std::vector<float>& recording, float level);

}  // namespace downbeat::audio
