// SPDX-License-Identifier: GPL-3.0-or-later
// Song beats to beats of one rack and back. A rack keeps its own tempo map: what they share is
// seconds at the written tempi, so a rack written at 60 in a session written at 120 runs at half
// the session's beat, whatever tempo is really played. Piecewise linear, worked out beforehand.
#pragma once

#include <vector>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"
#include "sequencer/tempo-map.hpp"

namespace downbeat::sequencer {

/// Thread: construction on control, the rest on any.
class BeatMap {
 public:
  BeatMap() = default;  ///< the identity
  BeatMap(const TempoMap& song, const TempoMap& rack);

  [[nodiscard]] Beats rackBeatAt(Beats songBeat) const RT_SAFE;
  [[nodiscard]] Beats songBeatAt(Beats rackBeat) const RT_SAFE;
  [[nodiscard]] bool isIdentity() const RT_SAFE { return knots_.empty(); }

 private:
  struct Knot {
    double songBeat;
    double rackBeat;
    double rackPerSong;  ///< slope from here on; the first also holds before it
  };
  std::vector<Knot> knots_;
};

}  // namespace downbeat::sequencer
