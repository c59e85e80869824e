// SPDX-License-Identifier: GPL-3.0-or-later
// A stereo room: two diffusers a side, then sixteen damped delay lines that feed each other through
// an orthogonal matrix. What is done to one line is done to four at once: frames of four lines are
// turned from rows to columns on their way in, and back on their way out.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dsp/fast-math.hpp"
#include "dsp/lanes.hpp"
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
  static constexpr std::uint32_t kGroups = kLines / kLaneCount;
  static constexpr std::uint32_t kDiffusers = 2;  // a side
  // No line is shorter: inside a chunk nothing that is written is read again.
  static constexpr std::uint32_t kChunk = 32;

  struct Ring {
    std::vector<float> values;  // exactly as long as the delay: read, then overwritten
    std::uint32_t position = 0;
  };
  using LineValues = std::array<float, kLines>;
  /// Where the next frames of each line are read and overwritten.
  using LinePointers = std::array<float*, kLines>;
  /// Low-passed lines, four side by side, over the coefficient of the low-pass.
  using Damped = std::array<Lanes, kGroups>;
  using Stereo = double __attribute__((vector_size(16)));
  struct Mixer;

  void processChunk(const float* inLeft, const float* inRight, float* outLeft, float* outRight,
                    std::uint32_t frames) RT_SAFE;
  static void diffuse(Ring& ring, float* inOut, std::uint32_t frames) RT_SAFE;
  static void diffusePart(float* values, float* inOut, std::uint32_t frames) RT_SAFE;
  /// Asks for the memory of the chunk after this one. With many rooms at once that is half the
  /// time.
  static void prefetchNext(const Ring& ring) RT_SAFE;
  /// Reads and overwrites `frames` of every line.
  void mixLines(const LinePointers& lines, const std::array<const float*, 2>& in,
                const std::array<float*, 2>& out, std::uint32_t frames) RT_SAFE;

  double sampleRate_ = 48000.0;
  std::array<Ring, kLines> lines_;
  std::array<Ring, 2 * kDiffusers> diffusers_;
  Damped damped_{};
  std::array<Lanes, kGroups> gains_{};
  Stereo mean_{};  ///< of left and right, to be taken away
  double meanPole_ = 0.0;
  float dampCoefficient_ = 1.0F;
  float inputGain_ = 0.0F;
};

}  // namespace downbeat::dsp
