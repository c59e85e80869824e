// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/loopback.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace downbeat::audio {
namespace {

// x^14 + x^13 + x^12 + x^2 + 1 is primitive: every state but zero comes once.
constexpr std::uint32_t kTaps = (1U << 13U) | (1U << 12U) | (1U << 11U) | (1U << 1U);

/// How well the recording fits the sequence that left `lag` frames before.
double fitAt(const std::vector<float>& recording, const std::vector<float>& sequence,
             std::size_t lag) {
  double sum = 0.0;
  const std::size_t count = sequence.size();
  float part = 0.0F;
  for (std::size_t i = lag; i < count; ++i) part += recording[i] * sequence[i - lag];
  sum += part;
  part = 0.0F;
  for (std::size_t i = 0; i < lag; ++i) part += recording[i] * sequence[i + count - lag];
  return (sum + part) / static_cast<double>(count);
}

}  // namespace

std::vector<float> loopbackSequence() {
  std::vector<float> sequence(kSequenceFrames);
  std::uint32_t state = 1;
  for (float& value : sequence) {
    value = (state & 1U) != 0 ? 1.0F : -1.0F;
    const bool isOdd = (state & 1U) != 0;
    state >>= 1U;
    if (isOdd) state ^= kTaps;
  }
  return sequence;
}

Result<Loopback> findLoopback(const std::vector<float>& recording, float level) {
  if (recording.size() != kSequenceFrames) {
    return Error{"CALIBRATION_FAILED", "the recording is not complete: try again", {}};
  }
  double power = 0.0;
  double mean = 0.0;
  for (const float value : recording) mean += value;
  mean /= kSequenceFrames;
  for (const float value : recording) power += (value - mean) * (value - mean);
  const double rms = std::sqrt(power / kSequenceFrames);
  if (!(rms > kSilence)) {
    return Error{"CALIBRATION_FAILED",
                 "nothing came back: connect an output to the first input with a cable, or put a "
                 "microphone before the loudspeaker, and raise the levels",
                 {}};
  }
  std::vector<float> centred(recording);
  for (float& value : centred) value -= static_cast<float>(mean);

  const std::vector<float> sequence = loopbackSequence();
  std::vector<double> fits(kSequenceFrames);
  std::size_t best = 0;
  double square = 0.0;
  for (std::size_t lag = 0; lag < kSequenceFrames; ++lag) {
    fits[lag] = fitAt(centred, sequence, lag);
    square += fits[lag] * fits[lag];
    if (std::fabs(fits[lag]) > std::fabs(fits[best])) best = lag;
  }
  // The first arrival counts, not a louder echo: the earliest place that is at least half as good.
  for (std::size_t lag = 0; lag < best; ++lag) {
    if (std::fabs(fits[lag]) >= 0.5 * std::fabs(fits[best])) {
      // Up to its own top: a converter's filter rises over some frames.
      while (lag + 1 < best && std::fabs(fits[lag + 1]) > std::fabs(fits[lag])) ++lag;
      best = lag;
      break;
    }
  }
  const double others =
      std::sqrt(std::max(0.0, square - fits[best] * fits[best]) / (kSequenceFrames - 1));
  Loopback found;
  found.frames = static_cast<std::uint32_t>(best);
  found.gain = fits[best] / level;
  found.clarity = others > 0.0 ? std::fabs(fits[best]) / others : 1.0e6;
  if (found.clarity < kMinClarity) {
    return Error{"CALIBRATION_FAILED",
                 "what came back is too noisy, or something else: silence the room, raise the "
                 "level, and check that the output reaches the first input",
                 {}};
  }
  return found;
}

}  // namespace downbeat::audio
