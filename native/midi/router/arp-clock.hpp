// SPDX-License-Identifier: GPL-3.0-or-later
// When an arpeggio steps: on the grid of the song while it plays, else of the beat that is shared.
#pragma once

#include <cstdint>

#include "midi/song-follower.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Thread: midi.
class ArpClock {
 public:
  struct Step {
    bool isDue = false;
    double beat = 0.0;      ///< of the line, where the step begins
    double endBeat = 0.0;   ///< of the line, where its note ends
    double nextBeat = 0.0;  ///< of the line, where the next step begins
  };

  /// The first key of an arpeggio was pressed. One that comes a little late is played at once, the
  /// others wait for the next step.
  void begin() RT_SAFE { isBeginning_ = true; }
  /// `lineBeat`: now, on the line; `songTime`: the same as a time.
  [[nodiscard]] Step look(const SongFollower& song, HostTime songTime, double lineBeat,
                          double stepBeats, double gate) RT_SAFE;

 private:
  bool isBeginning_ = true;
  std::uint64_t basis_ = 0;   ///< serial of the record that plays; 0: the line
  double lastStep_ = 0.0;     ///< a whole number
  double playedAt_ = -1e300;  ///< beat of the line
};

}  // namespace downbeat::midi
