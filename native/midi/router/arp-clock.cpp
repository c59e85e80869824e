// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/router/arp-clock.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::midi {
namespace {

// Beats. So late a first key may be and still belong to the step before it.
constexpr double kLateKey = 1.0 / 16.0;
// Parts of a step. A place on the grid is computed in more than one way.
constexpr double kSameStep = 1e-6;

}  // namespace

ArpClock::Step ArpClock::look(const SongFollower& song, HostTime songTime, double lineBeat,
                              double stepBeats, double gate) RT_SAFE {
  const PlayRecord& record = song.recordAt(songTime);
  const bool isPlaying = record.play.isPlaying != 0;
  const double place = isPlaying ? songBeatAt(record.play, lineBeat) : lineBeat;
  const double step = std::floor(place / stepBeats + kSameStep);
  const double begin = step * stepBeats;
  const std::uint64_t basis = isPlaying ? record.serial : 0;
  if (isBeginning_ || basis != basis_) {
    const bool isJust = place - begin <= std::min(kLateKey, stepBeats / 4.0);
    const bool isPlayed = !isBeginning_ && lineBeat - playedAt_ < stepBeats / 2.0;
    lastStep_ = isJust && !isPlayed ? step - 1.0 : step;
    basis_ = basis;
    isBeginning_ = false;
  }
  Step found;
  found.isDue = step > lastStep_;
  // A correction of the beat by less than a step is waited for.
  if (found.isDue || step < lastStep_ - 1.0) lastStep_ = step;
  found.beat = lineBeat + begin - place;
  found.nextBeat = found.beat + stepBeats;
  if (found.isDue) {
    playedAt_ = lineBeat;
    const double shortest = lineBeat + gate * stepBeats / 4.0;
    const double end = std::max(found.beat + gate * stepBeats, shortest);
    found.endBeat = std::min(end, found.nextBeat);
  }
  return found;
}

}  // namespace downbeat::midi
