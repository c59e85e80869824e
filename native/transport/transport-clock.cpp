// SPDX-License-Identifier: GPL-3.0-or-later
// How the transport follows a MIDI clock. Alone the line takes the clock's tempo and phase, and the
// song starts and stops with the leader's. Among Link peers the clock only gives its tempo to the
// session; the line stays on Link's phase, and a start waits for the quantum after the leader's
// downbeat.
#include <algorithm>
#include <cmath>

#include "transport/transport.hpp"

namespace downbeat::transport {
namespace {

constexpr double kTicks = 24.0;
// A song that cannot begin within this time of the leader's begins inside, where the leader is.
constexpr double kMaxLateSeconds = 0.1;
// Nearer than this the offset to the clock is still the one of the leader's start.
constexpr double kSamePlaceBeats = 0.5;

// Link's tempo is a whole number of microseconds and the clock's is measured: the two drift apart
// by some milliseconds in a minute. Their distance in seconds is kept by a tempo that is off by
// less than anybody hears. A distance that jumps is a new one: somebody changed the tempo.
constexpr double kTrimFrom = 0.002;
constexpr double kTrimmed = 0.0005;
constexpr double kOtherDistance = 0.03;
constexpr double kTrimSeconds = 20.0;
constexpr double kMostTrim = 0.0005;
constexpr HostMicros kTrimEvery{2000000};

Beats wholeTicks(double beats) RT_SAFE { return {std::floor(beats * kTicks + 0.5) / kTicks}; }

}  // namespace

bool Transport::keepsPhase() const RT_SAFE {
  return lead_ == Lead::link || (lead_ == Lead::clock && clock_.isPlaying && hasClockPlace_);
}

double Transport::clockErrorBeats() const RT_SAFE {
  return (clock_.beat + clockOffset_ - line_.beatAt(frame_)).value;
}

void Transport::followClock() RT_SAFE {
  if (clock_.state == ClockState::off) {
    clockSerial_ = 0;
    hasClockPlace_ = false;
    return;
  }
  if (lead_ == Lead::clock) applyTempo(clock_.tempo, false);
  takeClockPlay();
  if (lead_ == Lead::clock) followClockPhase();
  if (lead_ == Lead::link) bridgeTempo();
}

void Transport::takeClockPlay() RT_SAFE {
  if (clock_.playSerial == 0) clockSerial_ = 0;  // another leader, who has said nothing yet
  if (clock_.playSerial == clockSerial_) return;
  if (clock_.isPlaying && !clock_.hasFirstTick) return;
  clockSerial_ = clock_.playSerial;
  if (clock_.isPlaying) {
    startByClock();
    return;
  }
  hasClockPlace_ = false;
  pause();
  // The leader stands where its next tick would play.
  if (clock_.isLocated && clock_.songBeat != songBeatNow()) seek(clock_.songBeat);
}

void Transport::startByClock() RT_SAFE {
  const double ahead = static_cast<double>((clock_.firstTickAt - blockHost_).value) * 1.0e-6;
  Beats position = clock_.isLocated ? clock_.songBeat : songBeatNow();
  Beats clockBeat = clock_.fromBeat;
  if (ahead < -kMaxLateSeconds && lead_ != Lead::link) {
    const Beats missed{-ahead * tempo_.beatsPerSecond()};
    position = position + missed;
    clockBeat = clockBeat + missed;
  }
  pause();
  if (position != songBeatNow()) {
    const Beats here = line_.beatAt(frame_);
    song_.moveTo(position, here, position.value / tempo_.beatsPerSecond(), frame_);
    hasJumped_ = true;
    addEvent(TransportEventKind::seeked, position.value, 0, false);
  }
  // Alone the leader's downbeat is ours, wherever the line was.
  hasClockPlace_ = false;
  planStart(frame_ + static_cast<std::int64_t>(std::max(ahead, 0.0) * sampleRate_ + 0.5),
            clock_.isFromStart);
  if (lead_ == Lead::link) return;
  clockOffset_ = startBeat_ - clockBeat;
  hasClockPlace_ = true;
  mustAlign_ = false;
  mustCatchUp_ = true;
}

void Transport::followClockPhase() RT_SAFE {
  double error = clockErrorBeats();
  if (mustAlign_ && std::fabs(error) >= kSamePlaceBeats) hasClockPlace_ = false;
  mustAlign_ = false;
  const bool isFar = std::fabs(error) * kTicks > 0.5;
  if (!hasClockPlace_ && isFar) {
    // Which tick is a downbeat is not known: the nearest is near enough.
    clockOffset_ = clockOffset_ - wholeTicks(error);
  } else if (isFar && !song_.isPlaying() && !isWaiting_) {
    // Nothing is heard: step, and forward, so that no tick is asked for twice.
    const Beats here = line_.beatAt(frame_);
    const Beats target = here + phaseOf(Beats{error}, quantum_);
    line_.place(frame_, target);
    clockOffset_ = target - clock_.beat;
    noteLineJump();
  }
  error = clockErrorBeats();
  if (mustCatchUp_ && song_.isPlaying()) {
    follower_.catchUp();
    mustCatchUp_ = false;
  }
  follower_.measure(error / tempo_.beatsPerSecond());
}

void Transport::bridgeTempo() RT_SAFE {
  if (!clock_.isLeading() || blockHost_ < bridgeFrom_ || watch_.mustHoldTempo()) {
    hasBridgeDistance_ = false;
    return;
  }
  if (watch_.hasUntoldTempo()) return;
  trimBridge();
  const Tempo wanted = clampTempo(clock_.tempo.bpm * (1.0 + bridgeTrim_));
  if (linkMicrosPerBeat(wanted) != linkMicrosPerBeat(tempo_)) applyTempo(wanted, false);
}

void Transport::trimBridge() RT_SAFE {
  const Beats distance = clock_.beat - line_.beatAt(frame_);
  const double drift = (distance - bridgeDistance_).value / tempo_.beatsPerSecond();
  if (!hasBridgeDistance_ || std::fabs(drift) > kOtherDistance) {
    hasBridgeDistance_ = true;
    bridgeDistance_ = distance;
    bridgeTrim_ = 0.0;
    bridgeLookAt_ = blockHost_ + kTrimEvery;
  }
  if (blockHost_ < bridgeLookAt_) return;
  bridgeLookAt_ = blockHost_ + kTrimEvery;
  if (std::fabs(drift) < kTrimmed) bridgeTrim_ = 0.0;
  if (std::fabs(drift) > kTrimFrom || bridgeTrim_ != 0.0) {
    bridgeTrim_ = std::clamp(drift / kTrimSeconds, -kMostTrim, kMostTrim);
  }
}

}  // namespace downbeat::transport
