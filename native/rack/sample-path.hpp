// SPDX-License-Identifier: GPL-3.0-or-later
// The way of a note through a sound file: from the first frame that is heard on, in one direction,
// round a loop when there is one. The audio thread and the disk worker walk the same way.
#pragma once

#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// Steps are counted from 0, the first frame that is heard; before it there is silence, and after
/// the last one too. Ends are the first frame that no longer belongs. Thread: any.
struct SamplePath {
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::int64_t loopStart = 0;  ///< start <= loopStart < loopEnd <= end
  std::int64_t loopEnd = 0;    ///< 0: no loop
  bool isReverse = false;

  /// Frames of the file that follow one another from a step on.
  struct Run {
    std::int64_t frame;  ///< of the file
    std::int64_t count;
  };

  [[nodiscard]] bool isLooping() const RT_SAFE { return loopEnd > 0; }
  /// Steps to the end; without a loop, the last.
  [[nodiscard]] std::int64_t length() const RT_SAFE { return end - start; }
  [[nodiscard]] std::int64_t firstFrame() const RT_SAFE { return isReverse ? end - 1 : start; }
  /// Steps before the loop repeats.
  [[nodiscard]] std::int64_t lead() const RT_SAFE {
    if (!isLooping()) return length();
    return isReverse ? end - loopStart : loopEnd - start;
  }

  /// Range: step 0 and up, below the length when there is no loop.
  [[nodiscard]] Run runAt(std::int64_t step) const RT_SAFE {
    const std::int64_t first = lead();
    if (step < first) return {isReverse ? end - 1 - step : start + step, first - step};
    const std::int64_t size = loopEnd - loopStart;
    const std::int64_t at = (step - first) % size;
    return {isReverse ? loopEnd - 1 - at : loopStart + at, size - at};
  }

  /// When the `done` steps before `step` lie in memory, the next ones may have been there before:
  /// as many as this, this far back. 0: no. A short loop is not read again and again.
  [[nodiscard]] std::int64_t repeatAt(std::int64_t step, std::int64_t done) const RT_SAFE {
    if (!isLooping()) return 0;
    const std::int64_t size = loopEnd - loopStart;
    const std::int64_t looped = step - (lead() - size);
    const std::int64_t known = looped < done ? looped : done;
    return known > 0 ? known - known % size : 0;
  }
};

}  // namespace downbeat::rack
