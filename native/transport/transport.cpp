// SPDX-License-Identifier: GPL-3.0-or-later
// What the transport does by itself: blocks, quanta, following Link. Requests are in
// transport-requests.cpp, following a MIDI clock in transport-clock.cpp.
#include "transport/transport.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace downbeat::transport {
namespace {

// How long a session's own tempo stands before the MIDI clock's takes its place: longer than Link
// hides the session from a thread that has committed.
constexpr HostMicros kBridgeAfterJoin{1500000};
constexpr HostMicros kBridgeAfterChange{1000000};

}  // namespace

void Transport::prepare(double sampleRate, Tempo tempo, Beats quantum) {
  *this = Transport{};
  sampleRate_ = sampleRate;
  tempo_ = clampTempo(tempo.bpm);
  quantum_ = quantum;
  song_.prepare(sampleRate);
  watch_.reset(tempo_);
  line_.bend(0, framesPerBeat());
  line_.place(0, Beats{0.0});
  history_.reset(song_.playFrom(Beats{0.0}, 3));
}

void Transport::changeSampleRate(double sampleRate) RT_SAFE {
  song_.changeSampleRate(sampleRate, frame_);
  sampleRate_ = sampleRate;
  line_.bend(frame_, framesPerBeat());
}

bool Transport::request(const TransportRequest& request) RT_SAFE { return requests_.add(request); }

void Transport::beginBlock(Frames firstFrame, HostMicros host, const LinkInput& link,
                           const ClockInput& clock) RT_SAFE {
  eventCount_ = 0;
  frame_ = firstFrame.value;
  blockFrame_ = firstFrame.value;
  blockHost_ = host;
  if (hasSkipped_) noteLineJump();
  hasSkipped_ = false;
  const LinkNews news = watch_.read(link, blockHost_, quantum_);
  clock_ = clock;
  chooseLead(news);
  followLink(news, link);
  followClock();
}

void Transport::chooseLead(const LinkNews& news) RT_SAFE {
  const Lead alone = clock_.isLeading() ? Lead::clock : Lead::frames;
  const Lead lead = watch_.isFollowing() ? Lead::link : alone;
  if (lead == lead_) return;
  lead_ = lead;
  isReturning_ = lead == Lead::link && news.isReturn;
  follower_.reset();
  pace_ = 1.0;
  line_.bend(frame_, framesPerBeat());
  mustAlign_ = lead == Lead::clock;
  if (lead != Lead::link) return;
  hasClockPlace_ = false;
  bridgeFrom_ = blockHost_ + kBridgeAfterJoin;
}

void Transport::followLink(const LinkNews& news, const LinkInput& link) RT_SAFE {
  if (news.hasTempo) {
    applyTempo(news.tempo, true);
    bridgeFrom_ = std::max(bridgeFrom_, blockHost_ + kBridgeAfterChange);
  }
  if (news.hasPlaying && !news.isPlaying) stop(true);
  if (lead_ == Lead::link && !watch_.hasUntoldTempo()) followPhase(link.beat);
  if (news.hasPlaying && news.isPlaying && !song_.isPlaying() && !isWaiting_) {
    // The peer's wish is for a moment that may still come: the start is at the quantum after it.
    const double ahead = static_cast<double>((news.playingSince - blockHost_).value);
    const double frames = std::clamp(ahead * 1.0e-6, 0.0, 10.0) * sampleRate_;
    isNewStart_ = true;
    aimStart(frame_ + static_cast<std::int64_t>(frames));
  }
}

void Transport::followPhase(Beats linkBeat) RT_SAFE {
  const Beats here = line_.beatAt(frame_);
  const double seconds = shortestWay(here, linkBeat, quantum_).value / tempo_.beatsPerSecond();
  const bool isNear = std::fabs(seconds) <= PhaseFollower::kSlewRange;
  if (isNear) isReturning_ = false;
  if (song_.isPlaying() || isReturning_ || isNear) {
    follower_.measure(seconds);
    return;
  }
  // Nothing is heard: step, and forward, so that no tick is asked for twice.
  line_.place(frame_, here + phaseOf(linkBeat - here, quantum_));
  follower_.measure(0.0);
  noteLineJump();
  if (isWaiting_) aimStart(frame_ + leadFrames(false));
}

