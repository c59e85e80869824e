// SPDX-License-Identifier: GPL-3.0-or-later
// Waits for the next beat or bar of a song that may go round, jump or stop meanwhile.
#pragma once

#include <cstdint>

#include "base/song-span.hpp"
#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::app {

/// Thread: audio.
class BoundaryWait {
 public:
  static constexpr std::int64_t kLater = INT64_MAX;

  /// The engine frame of the first multiple of `cycle` that the song plays from the first look on,
  /// or kLater while it is not in `spans`; look at every quantum. In a loop that holds no multiple
  /// it comes when it would have come without the loop. A song that stands is waited for.
  [[nodiscard]] std::int64_t frameIn(const SongSpans& spans, Beats cycle) RT_SAFE;

 private:
  bool hasLatest_ = false;
  Beats latest_{};  ///< on the line: it comes there if not before
};

}  // namespace downbeat::app
