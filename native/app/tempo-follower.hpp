// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the transport follow a session's tempo map, each change on its frame.
#pragma once

#include <cstddef>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"
#include "sequencer/tempo-map.hpp"
#include "transport/transport.hpp"

namespace downbeat::app {

/// Asks for a tempo only where the map changes: between two changes the tempo is whatever hands and
/// peers made it. Thread: audio.
class TempoFollower {
 public:
  /// Before the transport advances by a quantum. False when the transport took no more requests.
  bool follow(const sequencer::TempoMap& map, double sampleRate, transport::Transport& transport)
      RT_SAFE;

  /// Another map, or another place: what holds at `songBeat` counts as in force.
  void jumpTo(const sequencer::TempoMap& map, Beats songBeat) RT_SAFE {
    point_ = pointAt(map, songBeat);
  }

 private:
  static std::size_t pointAt(const sequencer::TempoMap& map, Beats songBeat) RT_SAFE;

  std::size_t point_ = 0;  ///< of the map, in force
};

}  // namespace downbeat::app
