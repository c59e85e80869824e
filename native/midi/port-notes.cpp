// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/port-notes.hpp"

#include <algorithm>

namespace downbeat::midi {
namespace {

// Beats. Shorter gaps are made up for note by note; what is further back is not played any more.
constexpr double kMadeUp = 0.5;
// Beats. A new play state that continues within this is the same music going on.
constexpr double kSeamless = 1e-3;
// Beats. When much is due at once, everything in a piece of this length counts as one tick.
constexpr double kPiece = 1.0 / 96.0;
// Beats. The end of a note whose note off is to be sent again.
constexpr double kOverdue = -1e300;
// Beats. A held note of which less is left is not worth striking again.
constexpr double kWorthStriking = 0.25;
// Microseconds. What is due within the microsecond that is beginning is due now.
constexpr double kDue = 1.0;

/// Plays what a part decides.
template <typename OnGroup, typename OnNote>
class Listener final : public LiveListener {
 public:
  Listener(OnGroup onGroup, OnNote onNote) RT_SAFE : onGroup_(onGroup), onNote_(onNote) {}
  void onGroup(double beat, const MidiGroup& group) RT_SAFE override { onGroup_(beat, group); }
  void onNote(double beat, double length, std::uint8_t note, std::uint8_t velocity)
      RT_SAFE override {
    onNote_(beat, ScoreNote{beat, length, note, velocity});
  }

