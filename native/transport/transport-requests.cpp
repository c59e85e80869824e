// SPDX-License-Identifier: GPL-3.0-or-later
// What the transport is asked: when each request is due, and what it does.
#include <algorithm>
#include <cmath>
#include <limits>

#include "transport/transport.hpp"

namespace downbeat::transport {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
// A boundary this close behind is the one that is meant.
constexpr double kOnBoundary = 1e-9;
constexpr Beats kMinQuantum{1.0};
constexpr Beats kMaxQuantum{64.0};

/// What a request is about: of two about the same thing the later one counts.
enum class Matter : std::uint8_t { playing, place, tempo, loop, quantum };

Matter matterOf(TransportAction action) RT_SAFE {
  switch (action) {
    case TransportAction::play:
    case TransportAction::stop:
    case TransportAction::pause:
    case TransportAction::resume: return Matter::playing;
    case TransportAction::rewind:
    case TransportAction::seekBeats:
    case TransportAction::seekSeconds: return Matter::place;
    case TransportAction::tempo: return Matter::tempo;
    case TransportAction::loop:
    case TransportAction::loopBeats:
    case TransportAction::loopEnable: return Matter::loop;
    case TransportAction::quantum: return Matter::quantum;
  }
  return Matter::quantum;
}

bool isForCycle(const TransportRequest& request) RT_SAFE {
  return request.when == TransportWhen::nextCycle;
}

bool isStart(const TransportRequest& request) RT_SAFE {
  return request.action == TransportAction::play || request.action == TransportAction::resume;
}

}  // namespace

void Transport::welcomeRequests() RT_SAFE {
  for (std::uint32_t i = 0; i < requests_.count(); ++i) {
    if (!requests_[i].isNew) continue;
    requests_[i].isNew = false;
    const TransportRequest request = requests_[i].request;
    const bool isAboutNow = request.when == TransportWhen::now || isForCycle(request);
    if (request.serial != 0 && isAboutNow) i -= dropHeldBack(i);
  }
  for (std::uint32_t i = 0; i < requests_.count(); ++i) {
    WaitingRequest& waiting = requests_[i];
    if (!isForCycle(waiting.request) || waiting.isResolved) continue;
    resolve(waiting);
    if (waiting.request.serial == 0) continue;
    addEvent(TransportEventKind::waits, waitingBeat(waiting).value, waiting.request.serial, false);
  }
}

std::uint32_t Transport::dropHeldBack(std::uint32_t newest) RT_SAFE {
  const Matter matter = matterOf(requests_[newest].request.action);
  std::uint32_t count = 0;
  for (std::uint32_t i = newest; i-- > 0;) {
    const TransportRequest& older = requests_[i].request;
    if (!isForCycle(older) || matterOf(older.action) != matter) continue;
    const TransportRequest dropped = requests_.remove(i);
    ++count;
    if (dropped.serial == 0) continue;
    addEvent(TransportEventKind::refused, static_cast<double>(frame_), dropped.serial, false);
  }
  return count;
}

Beats Transport::waitingBeat(const WaitingRequest& waiting) const RT_SAFE {
  if (!isStart(waiting.request) || lead_ != Lead::link) return waiting.lineBeat;
  const auto frame = static_cast<double>(line_.frameOf(waiting.lineBeat));
  return inPhase(line_.beatAt(frame - 0.5), songBeatNow());
}

void Transport::holdAgain() RT_SAFE {
  for (std::uint32_t i = 0; i < requests_.count(); ++i) {
    if (isForCycle(requests_[i].request)) requests_[i].isResolved = false;
  }
}

void Transport::runRequests() RT_SAFE {
  welcomeRequests();
  for (std::uint32_t i = 0; i < requests_.count();) {
    if (dueFrame(requests_[i]) > frame_) {
      ++i;
      continue;
    }
    const std::int64_t target = targetFrame(requests_[i]);
    run(requests_.remove(i), target);
  }
}

std::int64_t Transport::nextRequestFrame() RT_SAFE {
  std::int64_t next = kNever;
  for (std::uint32_t i = 0; i < requests_.count(); ++i) {
    next = std::min(next, std::max(dueFrame(requests_[i]), frame_ + 1));
  }
  return next;
}

