// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/clock-follower.hpp"

#include <algorithm>
#include <cmath>

#include "base/midi-message.hpp"

namespace downbeat::midi {
namespace {

constexpr double kTicks = static_cast<double>(kTicksPerBeat);
constexpr std::int64_t kTicksPerSixteenth = kTicksPerBeat / 4;
// Ticks in a row before the clock leads: the first tempi are rough.
constexpr std::uint32_t kLockTicks = 8;
constexpr double kSilentIntervals = 4.5;
// The told tempo moves when it is this many standard errors off, or known well and twice as well as
// before; and not more often than Link's peers hear of it.
constexpr double kTellErrors = 3.0;
constexpr double kTellBetter = 0.5;
constexpr double kTellKnown = 0.006;
constexpr double kLeastError = 1.0e-6;
constexpr std::int64_t kTellMicros = 50'000;
// A tempo this far from the told one is believed when it has lasted: a machine that stands still
// for a moment makes a few ticks look like another tempo.
constexpr double kLeap = 0.03;
constexpr std::uint32_t kLeapTicks = 8;
constexpr std::int64_t kLeapMicros = 200'000;
// The first tick after Start: this far from where it was expected, the leader began anew.
constexpr double kNewPhaseMicros = 2000.0;

}  // namespace

void ClockFollower::receive(const RtClockMessage& message) RT_SAFE {
  switch (message.status) {
    case kTick: tick(message.host); break;
    case kStart:
      play(0, true);
      isLocated_ = true;
      foreseeFirstTick(message.host);
      break;
    case kContinue:
      if (isPlaying_) break;  // said again: it goes on
      play(songTick(), false);
      foreseeFirstTick(message.host);
      break;
    case kStop: stop(); break;
    case kSongPosition:
      locate(static_cast<std::int64_t>(message.position) * kTicksPerSixteenth);
      if (isPlaying_) foreseeFirstTick(message.host);
      break;
    default: break;
  }
}

void ClockFollower::tick(HostMicros host) RT_SAFE {
  const bool isAfterSilence = ticks_ > 0 && isSilentAt(host);
  if (isAfterSilence) {
    ticksInARow_ = 0;
    line_.addAfterSilence(host);
  } else if (mustPlaceTick_ && line_.hasTempo()) {
    const double off =
        std::fabs(static_cast<double>((host - line_.hostOf(line_.newest() + 1)).value));
    if (off > std::max(line_.gateMicros(), kNewPhaseMicros)) {
      line_.addMoved(host);
    } else {
      line_.add(host);
    }
  } else {
    line_.add(host);
  }
  ++ticks_;
  ++ticksInARow_;
  newestAt_ = host;
  if (mustPlaceTick_) {
    mustPlaceTick_ = false;
    fromTick_ = line_.newest();
    hasFirstTick_ = true;
    firstTickAt_ = line_.hasTempo() ? line_.hostOf(fromTick_) : host;
  }
  if (line_.hasTempo()) holdTempo(host);
}

void ClockFollower::play(std::int64_t songTick, bool isFromStart) RT_SAFE {
  isPlaying_ = true;
  hasStopped_ = false;
  isFromStart_ = isFromStart;
  fromSongTick_ = songTick;
  mustPlaceTick_ = true;
  hasFirstTick_ = false;
  ++serial_;
}

void ClockFollower::stop() RT_SAFE {
  fromSongTick_ = songTick();
  isPlaying_ = false;
  hasStopped_ = true;
  mustPlaceTick_ = false;
  hasFirstTick_ = false;
  ++serial_;
}

void ClockFollower::locate(std::int64_t songTick) RT_SAFE {
  isLocated_ = true;
  fromSongTick_ = songTick;
  if (isPlaying_) {
    // Some leaders go round a loop this way.
    play(songTick, false);
  } else {
    ++serial_;
  }
}

/// A leader that ticks while it stands has told already when its song begins.
void ClockFollower::foreseeFirstTick(HostMicros now) RT_SAFE {
  fromTick_ = line_.newest() + 1;
  hasFirstTick_ = line_.hasTempo() && ticks_ > 0 && !isSilentAt(now);
  if (hasFirstTick_) firstTickAt_ = std::max(line_.hostOf(fromTick_), now);
}

std::int64_t ClockFollower::songTick() const RT_SAFE {
  if (!isPlaying_ || mustPlaceTick_) return fromSongTick_;
  return fromSongTick_ + (line_.newest() - fromTick_) + 1;
}

bool ClockFollower::isSilentAt(HostMicros now) const RT_SAFE {
  const double away = static_cast<double>((now - newestAt_).value);
  const double intervals = line_.hasTempo() ? kSilentIntervals * line_.microsPerTick() : 0.0;
  return away > std::max(static_cast<double>(kSilenceMicros), intervals);
}

void ClockFollower::holdTempo(HostMicros now) RT_SAFE {
  const double bpm = 60.0e6 / (kTicks * line_.microsPerTick());
  const double error = std::max(line_.tempoError(), kLeastError);
  if (ticksInARow_ < kLockTicks && heldBpm_ != 0.0) return;
  if (heldBpm_ != 0.0) {
    const bool isOff = std::fabs(bpm / heldBpm_ - 1.0) > kTellErrors * error;
    const bool isBetter = error < kTellBetter * heldError_ && error < kTellKnown;
    if ((!isOff && !isBetter) || now < heldAt_ + HostMicros{kTellMicros}) {
      // A change made the tempo less certain; the next better one counts from here.
      heldError_ = std::max(heldError_, error);
      return;
    }
  }
  if (isUnprovenLeap(bpm, now)) return;
  heldBpm_ = clampTempo(bpm).bpm;
  heldError_ = error;
  heldAt_ = now;
}

bool ClockFollower::isUnprovenLeap(double bpm, HostMicros now) RT_SAFE {
  if (heldBpm_ == 0.0 || std::fabs(bpm / heldBpm_ - 1.0) <= kLeap) {
    leapTicks_ = 0;
    return false;
  }
  if (leapTicks_ == 0 || std::fabs(bpm / leapBpm_ - 1.0) > kLeap) {
    leapTicks_ = 0;
    leapBpm_ = bpm;
    leapAt_ = now;
  }
  ++leapTicks_;
  return leapTicks_ < kLeapTicks || now < leapAt_ + HostMicros{kLeapMicros};
}

ClockState ClockFollower::stateAt(HostMicros now) const RT_SAFE {
  if (ticks_ == 0) return ClockState::waiting;
  if (isSilentAt(now)) return hasStopped_ ? ClockState::waiting : ClockState::lost;
  return line_.hasTempo() && ticksInARow_ >= kLockTicks ? ClockState::locked : ClockState::waiting;
}

ClockInput ClockFollower::at(HostMicros host, HostMicros now) RT_SAFE {
  ClockInput input;
  input.state = stateAt(now);
  input.hasLine = line_.hasTempo() && heldBpm_ > 0.0;
  if (input.hasLine) {
    input.beat = Beats{line_.tickAt(host) / kTicks};
    input.tempo = Tempo{heldBpm_};
  }
  input.playSerial = serial_;
  input.isPlaying = isPlaying_;
  input.isFromStart = isFromStart_;
  input.isLocated = isLocated_;
  input.hasFirstTick = hasFirstTick_;
  input.firstTickAt = firstTickAt_;
  input.fromBeat = Beats{static_cast<double>(fromTick_) / kTicks};
  input.songBeat = Beats{static_cast<double>(fromSongTick_) / kTicks};
  return input;
}

RtClockFigures ClockFollower::figures() const RT_SAFE {
  RtClockFigures figures;
  figures.tempoBpm = heldBpm_;
  figures.jitterMicros = line_.hasTempo() ? line_.jitterMicros() : 0.0;
  figures.ticks = ticks_;
  figures.missing = line_.missing();
  figures.doubled = line_.doubled();
  figures.newestAt = newestAt_;
  return figures;
}

}  // namespace downbeat::midi
