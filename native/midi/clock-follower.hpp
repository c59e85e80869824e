// SPDX-License-Identifier: GPL-3.0-or-later
// Follows the MIDI clock of a leader: the tempo from its ticks, and where its song is from Start,
// Continue, Stop and Song Position. Pure maths: it is told what came when, and asked what holds.
#pragma once

#include <cstdint>

#include "base/clock-exchange.hpp"
#include "base/units.hpp"
#include "midi/midi-input.hpp"
#include "midi/tick-line.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Thread: one; audio in the instrument.
class ClockFollower {
 public:
  /// Ticks that stay away for longer than this and 4.5 intervals are missed.
  static constexpr std::int64_t kSilenceMicros = 500'000;

  /// Forgets the leader.
  void reset() RT_SAFE { *this = ClockFollower{}; }

  /// What came, in its order.
  void receive(const RtClockMessage& message) RT_SAFE;

  /// The clock at `host`, such as the loudspeaker's time of the next block; `now` is compared with
  /// the newest tick. `state` is never `off`.
  [[nodiscard]] ClockInput at(HostMicros host, HostMicros now) RT_SAFE;
  [[nodiscard]] RtClockFigures figures() const RT_SAFE;

 private:
  void tick(HostMicros host) RT_SAFE;
  void play(std::int64_t songTick, bool isFromStart) RT_SAFE;
  void stop() RT_SAFE;
  void locate(std::int64_t songTick) RT_SAFE;
  void foreseeFirstTick(HostMicros now) RT_SAFE;
  void holdTempo(HostMicros now) RT_SAFE;
  [[nodiscard]] bool isUnprovenLeap(double bpm, HostMicros now) RT_SAFE;
  [[nodiscard]] bool isSilentAt(HostMicros now) const RT_SAFE;
  [[nodiscard]] ClockState stateAt(HostMicros now) const RT_SAFE;
  /// The leader's position in ticks: where the next tick plays, or where it stands.
  [[nodiscard]] std::int64_t songTick() const RT_SAFE;

  TickLine line_;
  std::uint64_t ticks_ = 0;
  std::uint32_t ticksInARow_ = 0;  ///< since the last silence
  HostMicros newestAt_{};

  // The tempo as told.
  double heldBpm_ = 0.0;
  double heldError_ = 0.0;
  HostMicros heldAt_{};
  // One that is far from it, and may become it.
  double leapBpm_ = 0.0;
  std::uint32_t leapTicks_ = 0;
  HostMicros leapAt_{};

  // The song.
  std::uint32_t serial_ = 0;
  bool isPlaying_ = false;
  bool isFromStart_ = false;
  bool isLocated_ = false;
  bool hasStopped_ = false;     ///< by Stop, and not begun again
  bool mustPlaceTick_ = false;  ///< the next tick is the first of this play
  bool hasFirstTick_ = false;   ///< seen, or foreseen
  HostMicros firstTickAt_{};
  std::int64_t fromTick_ = 0;  ///< number of the first tick
  std::int64_t fromSongTick_ = 0;
};

}  // namespace downbeat::midi