void Transport::resolve(WaitingRequest& waiting) const RT_SAFE {
  waiting.isResolved = true;
  const Beats here = line_.beatAt(frame_);
  if (isForCycle(waiting.request)) {
    // In this order also what is not a number becomes a length.
    const double length = std::min(std::max(kMinCycle.value, waiting.request.at), kMaxCycle.value);
    // A start needs its lead: the next cycle that leaves time for it.
    const bool needsLead = isStart(waiting.request);
    const std::int64_t first = needsLead ? frame_ + leadFrames(waiting.request.isAutoplay) : frame_;
    const Beats from = line_.beatAt(first);
    waiting.lineBeat = Beats{std::ceil(from.value / length - kOnBoundary) * length};
    return;
  }
  const Beats counted = song_.beatAt(here);
  const Beats position = song_.isPlaying() ? counted : here;
  const double cycle = waiting.request.when == TransportWhen::nextBar ? quantum_.value : 1.0;
  const double next = std::ceil(position.value / cycle - kOnBoundary) * cycle;
  waiting.lineBeat = here + (Beats{next} - position);
}

std::int64_t Transport::targetFrame(WaitingRequest& waiting) const RT_SAFE {
  const TransportRequest& request = waiting.request;
  switch (request.when) {
    case TransportWhen::now: return isStart(request) ? kNever : frame_;
    case TransportWhen::atFrame: {
      const double limit = 9.0e15;  // beyond it a double does not count single frames
      return std::fabs(request.at) <= limit ? static_cast<std::int64_t>(request.at) : frame_;
    }
    case TransportWhen::atSongBeat:
      if (song_.isPlaying()) return line_.frameOf(song_.lineBeatOf(Beats{request.at}));
      return isStart(request) ? frame_ : kNever;
    case TransportWhen::nextBeat:
    case TransportWhen::nextBar:
    case TransportWhen::nextCycle:
      if (!waiting.isResolved) resolve(waiting);
      return line_.frameOf(waiting.lineBeat);
  }
  return frame_;
}

std::int64_t Transport::dueFrame(WaitingRequest& waiting) const RT_SAFE {
  const TransportRequest& request = waiting.request;
  if (request.action == TransportAction::tempo && watch_.mustHoldTempo()) return kNever;
  if (request.when == TransportWhen::now) return frame_;
  const std::int64_t target = targetFrame(waiting);
  // A start is decided ahead of its frame, so that MIDI Start can leave before it.
  return isStart(request) && target != kNever ? target - leadFrames(request.isAutoplay) : target;
}

void Transport::run(const TransportRequest& request, std::int64_t target) RT_SAFE {
  std::int64_t landed = frame_;
  bool isDone = true;
  switch (request.action) {
    case TransportAction::play:
    case TransportAction::resume: {
      if (song_.isPlaying() || isWaiting_) break;
      const bool isNow = request.when == TransportWhen::now;
      const std::int64_t first = isNow ? frame_ + leadFrames(request.isAutoplay) : target;
      const bool isResume = request.action == TransportAction::resume;
      planStart(std::max(first, frame_), !isResume || song_.status() == PlayStatus::stopped);
      landed = line_.frameOf(startBeat_);
      break;
    }
    case TransportAction::stop: stop(false); break;
    case TransportAction::pause: pause(); break;
    case TransportAction::rewind: seek(Beats{0.0}); break;
    case TransportAction::seekBeats:
    case TransportAction::seekSeconds: {
      const bool isSeconds = request.action == TransportAction::seekSeconds;
      const double beats = isSeconds ? request.value * tempo_.beatsPerSecond() : request.value;
      isDone = beats >= 0.0 && beats <= kMaxSongBeat.value;
      if (isDone) seek(Beats{beats});
      break;
    }
    case TransportAction::tempo:
      // While a MIDI clock leads, the tempo is its leader's.
      isDone = std::isfinite(request.value) && !clock_.isLeading();
      if (isDone) applyTempo(clampTempo(request.value), false);
      break;
    case TransportAction::loop: isDone = setLoop(request, tempo_.beatsPerSecond()); break;
    case TransportAction::loopBeats: isDone = setLoop(request, 1.0); break;
    case TransportAction::loopEnable:
      isDone = song_.setLoopEnabled(request.flag, songBeatNow());
      break;
    case TransportAction::quantum: isDone = setQuantum(Beats{request.value}); break;
    default: isDone = false; break;
  }
  if (request.serial == 0) return;
  const auto kind = isDone ? TransportEventKind::done : TransportEventKind::refused;
  addEvent(kind, static_cast<double>(landed), request.serial, false);
}