void Transport::applyTempo(Tempo tempo, bool isByPeer) RT_SAFE {
  if (tempo == tempo_) return;
  tempo_ = tempo;
  line_.bend(frame_, framesPerBeat());
  history_.beginLine(lineNow());
  if (!isByPeer) watch_.tellTempo(tempo, hostAt(frame_));
  addEvent(TransportEventKind::tempoChanged, tempo.bpm, 0, isByPeer);
}

SongSpans Transport::advance(std::uint32_t frames) RT_SAFE {
  SongSpans spans;
  spans.firstFrame = Frames{frame_};
  const std::int64_t first = frame_;
  const std::int64_t end = first + std::min(frames, kQuantumFrames);
  if (lead_ != Lead::frames && end > first) {
    pace_ = follower_.advance(static_cast<double>(end - first) / sampleRate_);
    line_.bend(frame_, framesPerBeat());
    history_.continueLine(lineNow());
  }
  while (frame_ < end) {
    startAndWrap();
    runRequests();
    startAndWrap();
    const bool hasRoom = spans.count + 1 < SongSpans::kMax;
    const std::int64_t next = hasRoom ? nextChange(end) : end;
    addSpan(spans, first, next);
    frame_ = next;
    hasRun_ = true;
  }
  tempoAtWrap_ = Tempo{0.0};
  return spans;
}

std::int64_t Transport::nextChange(std::int64_t end) RT_SAFE {
  std::int64_t next = std::min(end, std::min(nextRequestFrame(), song_.wrapFrame(line_)));
  if (isWaiting_) next = std::min(next, line_.frameOf(startBeat_));
  return std::max(next, frame_ + 1);
}

void Transport::startAndWrap() RT_SAFE {
  if (isWaiting_ && line_.frameOf(startBeat_) <= frame_) {
    isWaiting_ = false;
    song_.start(startBeat_, std::min(frame_, line_.frameOf(startBeat_)), isNewStart_);
    history_.keepStart();
    addEvent(TransportEventKind::started, songBeatNow().value, 0, false);
  }
  if (song_.wrapFrame(line_) <= frame_) {
    song_.wrap(line_, 1.0 / tempo_.beatsPerSecond(), frame_);
    history_.addPlay(song_.playFrom(line_.beatAt(frame_), 0));
    hasJumped_ = true;
    const bool isOurs = !clock_.isLeading() && !watch_.mustHoldTempo();
    if (tempoAtWrap_.bpm > 0.0 && isOurs) applyTempo(clampTempo(tempoAtWrap_.bpm), false);
  }
}

void Transport::addSpan(SongSpans& spans, std::int64_t quantumFrame, std::int64_t end) RT_SAFE {
  SongSpan& span = spans.spans[spans.count];
  span = song_.spanAt(line_, frame_);
  span.offset = static_cast<std::uint32_t>(frame_ - quantumFrame);
  span.frames = static_cast<std::uint32_t>(end - frame_);
  span.hasJumped = hasJumped_;
  hasJumped_ = false;
  ++spans.count;
  if (span.isPlaying) addBars(span, end);
}

void Transport::addBars(const SongSpan& span, std::int64_t end) RT_SAFE {
  double bar = std::max(0.0, std::floor(span.songBeat.value / quantum_.value));
  for (;; bar += 1.0) {
    const std::int64_t frame = span.frameOf(quantum_ * bar);
    if (frame >= end) return;
    if (frame >= frame_) {
      addEvent({TransportEventKind::bar, false, 0, Frames{frame}, bar + 1.0});
    }
  }
}

LinkOutput Transport::takeLinkOutput() RT_SAFE {
  return watch_.take(line_.beatAt(frame_), hostAt(frame_), quantum_);
}

void Transport::skipFrames(Frames frames) RT_SAFE {
  if (frames.value <= 0) return;
  line_.skip(frames.value);
  song_.skip(frames.value);
  hasSkipped_ = true;
  hasJumped_ = true;
  if (!song_.isPlaying()) return;
  const Beats position = songBeatNow();
  const Beats rounded = song_.roundLoop(position);
  if (rounded == position) return;
  song_.moveTo(rounded, line_.beatAt(frame_), rounded.value / tempo_.beatsPerSecond(), frame_);
  history_.addPlay(song_.playFrom(line_.beatAt(frame_), 0));
}

