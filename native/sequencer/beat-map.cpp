// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/beat-map.hpp"

#include <cmath>

namespace downbeat::sequencer {

BeatMap::BeatMap(const TempoMap& song, const TempoMap& rack, const RackStart& start)
    : song_(song), rack_(rack), start_(start) {
  if (!(start_.roundBeats > 0.0) || rack.pointCount() == 1) start_.roundBeats = 0.0;
  if (start_.roundBeats > 0.0) roundSeconds_ = rack.secondsAt({start_.roundBeats});
  isIdentity_ = song == rack && start_.seconds == 0.0 && start_.roundBeats == 0.0;
}

Beats BeatMap::rackBeatAt(Beats songBeat) const RT_SAFE {
  if (isIdentity_) return songBeat;
  const double seconds = song_.secondsAt(songBeat) - start_.seconds;
  if (!(roundSeconds_ > 0.0) || seconds < 0.0) return rack_.beatAt(seconds);
  const double round = std::floor(seconds / roundSeconds_);
  return {round * start_.roundBeats + rack_.beatAt(seconds - round * roundSeconds_).value};
}

Beats BeatMap::songBeatAt(Beats rackBeat) const RT_SAFE {
  if (isIdentity_) return rackBeat;
  double seconds = 0.0;
  if (roundSeconds_ > 0.0 && rackBeat.value >= 0.0) {
    const double round = std::floor(rackBeat.value / start_.roundBeats);
    seconds = round * roundSeconds_ + rack_.secondsAt({rackBeat.value - round * start_.roundBeats});
  } else {
    seconds = rack_.secondsAt(rackBeat);
  }
  return song_.beatAt(seconds + start_.seconds);
}

double BeatMap::rackPerSongAt(Beats songBeat) const RT_SAFE {
  if (isIdentity_) return 1.0;
  Beats inRound = rackBeatAt(songBeat);
  if (roundSeconds_ > 0.0 && inRound.value > 0.0) {
    inRound.value -= start_.roundBeats * std::floor(inRound.value / start_.roundBeats);
  }
  return rack_.tempoAt(inRound).bpm / song_.tempoAt(songBeat).bpm;
}

}  // namespace downbeat::sequencer