void Transport::planStart(std::int64_t frame, bool isNew) RT_SAFE {
  isNewStart_ = isNew;
  aimStart(frame);
  // Peers start at the quantum after this moment, as we do.
  watch_.tellPlaying(true, hostAt(frame));
}

void Transport::aimStart(std::int64_t frame) RT_SAFE {
  const Beats position = songBeatNow();
  // From half a frame earlier: a boundary that rounds to this frame is this frame.
  startBeat_ = inPhase(line_.beatAt(static_cast<double>(frame) - 0.5), position);
  if (!keepsPhase()) {
    // Nobody to wait for. Before the first frame there is no line yet that could jump.
    if (!hasRun_) startBeat_ = position;
    line_.place(frame, startBeat_);
    noteLineJump();
  }
  isWaiting_ = true;
  RtPlay play;
  play.fromBeat = startBeat_;
  play.songBeat = position;
  play.isPlaying = 1;
  play.cause = position.value == 0.0 ? 1 : 2;
  history_.planStart(play);
}

void Transport::stop(bool isByPeer) RT_SAFE {
  const Beats before = songBeatNow();
  if (song_.status() == PlayStatus::stopped && !isWaiting_) return;
  isWaiting_ = false;
  song_.stop();
  hasJumped_ = hasJumped_ || songBeatNow() != before;
  history_.addPlay(song_.playFrom(line_.beatAt(frame_), 3));
  if (!isByPeer) watch_.tellPlaying(false, hostAt(frame_));
  addEvent(TransportEventKind::stopped, songBeatNow().value, 0, isByPeer);
}

void Transport::pause() RT_SAFE {
  if (!song_.isPlaying() && !isWaiting_) return;
  const Beats here = line_.beatAt(frame_);
  isWaiting_ = false;
  if (song_.isPlaying()) song_.pause(here, frame_);
  history_.addPlay(song_.playFrom(here, 4));
  watch_.tellPlaying(false, hostAt(frame_));
  addEvent(TransportEventKind::paused, songBeatNow().value, 0, false);
}

void Transport::seek(Beats songBeat) RT_SAFE {
  Beats landing = songBeat;
  Beats here = line_.beatAt(frame_);
  if (song_.isPlaying() && keepsPhase()) {
    // The session's phase stays: land as near as it allows.
    landing = songBeat + shortestWay(songBeat, here, quantum_);
    if (landing.value < 0.0) landing = landing + quantum_;
  } else if (song_.isPlaying()) {
    here = inPhase(line_.beatAt(static_cast<double>(frame_) - 0.5), songBeat);
    line_.place(frame_, here);
    noteLineJump();
  }
  song_.moveTo(landing, here, landing.value / tempo_.beatsPerSecond(), frame_);
  hasJumped_ = true;
  history_.addPlay(song_.playFrom(here, song_.isPlaying() ? 0 : 5));
  if (isWaiting_) aimStart(frame_ + leadFrames(false));
  addEvent(TransportEventKind::seeked, landing.value, 0, false);
}

bool Transport::setLoop(const TransportRequest& request, double beatsPerUnit) RT_SAFE {
  const Beats start{request.value * beatsPerUnit};
  const Beats end{request.value2 * beatsPerUnit};
  return song_.setLoop(start, end, request.flag, songBeatNow());
}

bool Transport::setQuantum(Beats quantum) RT_SAFE {
  if (!(quantum >= kMinQuantum) || !(quantum <= kMaxQuantum)) return false;
  if (quantum == quantum_) return true;
  quantum_ = quantum;
  if (isWaiting_) aimStart(frame_ + leadFrames(false));
  return true;
}

}  // namespace downbeat::transport
