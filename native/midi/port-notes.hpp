// SPDX-License-Identifier: GPL-3.0-or-later
// The notes and controllers of the score for one port, and the memory of what sounds there. Every
// note that was begun is ended: at its end, or when the song stops or jumps, the score changes, the
// port goes or the engine ends.
#pragma once

#include <array>
#include <cstdint>

#include "midi/midi-lane.hpp"
#include "midi/midi-score.hpp"
#include "midi/song-follower.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Thread: midi.
class PortNotes {
 public:
  /// More notes at once end the one that would end first.
  static constexpr std::uint32_t kMaxSounding = 128;

  /// Sends what is due; returns the host time of what comes next, at most `horizon` microseconds
  /// from now.
  [[nodiscard]] HostTime run(const SongFollower& song, const MidiScore& score, MidiLane& lane,
                             HostTime horizon) RT_SAFE;
  /// Ends everything that sounds.
  void endAll(MidiLane& lane) RT_SAFE;
  /// Ends what sounds on channels that no part of `score` plays: other notes end in their time.
  void endStrangers(const MidiScore& score, MidiLane& lane) RT_SAFE;

  /// The port goes: what sounded is ended and remembered, because the port may not have heard it.
  void leave(MidiLane& lane) RT_SAFE;
  /// A port came to this slot. The same one as before gets its hanging notes ended again and
  /// "all notes off" on every channel it ever got a note on; any other one starts afresh.
  void arrive(MidiLane& lane) RT_SAFE;

  /// What the song holds and nobody hears, because the port came while it was sounding, begins now.
  void strikeHeld(const MidiScore& score, MidiLane& lane) RT_SAFE;

  /// A note off that a lost port did not get.
  void remember(const MidiMessage& noteOff) RT_SAFE;

  [[nodiscard]] std::uint32_t sounding() const RT_SAFE { return count_; }

 private:
  struct Sounding {
    double endBeat = 0.0;  ///< of the song
    std::uint8_t channel = 0;
    std::uint8_t note = 0;
  };

  struct Hanging {
    std::uint8_t channel = 0;
    std::uint8_t note = 0;
  };

  void followView(const SongFollower& song, MidiLane& lane) RT_SAFE;
  void followRecords(const SongFollower& song, const MidiScore& score, HostTime songTime,
                     MidiLane& lane) RT_SAFE;
  void enter(const PlayRecord& record, MidiLane& lane) RT_SAFE;
  void jumpTo(double songBeat, MidiLane& lane) RT_SAFE;
  void playTo(double songBeat, const MidiScore& score, MidiLane& lane) RT_SAFE;
  void playWindow(double from, double to, const MidiScore& score, MidiLane& lane) RT_SAFE;
  void endDue(double songBeat, MidiLane& lane) RT_SAFE;
  void playParts(double from, double to, const MidiScore& score, MidiLane& lane) RT_SAFE;
  void begin(std::uint8_t channel, const ScoreNote& note, double beat, MidiLane& lane) RT_SAFE;
  void end(std::uint32_t index, MidiLane& lane) RT_SAFE;
  void endOverdue(MidiLane& lane) RT_SAFE;
  void hang(std::uint8_t channel, std::uint8_t note) RT_SAFE;
  [[nodiscard]] double nextBeat(const MidiScore& score, double until, const MidiLane& lane) const
      RT_SAFE;
  [[nodiscard]] bool isSounding(std::uint8_t channel, std::uint8_t note) const RT_SAFE;
  [[nodiscard]] bool isMine(const MidiSlotRef& port, const MidiLane& lane) const RT_SAFE;
  /// A piece of the song where the play record in force has it.
  [[nodiscard]] SongPiece pieceOf(double from, double to) const RT_SAFE;

  bool hasPlace_ = false;
  std::uint64_t serial_ = 0;  ///< of the play record in force
  RtPlay play_{};
  double doneBeat_ = 0.0;    ///< song beat up to which everything was played
  HostTime songTime_ = 0.0;  ///< of the newest run

  std::array<Sounding, kMaxSounding> sounding_{};
  std::uint32_t count_ = 0;
  bool hasOverdue_ = false;  ///< a note off found no room: it is sent again

  // For a port that comes back.
  std::uint32_t portSerial_ = 0;
  std::uint16_t usedChannels_ = 0;  ///< a bit each
  std::array<Hanging, kMaxSounding> hanging_{};
  std::uint32_t hangingCount_ = 0;
};

}  // namespace downbeat::midi
