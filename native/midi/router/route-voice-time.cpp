// SPDX-License-Identifier: GPL-3.0-or-later
// What a route does by the beat: what it delays, and the steps of its arpeggio.
#include "midi/router/route-voice.hpp"

namespace downbeat::midi {
namespace {

// Beats. The line begins somewhere else, rather than being corrected.
constexpr double kLineJump = 0.5;
// Microseconds. What is due within the microsecond that is beginning is due now.
constexpr double kDueNow = 1.0;
/// Of what waits, sent in one run: the clock goes in between.
constexpr int kMostAtOnce = 64;

}  // namespace

HostTime RouteVoice::run(RouteDesk& desk) RT_SAFE {
  if (!rules_->isWhole()) return MidiWire::kNever;
  const SongFollower& song = desk.song;
  MidiLane lane = desk.lane(rules_->to.slot);
  const HostTime songTime = lane.songTime();
  followJumps(songTime, desk);
  const RtLine& line = song.view().lines[lineIndexAt(song.view(), songTime)];
  const double here = beatOn(line, songTime + kDueNow);
  HostTime next = MidiWire::kNever;
  const auto sooner = [&](double beat) RT_SAFE {
    const HostTime at = hostOn(line, beat) + lane.settings().offsetMicros;
    if (at < next) next = at;
  };

  double due = 0.0;
  for (int i = 0; i < kMostAtOnce && desk.pool.nextDue(waiting_, due) && due <= here; ++i) {
    emit(desk.pool.take(waiting_), desk);
  }
  if (desk.pool.nextDue(waiting_, due)) sooner(due);

  if (sounding_.isOn && sounding_.endBeat <= here) endArp(sounding_.endBeat, desk);
  if (!arp_.isEmpty()) {
    const ArpClock::Step step =
        arpClock_.look(song, songTime, here, rules_->arp.stepBeats, rules_->arp.gate);
    if (step.isDue) playArp(step, desk);
    sooner(step.nextBeat);
    for (std::uint32_t i = 0; i < song.count(); ++i) {
      const HostTime from = song.record(i).from + lane.settings().offsetMicros;
      if (song.record(i).from > songTime && from < next) next = from;
    }
  }
  if (sounding_.isOn) sooner(sounding_.endBeat);
  return next;
}

void RouteVoice::playArp(const ArpClock::Step& step, RouteDesk& desk) RT_SAFE {
  if (sounding_.isOn) endArp(step.beat, desk);
  ArpNote note;
  if (!arp_.next(note)) return;
  const MidiMessage message = noteOn(note.channel, note.note, note.velocity);
  const double delay = rules_->delayBeats;
  if (!begin(message, step.beat, delay, desk)) return;
  sounding_ = {true, note, step.endBeat, delay};
}

void RouteVoice::endArp(double beat, RouteDesk& desk) RT_SAFE {
  sounding_.isOn = false;
  end(noteOff(sounding_.note.channel, sounding_.note.note), beat, sounding_.delayBeats, desk);
}

/// A line that begins somewhere else takes along what waits for its beats.
void RouteVoice::followJumps(HostTime songTime, RouteDesk& desk) RT_SAFE {
  const SongFollower& song = desk.song;
  const RtTransportView& view = song.view();
  const bool hasRun = hasRun_;
  const HostTime before = doneTime_;
  hasRun_ = true;
  doneTime_ = songTime;
  if (!hasRun) return;
  if (song.hasChanged()) {
    jump(beatAtTime(view, before) - beatAtTime(song.previousView(), before), desk);
  }
  for (std::uint32_t i = 1; i < lineCount(view); ++i) {
    const HostTime begin = beginOf(view.lines[i]);
    if (begin > before && begin <= songTime) jump(jumpInto(view, i), desk);
  }
}

void RouteVoice::jump(double beats, RouteDesk& desk) RT_SAFE {
  if (absolute(beats) <= kLineJump) return;
  desk.pool.shift(waiting_, beats);
  sounding_.endBeat += beats;
}

}  // namespace downbeat::midi