const RtTransportView& Transport::view() RT_SAFE {
  history_.continueLine(lineNow());
  RtTransportView& view = history_.view();
  view.quantum = quantum_;
  view.willWrap = song_.willWrap() ? 1 : 0;
  view.loopStart = song_.loopStart();
  view.loopEnd = song_.loopEnd();
  return view;
}

TransportState Transport::state() const RT_SAFE {
  TransportState state;
  state.frame = Frames{frame_};
  state.status = song_.status();
  state.isWaiting = isWaiting_;
  for (std::uint32_t i = 0; i < requests_.count(); ++i) {
    state.hasHeldBack |= requests_[i].request.when == TransportWhen::nextCycle;
  }
  state.isFollowing = lead_ == Lead::link;
  state.lineBeat = line_.beatAt(frame_);
  state.songBeat = songBeatNow();
  state.songSeconds = song_.secondsAt(frame_);
  state.tempo = tempo_;
  state.quantum = quantum_;
  state.isLoopEnabled = song_.isLoopEnabled();
  state.willWrap = song_.willWrap();
  state.loopStart = song_.loopStart();
  state.loopEnd = song_.loopEnd();
  state.loopStartSeconds = song_.loopStart().value / tempo_.beatsPerSecond();
  state.loopEndSeconds = song_.loopEnd().value / tempo_.beatsPerSecond();
  state.slewMicros = lead_ == Lead::frames ? 0.0 : follower_.errorSeconds() * 1.0e6;
  return state;
}

RtLinkFacts Transport::linkFacts() const RT_SAFE {
  RtLinkFacts facts = watch_.facts();
  facts.correctionMicros = lead_ == Lead::link ? follower_.errorSeconds() * 1.0e6 : 0.0;
  return facts;
}

void Transport::addEvent(const TransportEvent& event) RT_SAFE {
  if (eventCount_ == kMaxEvents) {
    ++eventsDropped_;
    return;
  }
  events_[eventCount_] = event;
  ++eventCount_;
}

void Transport::addEvent(TransportEventKind kind, double value, std::uint32_t serial, bool isByPeer)
    RT_SAFE {
  addEvent({kind, isByPeer, serial, Frames{frame_}, value});
}

void Transport::noteLineJump() RT_SAFE {
  history_.beginLine(lineNow());
  holdAgain();
}

HostMicros Transport::hostAt(std::int64_t frame) const RT_SAFE {
  const double micros = static_cast<double>(frame - blockFrame_) * 1.0e6 / sampleRate_;
  return blockHost_ + HostMicros{static_cast<std::int64_t>(std::floor(micros + 0.5))};
}

RtLine Transport::lineNow() const RT_SAFE {
  RtLine line;
  line.host = hostAt(frame_);
  line.beats = line_.beatAt(frame_);
  line.tempo = lead_ == Lead::frames ? tempo_ : Tempo{sampleRate_ * 60.0 / line_.framesPerBeat()};
  return line;
}

double Transport::framesPerBeat() const RT_SAFE {
  if (lead_ != Lead::link) return sampleRate_ * 60.0 / tempo_.bpm / pace_;
  // Link's beats last whole microseconds; ours are as exact as the tempo says.
  return sampleRate_ * linkMicrosPerBeat(tempo_) * 1.0e-6 / pace_;
}

Beats Transport::inPhase(Beats from, Beats songBeat) const RT_SAFE {
  return songBeat + quantum_ * std::ceil((from - songBeat).value / quantum_.value);
}

std::int64_t Transport::leadFrames(bool isAutoplay) const RT_SAFE {
  // 20 ms let MIDI Start leave before its first tick; at power-up everything may be late once.
  const double seconds = isAutoplay ? 0.1 : 0.02;
  const double quanta = std::ceil(seconds * sampleRate_ / static_cast<double>(kQuantumFrames));
  return static_cast<std::int64_t>(quanta) * kQuantumFrames;
}

}  // namespace downbeat::transport
