// SPDX-License-Identifier: GPL-3.0-or-later
// Walking through the events of a repeating track; the body of visitEvents in midi-score.hpp.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Beats. Steps and loop ends are computed in different ways and still mean the same place: an
/// event belongs to the window it lies in after moving this much. Far below a microsecond of music.
inline constexpr double kSameBeat = 1e-7;

template <typename Event, typename Visit>
void visitEvents(const std::vector<Event>& events, double cycleBeats, double from, double to,
                 Visit&& visit) RT_SAFE {
  if (events.empty() || !(cycleBeats > 0.0)) return;
  if (from < 0.0) from = 0.0;
  double cycle = std::floor((from - kSameBeat) / cycleBeats);
  if (cycle < 0.0) cycle = 0.0;
  for (; cycle * cycleBeats < to; cycle += 1.0) {
    const double start = cycle * cycleBeats;
    std::size_t low = 0;
    std::size_t high = events.size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (start + events[middle].beat + kSameBeat < from) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    for (; low < events.size(); ++low) {
      const double beat = start + events[low].beat;
      if (beat + kSameBeat >= to) return;
      visit(events[low], beat);
    }
  }
}

}  // namespace downbeat::midi