 private:
  OnGroup onGroup_;
  OnNote onNote_;
};

double songBeatAtTime(const SongFollower& song, const RtPlay& play, HostTime time) RT_SAFE {
  return songBeatAt(play, beatAtTime(song.view(), time));
}

}  // namespace

HostTime PortNotes::run(const SongFollower& song, const MidiScore& score, MidiLane& lane,
                        HostTime horizon) RT_SAFE {
  const HostTime songTime = lane.songTime();
  if (!hasPlace_) {
    // Joining a song that plays: from here on.
    hasPlace_ = true;
    const PlayRecord& record = song.recordAt(songTime);
    serial_ = record.serial;
    play_ = record.play;
    doneBeat_ = songBeatAtTime(song, play_, songTime);
    songTime_ = songTime;
  }
  endOverdue(lane);
  followView(song, lane);
  followRecords(song, score, songTime, lane);
  const RtLine& line = song.view().lines[lineIndexAt(song.view(), songTime)];
  if (play_.isPlaying != 0) {
    // Not beyond what comes next: the first beat after a seam belongs to the other side.
    HostTime dueTime = songTime + kDue;
    for (std::uint32_t i = 0; i < song.count(); ++i) {
      const PlayRecord& record = song.record(i);
      if (record.serial > serial_ && record.from < dueTime) dueTime = record.from;
    }
    const double here = songBeatAt(play_, beatOn(line, dueTime));
    if (doneBeat_ - here > kMadeUp) jumpTo(here, lane);
    playTo(here, score, lane);
  }
  songTime_ = songTime;
  HostTime next = songTime + horizon;
  if (play_.isPlaying != 0) {
    const double until = songBeatAt(play_, beatOn(line, next));
    const double beat = nextBeat(score, until, lane);
    if (beat < until) {
      next = hostOn(line, beat - play_.songBeat.value + play_.fromBeat.value);
    }
  }
  for (std::uint32_t i = 0; i < song.count(); ++i) {
    const PlayRecord& record = song.record(i);
    if (record.serial > serial_ && record.from < next) next = record.from;
  }
  return next + lane.settings().offsetMicros;
}

/// A view that moved the line under the song by much is a jump of the song.
void PortNotes::followView(const SongFollower& song, MidiLane& lane) RT_SAFE {
  if (play_.isPlaying == 0 || !song.hasChanged()) return;
  const double moved =
      beatAtTime(song.view(), songTime_) - beatAtTime(song.previousView(), songTime_);
  if (absolute(moved) > kMadeUp) jumpTo(songBeatAtTime(song, play_, songTime_), lane);
}

void PortNotes::followRecords(const SongFollower& song, const MidiScore& score, HostTime songTime,
                              MidiLane& lane) RT_SAFE {
  if (!song.hasRecord(serial_)) {
    // What we followed was taken back: a loop that was foreseen, or another engine's count.
    const PlayRecord& record = song.recordAt(songTime);
    const double here = songBeatAtTime(song, record.play, songTime);
    const bool isSeamless = play_.isPlaying != 0 && record.play.isPlaying != 0 &&
                            absolute(here - doneBeat_) < kSeamless;
    serial_ = record.serial;
    play_ = record.play;
    if (!isSeamless) jumpTo(here, lane);
  }
  for (std::uint32_t i = 0; i < song.count(); ++i) {
    const PlayRecord& record = song.record(i);
    if (record.serial <= serial_ || record.from > songTime) continue;
    if (play_.isPlaying != 0) {
      // Up to the seam on the line that leads to it.
      const RtLine& line = song.view().lines[lineIndexAt(song.view(), record.from - 1.0)];
      playTo(songBeatAt(play_, beatOn(line, record.from)), score, lane);
    }
    enter(record, lane);
  }
  // A line that begins somewhere else moves the song with it.
  const RtTransportView& view = song.view();
  for (std::uint32_t i = 1; i < lineCount(view); ++i) {
    const HostTime begin = beginOf(view.lines[i]);
    if (begin <= songTime_ || begin > songTime || play_.isPlaying == 0) continue;
    const double there = songBeatAt(play_, view.lines[i].beats.value);
    if (absolute(there - doneBeat_) > kMadeUp) jumpTo(there, lane);
  }
}

void PortNotes::enter(const PlayRecord& record, MidiLane& lane) RT_SAFE {
  const double reached = songBeatAt(play_, record.play.fromBeat.value);
  const bool isSeamless = play_.isPlaying != 0 && record.play.isPlaying != 0 &&
                          absolute(reached - record.play.songBeat.value) < kSeamless;
  serial_ = record.serial;
  play_ = record.play;
  if (!isSeamless) jumpTo(record.play.songBeat.value, lane);
}

void PortNotes::jumpTo(double songBeat, MidiLane& lane) RT_SAFE {
  endAll(lane);
  doneBeat_ = songBeat;
}

void PortNotes::playTo(double songBeat, const MidiScore& score, MidiLane& lane) RT_SAFE {
  // Away for long: notes of the past are not played in one heap, but those that sound are ended.
  if (songBeat - doneBeat_ > kMadeUp) doneBeat_ = songBeat - kMadeUp;
  while (doneBeat_ < songBeat) {
    const double to = songBeat - doneBeat_ > kPiece ? doneBeat_ + kPiece : songBeat;
    playWindow(doneBeat_, to, score, lane);
    doneBeat_ = to;
  }
}

/// The order inside a tick: note off, note on, stepped controllers.
void PortNotes::playWindow(double from, double to, const MidiScore& score, MidiLane& lane) RT_SAFE {
  endDue(to, lane);
  for (const ScoreTrack& track : score.tracks) {
    if (!isMine(track.port, lane)) continue;
    visitEvents(track.notes, track.cycleBeats, from, to,
                [&](const ScoreNote& note, double beat)
                    RT_SAFE { begin(track.channel, note, beat, lane); });
  }
  for (const ScoreTrack& track : score.tracks) {
    if (!isMine(track.port, lane)) continue;
    visitEvents(track.controllers, track.cycleBeats, from, to,
                [&](const ScoreController& event, double) RT_SAFE {
                  lane.send(controlChange(track.channel, event.controller, event.value));
                });
  }
  playParts(from, to, score, lane);
}

void PortNotes::playParts(double from, double to, const MidiScore& score, MidiLane& lane) RT_SAFE {
  for (const ScorePart& part : score.parts) {
    if (!isMine(part.port, lane)) continue;
    // A value is for the note after it: it waits in the same line.
    Listener listener(
        [&lane](double, const MidiGroup& group) RT_SAFE { lane.send(group, MessageClass::noteOn); },
        [&](double beat, const ScoreNote& note) RT_SAFE { begin(part.channel, note, beat, lane); });
    part.part->visit(pieceOf(from, to), listener);
  }
}

void PortNotes::endDue(double songBeat, MidiLane& lane) RT_SAFE {
  for (std::uint32_t i = count_; i-- > 0;) {
    const double endBeat = sounding_[i].endBeat;
    if (endBeat != kOverdue && endBeat + kSameBeat < songBeat) end(i, lane);
  }
}

void PortNotes::begin(std::uint8_t channel, const ScoreNote& note, double beat, MidiLane& lane)
    RT_SAFE {
  std::uint32_t earliest = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (sounding_[i].channel == channel && sounding_[i].note == note.note) {
      end(i, lane);  // the same key again: it is let go first
      break;
    }
    if (sounding_[i].endBeat < sounding_[earliest].endBeat) earliest = i;
  }
  if (count_ == kMaxSounding) end(earliest, lane);
  if (count_ == kMaxSounding) return;  // no room to say so: a note less, but none that hangs
  sounding_[count_++] = {beat + note.length, channel, note.note};
  usedChannels_ = static_cast<std::uint16_t>(usedChannels_ | (1U << channel));
  lane.send(noteOn(channel, note.note, note.velocity));
}

