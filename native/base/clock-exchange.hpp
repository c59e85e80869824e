// SPDX-License-Identifier: GPL-3.0-or-later
// What the MIDI clock that is followed tells the transport once per block, as plain data: the two
// rooms do not know each other, the app carries it between them. Audio thread only.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/units.hpp"

namespace downbeat {

/// `off`: none is followed. `waiting`: no tick has come, or the leader stands still and sends none.
/// `lost`: ticks came and stay away without a Stop.
enum class ClockState : std::uint8_t { off = 0, waiting = 1, locked = 2, lost = 3 };

/// The clock for one block.
///
/// Its beats count ticks, 24 to a beat, from a tick that happened to be the first: only differences
/// mean something, and `fromBeat` ties them to the leader's song.
struct ClockInput {
  ClockState state = ClockState::off;
  bool hasLine = false;  ///< beat and tempo are known
  Beats beat{};          ///< at the host time asked for
  Tempo tempo{};         ///< filtered; stays the same until it moved by more than its error

  /// Grows with every Start, Continue, Stop and Song Position; 0 is none yet.
  std::uint32_t playSerial = 0;
  bool isPlaying = false;
  bool isFromStart = false;   ///< by Start; otherwise by Continue or a Song Position
  bool isLocated = false;     ///< songBeat is known
  bool hasFirstTick = false;  ///< firstTickAt and fromBeat are known
  HostMicros firstTickAt{};   ///< when the first tick of this play comes or came
  Beats fromBeat{};           ///< the clock's beat there
  Beats songBeat{};           ///< the leader's song position there, or where it stands

  [[nodiscard]] bool isLeading() const RT_SAFE { return state == ClockState::locked && hasLine; }
};
static_assert(std::is_trivially_copyable_v<ClockInput>);

/// The same for people.
struct RtClockFigures {
  double tempoBpm = 0.0;      ///< 0 before the first lock
  double jitterMicros = 0.0;  ///< standard deviation of ticks against their even line
  std::uint64_t ticks = 0;
  std::uint64_t missing = 0;  ///< ticks that were noticed to be lost on the way
  std::uint64_t doubled = 0;  ///< ticks that came twice
  HostMicros newestAt{};      ///< of the newest tick
};
static_assert(std::is_trivially_copyable_v<RtClockFigures>);

}  // namespace downbeat
