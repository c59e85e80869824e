// SPDX-License-Identifier: GPL-3.0-or-later
// What all routes share: the outputs with what is held there, the pool of what waits, the time.
#pragma once

#include <array>
#include <cstdint>

#include "midi/midi-lane.hpp"
#include "midi/router/delay-pool.hpp"
#include "midi/router/port-book.hpp"
#include "midi/song-follower.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Thread: midi. What it refers to outlives it.
struct RouteDesk {
  MidiPortTable& ports;
  const MidiTimeSource& time;
  const SongFollower& song;
  std::array<PortBook, kMaxMidiPorts> books;
  DelayPool pool;

  RouteDesk(MidiPortTable& portTable, const MidiTimeSource& clock, const SongFollower& follower)
      : ports(portTable), time(clock), song(follower) {}

  [[nodiscard]] MidiLane lane(std::uint32_t slot) RT_SAFE { return {ports, slot, time}; }
};

}  // namespace downbeat::midi
