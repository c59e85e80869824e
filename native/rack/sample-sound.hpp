// SPDX-License-Identifier: GPL-3.0-or-later
// One sound of a kit: a sample, the notes and velocities it answers to, and how it plays.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rack/sample-path.hpp"
#include "rack/sample.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// Constant once loaded. Thread: any.
struct SampleSound {
  std::shared_ptr<const Sample> sample;
  double rootNote = 60.0;  ///< at which it plays as it was recorded
  double tuneCents = 0.0;
  float gain = 1.0F;
  float pan = 0.0F;
  std::uint32_t lowNote = 0;
  std::uint32_t highNote = 127;
  std::uint32_t lowVelocity = 0;  ///< 0 to 127, as MIDI has it
  std::uint32_t highVelocity = 127;
  std::uint32_t choke = 0;  ///< group; 0: the node's
  bool isLooping = false;
  std::int64_t loopStart = 0;
  std::int64_t loopEnd = 0;                 ///< 0: the file's own loop, or all that is played
  std::uint32_t slices = 1;                 ///< equal parts
  std::vector<std::int64_t> sliceStarts{};  ///< or where each begins

  [[nodiscard]] bool answers(std::uint32_t note, std::uint32_t velocity) const RT_SAFE {
    return note >= lowNote && note <= highNote && velocity >= lowVelocity &&
           velocity <= highVelocity;
  }
};

/// Which part of a sound, as the node's parameters say.
struct SamplePick {
  float start = 0.0F;  ///< 0 to 1, of the file
  float end = 1.0F;
  std::uint32_t slices = 1;  ///< 1: as the kit has them
  bool isReverse = false;
  bool isLooping = false;
};

/// 1 or more.
[[nodiscard]] std::uint32_t sliceCount(const SampleSound& sound, const SamplePick& pick) RT_SAFE;

/// `slice` counts from 0 and goes round. A path without length is silent.
[[nodiscard]] SamplePath pathOf(const SampleSound& sound, const SamplePick& pick,
                                std::uint32_t slice) RT_SAFE;

}  // namespace downbeat::rack
