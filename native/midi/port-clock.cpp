// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/port-clock.hpp"

#include <cmath>

namespace downbeat::midi {
namespace {

// Ticks. A smaller move of the line is caught up with, a larger one is a jump.
constexpr double kJump = 0.5;
// Beats. Up to here a device that plays is brought back by ticks that come faster or slower.
constexpr double kCatchUp = 0.5;
// Beats. A start that was learnt this late is still made up for from its first beat: one sixteenth.
constexpr double kLateStart = 0.25;
// Ticks. Subtracted from a place to make "after" mean "from there on".
constexpr double kJustBefore = 0.02;
// Microseconds from Start or Continue to the tick that is the first beat. Devices need a moment;
// a millisecond is what makers advise and shorter than any tick at 999 bpm, twice its tempo too.
constexpr double kStartLead = 1000.0;
// Of the device, whatever its tempo.
constexpr std::int64_t kTicksPerSixteenth = 6;
constexpr std::int64_t kTicksPerBar = 96;
// Microseconds. Farther away than anything is planned for.
constexpr double kFarAway = 1e18;
// Microseconds. What a double may be off after the arithmetic of a tick, and more.
constexpr double kRounding = 0.01;

/// Beats from the line's grid of `ticks` to a beat to the song's, 0 to one tick; 0 while it does
/// not play.
double gridOf(const RtPlay& play, double ticks) RT_SAFE {
  if (play.isPlaying == 0) return 0.0;
  const double away = (play.fromBeat.value - play.songBeat.value) * ticks;
  const double part = away - std::floor(away);
  return part < 1e-4 || part > 1.0 - 1e-4 ? 0.0 : part / ticks;
}

/// The first beat of the grid after `after`; one that is within a hundredth of a tick is not after.
double gridAfter(double grid, double after, double ticks) RT_SAFE {
  return grid + (std::floor((after - grid) * ticks + 0.01) + 1.0) / ticks;
}

/// Ticks of the longer bar, the song's or the device's: where both begin one.
std::int64_t barOf(double ticks) RT_SAFE {
  const auto song = static_cast<std::int64_t>(4.0 * ticks);
  return song > kTicksPerBar ? song : kTicksPerBar;
}

bool isSent(MidiLane& lane, std::uint8_t status) RT_SAFE {
  return lane.send(systemMessage(status)) == SendResult::sent;
}

}  // namespace

HostTime PortClock::run(const SongFollower& song, MidiLane& lane, LatenessHistogram& lateness)
    RT_SAFE {
  const RtMidiSlotSettings& settings = lane.settings();
  const HostTime songTime = lane.songTime();
  if (settings.ticksPerBeat != ticks_) {
    ticks_ = settings.ticksPerBeat;
    deviceTick_ = -1;  // counted in ticks of another length: it is told its place anew
  }
  followJumps(song, songTime);
  followStarts(song, songTime);
  songTime_ = songTime;
  // Usually no turn or one; a thread that was away makes up for at most two ticks in one run.
  for (int turn = 0; turn < 3; ++turn) {
    const Tick tick = nextTick(song);
    if (isStopDue(song, tick)) sendStop(lane);
    const HostTime ideal = tick.at + settings.offsetMicros;
    const double half = tick.interval * 0.5;
    const HostTime prepareAt = ideal - (half > kStartLead ? half : kStartLead);
    const bool isWanted = isTickWanted(song, tick, settings);
    nextTickAt_ = isWanted ? ideal : kFarAway;
    HostTime now = lane.now();
    if (now < prepareAt) return prepareAt;
    prepareDevice(song, tick, lane);
    HostTime due = ideal > lastTickAt_ + half ? ideal : lastTickAt_ + half;
    if (due < earliestTick_) due = earliestTick_;
    if (isWanted) nextTickAt_ = due;
    now = lane.now();
    if (now < due - kRounding) return due;
    lastTickAt_ = now;
    if (isWanted) {
      const SendResult result = lane.send(systemMessage(kTick));
      // Without room it is tried again half a tick later, and the ticks behind it come faster: the
      // device counts every one. Half a beat behind is too far: followJumps gives the ticks up, and
      // the device is told its place.
      if (result == SendResult::dropped) {
        if (stateOfDevice(song).play.isPlaying == 0) sendStop(lane);
        continue;
      }
      if (result == SendResult::sent) {
        lateness.record(now - ideal);
        lane.recordLateness(now - ideal);
      }
    }
    lastBeat_ = tick.beat;
    if (isRunning_) ++deviceTick_;
  }
  return lane.now();
}

void PortClock::finish(MidiLane& lane) RT_SAFE { sendStop(lane); }

bool PortClock::isTickWanted(const SongFollower& song, const Tick& tick,
                             const RtMidiSlotSettings& settings) const RT_SAFE {
  if (settings.clock == 0) return false;
  return settings.clockStops == 0 || song.recordAt(tick.at).play.isPlaying != 0;
}

/// The line may have been moved under us: by a new view, by a line that begins now, or because we
/// were away for long.
void PortClock::followJumps(const SongFollower& song, HostTime songTime) RT_SAFE {
  const RtTransportView& view = song.view();
  if (!hasPlace_) {
    hasPlace_ = true;
    songTime_ = songTime;
    lastBeat_ = beatAtTime(view, songTime) - kJustBefore / ticks_;
    return;
  }
  if (song.hasChanged()) {
    const double moved = beatAtTime(view, songTime_) - beatAtTime(song.previousView(), songTime_);
    if (absolute(moved) > (isRunning_ ? kCatchUp : kJump / ticks_))
      lastBeat_ = beatAtTime(view, songTime_);
  }
  for (std::uint32_t i = 1; i < lineCount(view); ++i) {
    const HostTime begin = beginOf(view.lines[i]);
    if (begin <= songTime_ || begin > songTime) continue;
    if (absolute(jumpInto(view, i)) > kJump / ticks_) {
      lastBeat_ = view.lines[i].beats.value - kJustBefore / ticks_;
    }
  }
  const double behind = beatAtTime(view, songTime) - lastBeat_;
  if (absolute(behind) > kCatchUp + 1.0 / ticks_) lastBeat_ = beatAtTime(view, songTime);
}

/// A start from the beginning that was learnt a little late: the ticks since its first beat have
/// gone out as ticks of a stopped device. They are sent again, so that it plays from its first
/// beat.
void PortClock::followStarts(const SongFollower& song, HostTime songTime) RT_SAFE {
  for (std::uint32_t i = 0; i < song.count(); ++i) {
    const PlayRecord& record = song.record(i);
    if (record.serial <= seenSerial_ || record.from > songTime) continue;
    seenSerial_ = record.serial;
    const RtPlay& play = record.play;
    const bool isStart = play.isPlaying != 0 && play.cause == 1 && play.songBeat.value == 0.0;
    const double late = beatAtTime(song.view(), songTime) - play.fromBeat.value;
    if (isStart && !isRunning_ && late >= 0.0 && late < kLateStart &&
        lastBeat_ > play.fromBeat.value - kJustBefore / ticks_) {
      lastBeat_ = play.fromBeat.value - kJustBefore / ticks_;
    }
  }
}

const PlayRecord& PortClock::stateOfDevice(const SongFollower& song) const RT_SAFE {
  // A device that was started ahead of its first tick runs from there on, not yet.
  return song.recordAt(songTime_ > runsFrom_ ? songTime_ : runsFrom_);
}

/// A tick that lies before the stop and is late goes out first: the device stands where the song
/// does, and one that knows no song position can go on from there.
bool PortClock::isStopDue(const SongFollower& song, const Tick& tick) const RT_SAFE {
  if (!isRunning_) return false;
  const PlayRecord& state = stateOfDevice(song);
  return state.play.isPlaying == 0 && song.recordAt(tick.at).serial >= state.serial;
}

PortClock::Tick PortClock::nextTick(const SongFollower& song) const RT_SAFE {
  const RtTransportView& view = song.view();
  const std::uint32_t lines = lineCount(view);
  std::uint32_t i = lineIndexAt(view, songTime_);
  double after = lastBeat_;
  bool isJump = false;
  while (true) {
    const RtLine& line = view.lines[i];
    HostTime place = hostOn(line, after);
    if (isJump && place < beginOf(line)) place = beginOf(line);
    const PlayRecord& record = song.recordAt(place);
    Tick tick;
    tick.interval = line.tempo.microsPerBeat() / ticks_;
    tick.beat = gridAfter(gridOf(record.play, ticks_), after, ticks_);
    tick.at = hostOn(line, tick.beat);
    // On the next line, if that begins before. It goes on where this one ends, or it is a jump.
    if (i + 1 < lines && tick.at >= beginOf(view.lines[i + 1]) - 0.5) {
      ++i;
      isJump = absolute(jumpInto(view, i)) > kJump / ticks_;
      if (isJump) after = view.lines[i].beats.value - kJustBefore / ticks_;
      continue;
    }
    // A song that begins, ends or jumps before the tick may move the grid.
    const PlayRecord& newer = song.recordAt(tick.at);
    if (newer.serial > record.serial) {
      const double from = newer.play.fromBeat.value - kJustBefore / ticks_;
      tick.beat = gridAfter(gridOf(newer.play, ticks_), from > after ? from : after, ticks_);
      tick.at = hostOn(line, tick.beat);
    }
    return tick;
  }
}

/// Before the tick goes out: is it the tick that the device takes it for?
void PortClock::prepareDevice(const SongFollower& song, const Tick& tick, MidiLane& lane) RT_SAFE {
  if (lane.settings().startStop == 0) return;
  const PlayRecord& record = song.recordAt(tick.at);
  if (record.play.isPlaying == 0) return;
  // Nothing is begun for a late tick of a song that stands meanwhile.
  const bool isLate = tick.at < songTime_;
  if (!isRunning_ && isLate && song.recordAt(songTime_).play.isPlaying == 0) return;
  const auto songTick =
      static_cast<std::int64_t>(std::floor(songBeatAt(record.play, tick.beat) * ticks_ + 0.5));
  if (songTick < 0 || (isRunning_ && deviceTick_ == songTick)) return;
  locate(songTick, record, tick, lane);
}

void PortClock::locate(std::int64_t songTick, const PlayRecord& record, const Tick& tick,
                       MidiLane& lane) RT_SAFE {
  const bool isStart = songTick == 0 && record.play.cause == 1;
  bool isReady = false;
  if (lane.settings().songPosition != 0) {
    sendStop(lane);
    if (isRunning_) return;
    if (isStart) {
      isReady = isSent(lane, kStart);
    } else if (songTick % kTicksPerSixteenth == 0) {
      const auto sixteenth = static_cast<std::uint32_t>(songTick / kTicksPerSixteenth);
      isReady = lane.send(continueAt(sixteenth), MessageClass::realtime) == SendResult::sent;
    }
  } else if (isRunning_) {
    deviceTick_ = songTick;  // it cannot be told where the song went: it stays in time
    return;
  } else if (deviceTick_ == songTick) {
    isReady = isSent(lane, kContinue);
  } else if (songTick % barOf(ticks_) == 0) {
    isReady = isSent(lane, kStart);  // all it knows is the beginning: that is put on a bar
  }
  if (!isReady) return;
  isRunning_ = true;
  deviceTick_ = songTick;
  runsFrom_ = tick.at;
  earliestTick_ = lane.now() + kStartLead;
}

void PortClock::sendStop(MidiLane& lane) RT_SAFE {
  if (!isRunning_) return;
  // Without room it is said in the next turn; a port that is lost needs no stop.
  if (lane.send(systemMessage(kStop)) != SendResult::dropped) isRunning_ = false;
}

}  // namespace downbeat::midi
