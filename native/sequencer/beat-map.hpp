// SPDX-License-Identifier: GPL-3.0-or-later
// Song beats to beats of one rack and back. A rack keeps its own tempo map: what they share is
// seconds at the written tempi, so a rack written at 60 in a session written at 120 runs at half
// the session's beat, whatever tempo is really played. A rack may begin before or after the song,
// and its tempo map begins again with every round of its loop; its beats are counted on.
#pragma once

#include "base/units.hpp"
#include "rt/rt-safe.hpp"
#include "sequencer/tempo-map.hpp"

namespace downbeat::sequencer {

struct RackStart {
  double seconds = 0.0;     ///< of the song, at the written tempi; either sign
  double roundBeats = 0.0;  ///< rack beats of one round of its loop; 0: it has none
};

/// Thread: construction on control, the rest on any.
class BeatMap {
 public:
  BeatMap() = default;  ///< the identity
  BeatMap(const TempoMap& song, const TempoMap& rack, const RackStart& start = {});

  /// Beats since the rack began, all rounds counted; negative before.
  [[nodiscard]] Beats rackBeatAt(Beats songBeat) const RT_SAFE;
  [[nodiscard]] Beats songBeatAt(Beats rackBeat) const RT_SAFE;
  /// Rack beats that pass in one beat of the song.
  [[nodiscard]] double rackPerSongAt(Beats songBeat) const RT_SAFE;
  [[nodiscard]] bool isIdentity() const RT_SAFE { return isIdentity_; }

 private:
  bool isIdentity_ = true;
  TempoMap song_;
  TempoMap rack_;
  RackStart start_;
  double roundSeconds_ = 0.0;
};

}  // namespace downbeat::sequencer