void PortNotes::end(std::uint32_t index, MidiLane& lane) RT_SAFE {
  const Sounding ended = sounding_[index];
  const SendResult result = lane.send(noteOff(ended.channel, ended.note));
  if (result == SendResult::dropped) {
    sounding_[index].endBeat = kOverdue;
    hasOverdue_ = true;
    return;
  }
  if (result == SendResult::lost) hang(ended.channel, ended.note);
  sounding_[index] = sounding_[--count_];
}

void PortNotes::endOverdue(MidiLane& lane) RT_SAFE {
  if (!hasOverdue_) return;
  hasOverdue_ = false;
  for (std::uint32_t i = count_; i-- > 0;) {
    if (sounding_[i].endBeat == kOverdue) end(i, lane);
  }
}

void PortNotes::endAll(MidiLane& lane) RT_SAFE {
  for (std::uint32_t i = count_; i-- > 0;) end(i, lane);
}

void PortNotes::endStrangers(const MidiScore& score, MidiLane& lane) RT_SAFE {
  std::uint32_t channels = 0;
  for (const ScoreTrack& track : score.tracks) {
    if (isMine(track.port, lane)) channels |= 1U << track.channel;
  }
  for (const ScorePart& part : score.parts) {
    if (isMine(part.port, lane)) channels |= 1U << part.channel;
  }
  for (std::uint32_t i = count_; i-- > 0;) {
    if ((channels >> sounding_[i].channel & 1U) == 0) end(i, lane);
  }
}

void PortNotes::hang(std::uint8_t channel, std::uint8_t note) RT_SAFE {
  for (std::uint32_t i = 0; i < hangingCount_; ++i) {
    if (hanging_[i].channel == channel && hanging_[i].note == note) return;
  }
  if (hangingCount_ < kMaxSounding) hanging_[hangingCount_++] = {channel, note};
}

void PortNotes::remember(const MidiMessage& noteOff) RT_SAFE {
  const DecodedMessage said = decodeMessage(noteOff.bytes, noteOff.size);
  if (said.kind == kNoteOff) hang(said.channel, said.number);
}

void PortNotes::leave(MidiLane& lane) RT_SAFE {
  for (std::uint32_t i = 0; i < count_; ++i) hang(sounding_[i].channel, sounding_[i].note);
  endAll(lane);
  count_ = 0;
  hasPlace_ = false;
}

