// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/session-watch.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::transport {
namespace {

// Link shows a thread its own commit for 1 s, whatever the network says (kLocalModGracePeriod).
constexpr HostMicros kLinkGrace{1100000};
// Peers hear of changes every 50 ms at most, so more commits tell nobody more; and one that follows
// another closely may be lost for 500 ms.
constexpr HostMicros kCommitGap{50000};
// Our line is shown to Link this seldom, and not while a session may just be joining.
constexpr HostMicros kAnchorGap{2000000};
constexpr double kAnchorErrorMicros = 1000.0;
// Rounding and Link's own corrections stay below this; a join does not.
constexpr double kMoveMicros = 500.0;
// Below it a step is rounding: whole microseconds, and millionths of a beat that lasts 3 s at most.
constexpr double kStepMicros = 20.0;
// A session that was just joined, or that has just changed its tempo, still settles.
constexpr HostMicros kSettle{1000000};

double microsOf(HostMicros host) RT_SAFE { return static_cast<double>(host.value); }

}  // namespace

double linkMicrosPerBeat(Tempo tempo) RT_SAFE { return std::floor(tempo.microsPerBeat() + 0.5); }

Beats shortestWay(Beats from, Beats to, Beats quantum) RT_SAFE {
  const Beats way = phaseOf(to - from, quantum);
  return way.value > quantum.value * 0.5 ? way - quantum : way;
}

void SessionWatch::reset(Tempo tempo) RT_SAFE {
  *this = SessionWatch{};
  tempo_ = tempo;
}

LinkNews SessionWatch::read(const LinkInput& input, HostMicros host, Beats quantum) RT_SAFE {
  const bool isOther = linkMicrosPerBeat(input.tempo) != linkMicrosPerBeat(tempo_);
  const double moved = movedMicros(input, host, quantum);
  if (isOther || std::fabs(moved) > kMoveMicros) movedAt_ = host;
  if (!isOther) noteStep(input, host, moved);
  if (input.isEnabled && !isEnabled_) enabledAt_ = host;
  const bool hasJoined = input.peers > 0 && peers_ == 0;
  const bool isReturn = hasJoined && isReturning(input, host);
  if (hasJoined) {
    joinedAt_ = host;
    facts_.joinedAt = host;
    ++facts_.joins;
    facts_.returns += isReturn ? 1 : 0;
    if (host < timelineAt_ + kLinkGrace) holdUntil_ = timelineAt_ + kLinkGrace;
  }
  if (input.peers == 0 && peers_ > 0) {
    leftAt_ = host;
    // Switching Link off loses nobody.
    if (input.isEnabled) facts_.leftAt = host;
  }

  LinkNews news = playingNews(input, host);
  news.tempo = clampTempo(input.tempo.bpm);
  news.hasTempo = isOther && !hasTempo_;
  news.isReturn = isReturn;
  if (hasJoined && hasTempo_) {
    // Ours was never told, and is not told now: who joins takes what is there.
    hasTempo_ = false;
    news.hasTempo = true;
  }
  if (news.hasTempo) noteTempo(host, true);
  facts_.host = host;
  facts_.peers = input.peers;
  facts_.isEnabled = input.isEnabled ? 1 : 0;
  facts_.tempoBpm = input.tempo.bpm;

  now_ = host;
  beat_ = input.beat;
  tempo_ = input.tempo;
  quantum_ = quantum;
  peers_ = input.peers;
  isEnabled_ = input.isEnabled;
  isMoveOurs_ = false;
  hasSeen_ = true;
  return news;
}

/// How far the session's line has left the one of the block before; 0 when we moved it.
double SessionWatch::movedMicros(const LinkInput& input, HostMicros host, Beats quantum) const
    RT_SAFE {
  // Link's beats are those of a cycle: with another cycle they begin elsewhere.
  if (!hasSeen_ || isMoveOurs_ || quantum != quantum_) return 0.0;
  return shortestWay(linkBeatAt(host), input.beat, quantum).value * linkMicrosPerBeat(tempo_);
}

void SessionWatch::noteStep(const LinkInput& input, HostMicros host, double micros) RT_SAFE {
  if (peers_ == 0 || input.peers == 0 || host < joinedAt_ + kSettle) return;
  if (host < facts_.tempoAt + kSettle || std::fabs(micros) < kStepMicros) return;
  ++facts_.steps;
  facts_.lastStepMicros = micros;
  facts_.stepAt = host;
}

