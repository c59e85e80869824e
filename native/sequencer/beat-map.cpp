// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/beat-map.hpp"

#include <algorithm>
#include <cstddef>

namespace downbeat::sequencer {

BeatMap::BeatMap(const TempoMap& song, const TempoMap& rack) {
  if (song == rack) return;
  std::vector<double> bends;  // song beats at which either tempo changes
  bends.reserve(song.pointCount() + rack.pointCount());
  for (std::size_t i = 0; i < song.pointCount(); ++i) bends.push_back(song.point(i).beat);
  for (std::size_t i = 1; i < rack.pointCount(); ++i) {
    bends.push_back(song.beatAt(rack.secondsAt({rack.point(i).beat})).value);
  }
  std::sort(bends.begin(), bends.end());
  for (const double beat : bends) {
    if (!knots_.empty() && beat - knots_.back().songBeat < 1e-9) continue;
    knots_.push_back({beat, rack.beatAt(song.secondsAt({beat})).value, 1.0});
  }
  for (std::size_t i = 0; i + 1 < knots_.size(); ++i) {
    knots_[i].rackPerSong = (knots_[i + 1].rackBeat - knots_[i].rackBeat) /
                            (knots_[i + 1].songBeat - knots_[i].songBeat);
  }
  knots_.back().rackPerSong =
      rack.point(rack.pointCount() - 1).bpm / song.point(song.pointCount() - 1).bpm;
}

Beats BeatMap::rackBeatAt(Beats songBeat) const RT_SAFE {
  if (knots_.empty()) return songBeat;
  std::size_t low = 0;
  std::size_t high = knots_.size();
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    (knots_[middle].songBeat <= songBeat.value ? low : high) = middle;
  }
  const Knot& knot = knots_[low];
  return {knot.rackBeat + (songBeat.value - knot.songBeat) * knot.rackPerSong};
}

Beats BeatMap::songBeatAt(Beats rackBeat) const RT_SAFE {
  if (knots_.empty()) return rackBeat;
  std::size_t low = 0;
  std::size_t high = knots_.size();
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    (knots_[middle].rackBeat <= rackBeat.value ? low : high) = middle;
  }
  const Knot& knot = knots_[low];
  return {knot.songBeat + (rackBeat.value - knot.rackBeat) / knot.rackPerSong};
}

}  // namespace downbeat::sequencer