void PortNotes::arrive(MidiLane& lane) RT_SAFE {
  const std::uint32_t serial = lane.settings().serial;
  if (serial == portSerial_) {
    for (std::uint32_t i = 0; i < hangingCount_; ++i) {
      lane.send(noteOff(hanging_[i].channel, hanging_[i].note));
    }
    for (std::uint8_t channel = 0; channel < 16; ++channel) {
      if ((usedChannels_ >> channel & 1U) != 0) lane.send(controlChange(channel, kAllNotesOff, 0));
    }
  }
  portSerial_ = serial;
  usedChannels_ = 0;
  hangingCount_ = 0;
  hasPlace_ = false;
}

void PortNotes::strikeHeld(const MidiScore& score, MidiLane& lane) RT_SAFE {
  if (!hasPlace_ || play_.isPlaying == 0) return;
  for (const ScoreTrack& track : score.tracks) {
    if (!isMine(track.port, lane)) continue;
    // What lies before the place from which the song plays was never begun.
    const double from = std::max(doneBeat_ - track.longestBeats, play_.songBeat.value);
    visitEvents(track.notes, track.cycleBeats, from, doneBeat_,
                [&](const ScoreNote& note, double beat) RT_SAFE {
                  const bool isHeld = beat + note.length > doneBeat_ + kWorthStriking;
                  if (isHeld && !isSounding(track.channel, note.note)) {
                    begin(track.channel, note, beat, lane);
                  }
                });
  }
  for (const ScorePart& part : score.parts) {
    if (!isMine(part.port, lane)) continue;
    const double from = std::max(doneBeat_ - part.part->longestBeats(), play_.songBeat.value);
    Listener listener([](double, const MidiGroup&) RT_SAFE {},
                      [&](double beat, const ScoreNote& note) RT_SAFE {
                        const bool isHeld = beat + note.length > doneBeat_ + kWorthStriking;
                        if (isHeld && !isSounding(part.channel, note.note)) {
                          begin(part.channel, note, beat, lane);
                        }
                      });
    part.part->visit(pieceOf(from, doneBeat_), listener);
  }
}

bool PortNotes::isSounding(std::uint8_t channel, std::uint8_t note) const RT_SAFE {
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (sounding_[i].channel == channel && sounding_[i].note == note) return true;
  }
  return false;
}

/// Song beat of the next event or end of a note, or `until`.
double PortNotes::nextBeat(const MidiScore& score, double until, const MidiLane& lane) const
    RT_SAFE {
  double next = until;
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (sounding_[i].endBeat < next && sounding_[i].endBeat != kOverdue) {
      next = sounding_[i].endBeat;
    }
  }
  const auto earlier = [&next](const auto&, double beat) RT_SAFE {
    if (beat < next) next = beat;
  };
  for (const ScoreTrack& track : score.tracks) {
    if (!isMine(track.port, lane)) continue;
    visitEvents(track.notes, track.cycleBeats, doneBeat_, until, earlier);
    visitEvents(track.controllers, track.cycleBeats, doneBeat_, until, earlier);
  }
  for (const ScorePart& part : score.parts) {
    if (!isMine(part.port, lane)) continue;
    Listener listener([&](double beat, const MidiGroup&) RT_SAFE { earlier(0, beat); },
                      [&](double beat, const ScoreNote&) RT_SAFE { earlier(0, beat); });
    part.part->visit(pieceOf(doneBeat_, until), listener);
  }
  return next;
}

bool PortNotes::isMine(const MidiSlotRef& port, const MidiLane& lane) const RT_SAFE {
  return port.slot == lane.slot() && port.serial == lane.settings().serial;
}

SongPiece PortNotes::pieceOf(double from, double to) const RT_SAFE {
  // Computed in another way than the windows before it: the same place may differ by a rounding.
  return {from - kSameBeat, to - kSameBeat, play_.fromBeat.value - play_.songBeat.value};
}

}  // namespace downbeat::midi
