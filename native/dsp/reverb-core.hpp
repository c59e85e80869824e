// SPDX-License-Identifier: GPL-3.0-or-later
// A stereo room: two diffusers a side, then sixteen damped delay lines that feed each other through
// an orthogonal matrix. The lines lie side by side, so that what is done to one is done to all.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dsp/fast-math.hpp"
#include "dsp/smoothers.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Wet sound only. A steady noise comes out about as loud as it went in, whatever the room.
/// Thread: `prepare` on control, the rest on audio.
class ReverbCore {
 public:
  void prepare(double sampleRate);
  void reset() RT_SAFE;

  /// `seconds` is the time to fall by 60 dB, 0.05 to 30; `damp` 0 (bright) to 1 (dark).
  void setRoom(float seconds, float damp) RT_SAFE;

  /// In and out may be the same buffers. Any number of frames.
  void process(const float* inLeft, const float* inRight, float* outLeft, float* outRight,
               std::uint32_t frames) RT_SAFE;

 private:
  static constexpr std::uint32_t kLines = 16;
  static constexpr std::uint32_t kDiffusers = 2;  // a side
  // No line is shorter: inside a chunk nothing that is written is read again.
  static constexpr std::uint32_t kChunk = 32;

  struct Ring {
    std::vector<float> values;  // exactly as long as the delay: read, then overwritten
    std::uint32_t position = 0;
  };
  using LineValues = std::array<float, kLines>;

  void processChunk(const float* inLeft, const float* inRight, float* outLeft, float* outRight,
                    std::uint32_t frames) RT_SAFE;
  /// A piece of a ring: `first` frames from `position`, the rest from the start.
  struct Span {
    std::uint32_t position;
    std::uint32_t first;
    std::uint32_t next;
  };
  static Span spanOf(const Ring& ring, std::uint32_t frames) RT_SAFE;
  static void diffuse(Ring& ring, float* inOut, std::uint32_t frames) RT_SAFE;
  static void diffusePart(float* values, float* inOut, std::uint32_t frames) RT_SAFE;

  double sampleRate_ = 48000.0;
  std::array<Ring, kLines> lines_;
  std::array<Ring, 2 * kDiffusers> diffusers_;
  std::array<DcBlocker, 2> dcBlockers_;
  alignas(64) LineValues gains_{};
  alignas(64) LineValues damped_{};
  alignas(64) std::array<LineValues, kChunk> frames_{};
  float dampCoefficient_ = 1.0F;
  float inputGain_ = 0.0F;
};

}  // namespace downbeat::dsp
