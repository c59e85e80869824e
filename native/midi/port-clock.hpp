// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI clock for one port. Ticks lie on a grid of the beat line (of the song while it plays), each
// computed from its number, never by adding intervals. The port's model of the device decides what
// else to say: it knows which tick of the song the device expects next, and when the song is
// somewhere else it stops the device, tells it the place on the next sixteenth and continues. So
// start, seek, loop, a late start, a jump of the line and a port that was plugged in while the song
// played are all the same case. A tick that finds no room is tried again: only what was sent
// counts. A port with a tempo multiple has a grid as much finer or coarser, and its device counts
// places in its own ticks: the song at another tempo, as that device sees it.
#pragma once

#include <cstdint>

#include "midi/lateness-histogram.hpp"
#include "midi/midi-lane.hpp"
#include "midi/song-follower.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Thread: midi.
class PortClock {
 public:
  /// Forgets the device: another port, or the same one plugged in again.
  void reset() RT_SAFE { *this = PortClock{}; }

  /// Sends what is due; returns the host time at which it wants to run again at the latest.
  [[nodiscard]] HostTime run(const SongFollower& song, MidiLane& lane, LatenessHistogram& lateness)
      RT_SAFE;
  /// Stops the device if it runs.
  void finish(MidiLane& lane) RT_SAFE;

  /// When the next tick is to be sent, for the pacing of slow wires; far away when there is none.
  [[nodiscard]] HostTime nextTickAt() const RT_SAFE { return nextTickAt_; }

 private:
  struct Tick {
    double beat = 0.0;      ///< of the line
    HostTime at = 0.0;      ///< on the song's clock, offset not added
    double interval = 0.0;  ///< microseconds to the next tick at the tempo there
  };

  void followJumps(const SongFollower& song, HostTime songTime) RT_SAFE;
  void followStarts(const SongFollower& song, HostTime songTime) RT_SAFE;
  [[nodiscard]] const PlayRecord& stateOfDevice(const SongFollower& song) const RT_SAFE;
  [[nodiscard]] bool isStopDue(const SongFollower& song, const Tick& tick) const RT_SAFE;
  [[nodiscard]] Tick nextTick(const SongFollower& song) const RT_SAFE;
  void prepareDevice(const SongFollower& song, const Tick& tick, MidiLane& lane) RT_SAFE;
  void locate(std::int64_t songTick, const PlayRecord& record, const Tick& tick, MidiLane& lane)
      RT_SAFE;
  void sendStop(MidiLane& lane) RT_SAFE;
  [[nodiscard]] bool isTickWanted(const SongFollower& song, const Tick& tick,
                                  const RtMidiSlotSettings& settings) const RT_SAFE;

  double ticks_ = kTicksPerBeat;  ///< to a beat of the song: MIDI's 24 times the tempo multiple
  bool hasPlace_ = false;
  double lastBeat_ = 0.0;          ///< line beat of the newest tick sent
  HostTime songTime_ = 0.0;        ///< of the newest run
  HostTime lastTickAt_ = -1e18;    ///< host time at which one was sent, or tried, last
  HostTime earliestTick_ = -1e18;  ///< a tick must keep away from Start and Continue
  HostTime nextTickAt_ = 0.0;
  std::uint64_t seenSerial_ = 0;

  // The device, as far as we know.
  bool isRunning_ = false;
  std::int64_t deviceTick_ = -1;  ///< tick of the song it takes the next F8 for
  HostTime runsFrom_ = 0.0;       ///< song time of its first tick
};

}  // namespace downbeat::midi