void SessionWatch::noteTempo(HostMicros host, bool isOfOthers) RT_SAFE {
  facts_.tempoAt = host;
  facts_.isTempoOfOthers = isOfOthers ? 1 : 0;
  (isOfOthers ? facts_.temposOfOthers : facts_.temposOfOurs) += 1;
}

bool SessionWatch::isReturning(const LinkInput& input, HostMicros host) const RT_SAFE {
  return host < leftAt_ + kLinkHoldOver &&
         linkMicrosPerBeat(input.tempo) == linkMicrosPerBeat(tempo_) && !hasTempo_;
}

LinkNews SessionWatch::playingNews(const LinkInput& input, HostMicros host) RT_SAFE {
  LinkNews news;
  const bool wasSync = isStartStopSync_ && hasSeen_;
  isStartStopSync_ = input.isStartStopSync;
  if (!input.isStartStopSync) {
    hasPlaying_ = false;
    return news;
  }
  if (!wasSync) syncedAt_ = host;
  const bool hasChanged = wasSync && !hasPlaying_ && input.isPlaying != isPlaying_;
  isPlaying_ = input.isPlaying;
  // A wish from before we came is old news, also when it arrives late: a session that is playing
  // does not start us, and one that stands does not stop us.
  const bool isNew = input.playingSince >= std::max(joinedAt_, syncedAt_);
  if (hasChanged && isNew && input.peers > 0) {
    news.hasPlaying = true;
    news.isPlaying = input.isPlaying;
    news.playingSince = input.playingSince;
  }
  return news;
}

void SessionWatch::tellTempo(Tempo tempo, HostMicros at) RT_SAFE {
  hasTempo_ = true;
  newTempo_ = tempo;
  newTempoAt_ = at;
  noteTempo(at, false);
}

void SessionWatch::tellPlaying(bool isPlaying, HostMicros at) RT_SAFE {
  if (!isStartStopSync_) return;
  hasPlaying_ = true;
  newPlaying_ = isPlaying;
  newPlayingAt_ = at;
}

Beats SessionWatch::linkBeatAt(HostMicros host) const RT_SAFE {
  return beat_ + Beats{microsOf(host - now_) / linkMicrosPerBeat(tempo_)};
}

LinkOutput SessionWatch::take(Beats lineBeat, HostMicros host, Beats quantum) RT_SAFE {
  LinkOutput output;
  // A host clock that went back (another device with less latency) must not hold anything for ever.
  if (host < committedAt_) committedAt_ = host;
  if (!hasSeen_ || host < committedAt_ + kCommitGap) return output;

  if (hasTempo_ && !mustHoldTempo()) {
    output.hasTempo = true;
    output.tempo = newTempo_;
    output.tempoAt = newTempoAt_;
    tempo_ = newTempo_;
    hasTempo_ = false;
  } else if (!hasTempo_ && mayAnchor(lineBeat, host, quantum)) {
    output.hasBeat = true;
    output.beat = lineBeat;
    output.beatAt = host;
    output.quantum = quantum;
    anchoredAt_ = host;
  }
  if (hasPlaying_) {
    output.hasPlaying = true;
    output.isPlaying = newPlaying_;
    output.playingAt = newPlayingAt_;
    isPlaying_ = newPlaying_;
    hasPlaying_ = false;
  }
  if (output.hasTempo || output.hasBeat) {
    timelineAt_ = host;
    isMoveOurs_ = true;
  }
  if (!output.isEmpty()) committedAt_ = host;
  return output;
}

bool SessionWatch::mayAnchor(Beats lineBeat, HostMicros host, Beats quantum) const RT_SAFE {
  if (peers_ > 0 || host < anchoredAt_ + kAnchorGap || host < movedAt_ + kAnchorGap) return false;
  if (isEnabled_ && host < enabledAt_ + kAnchorGap) return false;
  const Beats way = shortestWay(linkBeatAt(host), lineBeat, quantum);
  return std::fabs(way.value) * linkMicrosPerBeat(tempo_) > kAnchorErrorMicros;
}

}  // namespace downbeat::transport
