// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tempo-follower.hpp"

namespace downbeat::app {

std::size_t TempoFollower::pointAt(const sequencer::TempoMap& map, Beats songBeat) RT_SAFE {
  std::size_t point = 0;
  while (point + 1 < map.pointCount() && map.point(point + 1).beat <= songBeat.value) ++point;
  return point;
}

bool TempoFollower::follow(const sequencer::TempoMap& map, double sampleRate,
                           transport::Transport& transport) RT_SAFE {
  if (map.pointCount() < 2) return true;
  const transport::TransportState state = transport.state();
  if (state.status != transport::PlayStatus::playing) return true;
  transport::TransportRequest request;
  request.action = transport::TransportAction::tempo;
  // One frame of grace: a change that was asked for at a frame has happened there.
  const double beatsPerFrame = state.tempo.beatsPerSecond() / sampleRate;
  const Beats here{state.songBeat.value + beatsPerFrame};
  // The end of a loop is its beginning: what the map says there, and beyond, does not come.
  const bool isRound = state.willWrap && here >= state.loopEnd;
  bool isTaken = true;
  if (const std::size_t point = pointAt(map, here); !isRound && point != point_) {
    point_ = point;
    request.value = map.point(point).bpm;
    isTaken = transport.request(request);
  }
  // A change inside this quantum lands on its frame.
  const std::size_t next = point_ + 1;
  if (!isRound && next < map.pointCount()) {
    const sequencer::TempoPoint change = map.point(next);
    const bool isBeyond = state.willWrap && change.beat >= state.loopEnd.value;
    if (!isBeyond && change.beat < state.songBeat.value + kQuantumFrames * beatsPerFrame) {
      point_ = next;
      request.when = transport::TransportWhen::atSongBeat;
      request.at = change.beat;
      request.value = change.bpm;
      isTaken = transport.request(request) && isTaken;
    }
  }
  // So does going round, should that be in this quantum.
  if (state.willWrap) {
    const std::size_t first = pointAt(map, state.loopStart);
    if (first != point_) transport.setTempoAtWrap(Tempo{map.point(first).bpm});
  }
  return isTaken;
}

}  // namespace downbeat::app
