// SPDX-License-Identifier: GPL-3.0-or-later
// What the performer tells the others after each block: events, the state, and what hands did.
#include <cstdint>

#include "app/performer.hpp"

namespace downbeat::app {

void Performer::publishEvents() RT_SAFE {
  using transport::TransportEventKind;
  for (std::uint32_t i = 0; i < transport_.eventCount(); ++i) {
    const transport::TransportEvent& event = transport_.events()[i];
    RtEventKind kind = RtEventKind::none;
    switch (event.kind) {
      case TransportEventKind::started: kind = RtEventKind::started; break;
      case TransportEventKind::stopped: kind = RtEventKind::stopped; break;
      case TransportEventKind::paused: kind = RtEventKind::paused; break;
      case TransportEventKind::tempoChanged: kind = RtEventKind::tempoChanged; break;
      case TransportEventKind::seeked: kind = RtEventKind::seeked; break;
      case TransportEventKind::bar: kind = RtEventKind::bar; break;
      case TransportEventKind::waits: kind = RtEventKind::commandWaits; break;
      case TransportEventKind::done:
      case TransportEventKind::refused:
        noteDone({event.serial, static_cast<std::int64_t>(event.value),
                  event.kind == TransportEventKind::refused});
        continue;
    }
    pushEvent(kind, event.value, event.frame.value, event.serial, event.isByPeer ? 1 : 0);
  }
  for (std::uint32_t i = 0; i < doneCount_; ++i) {
    const DoneCommand& done = done_[i];
    pushEvent(RtEventKind::commandDone, static_cast<double>(done.frame), done.frame, done.serial,
              done.isRefused ? 1 : 0);
  }
  doneCount_ = 0;
  publishMoves();
}

void Performer::publishMoves() RT_SAFE {
  MoveTeller& teller = mapping_.teller();
  for (std::size_t i = 0; i < teller.newsCount(); ++i) {
    const RtMove& move = teller.news()[i];
    RtEvent event;
    event.kind = RtEventKind::mapped;
    event.flag = static_cast<std::uint8_t>(static_cast<std::uint8_t>(move.kind) |
                                           (move.isMade != 0 ? 128U : 0U));
    event.node = move.idKey;
    event.detail = move.note;
    event.frame = move.frame;
    event.value = move.value;
    (void)shared_.events.push(event);
  }
  teller.clear();
}

void Performer::pushEvent(RtEventKind kind, double value, std::int64_t frame, std::uint32_t serial,
                          std::uint8_t flag) RT_SAFE {
  RtEvent event;
  event.kind = kind;
  event.flag = flag;
  event.serial = serial;
  event.frame = frame;
  event.value = value;
  (void)shared_.events.push(event);  // nobody listens: the queue counts it
}

void Performer::writeState(const audio::AudioBlock& block) RT_SAFE {
  const transport::TransportState at = transport_.state();
  RtState state;
  state.frame = at.frame.value;
  state.hostMicros = heardAt(at.frame).value;
  state.lineBeat = at.lineBeat.value;
  state.songBeat = at.songBeat.value;
  state.songSeconds = at.songSeconds;
  state.tempoBpm = at.tempo.bpm;
  state.quantum = at.quantum.value;
  state.loopStartSeconds = at.loopStartSeconds;
  state.loopEndSeconds = at.loopEndSeconds;
  state.peakLeft = peaks_[0];
  state.peakRight = peaks_[1];
  state.slewMicros = at.slewMicros;
  state.blocks = blocks_.load(std::memory_order_relaxed) + 1;
  audio::AudioCounters counters;
  if (counters_.read(counters)) {
    state.loadRatio = counters.loadRatio;
    state.loadWorst = counters.loadWorst;
    state.xruns = counters.xruns;
    state.lateCallbacks = counters.lateCallbacks;
  }
  state.commandsDropped = commandsDropped_ + shared_.commands.dropped();
  state.eventsDropped = shared_.events.dropped();
  state.commandsWaiting = commandsFound_ + waitingCount_;
  state.eventsWaiting = static_cast<std::uint32_t>(shared_.events.size());
  state.midiTicks = midiTicks_.load(std::memory_order_relaxed);
  state.sampleRate = static_cast<std::uint32_t>(sampleRate_);
  state.blockFrames = block.frames;
  state.peers = peers_;
  state.status = static_cast<std::uint8_t>(at.status);
  state.waitingForQuantum = at.isWaiting || at.hasHeldBack ? 1 : 0;
  state.loopEnabled = at.isLoopEnabled ? 1 : 0;
  state.linkEnabled = link_.isEnabled() ? 1 : 0;
  const RtClockFigures clock = clockFollower_.figures();
  state.clockIn = static_cast<std::uint8_t>(clockState_);
  state.clockInBpm = clock.tempoBpm;
  state.clockInJitterMicros = clock.jitterMicros;
  state.clockInTicks = clock.ticks;
  state.clockInMissing = clock.missing;
  state.clockInDoubled = clock.doubled;
  state.clockInNewestMicros = clock.newestAt.value;
  state.touchedMicros = touchedAt_.value;
  if (session_ != nullptr) {
    state.ambience = static_cast<double>(session_->player->ambience());
    const std::uint64_t newHash = newHash_.exchange(0, std::memory_order_relaxed);
    if (newHash != 0) session_->planHash = newHash;
    state.planHash = session_->planHash;
    state.nonFinite = session_->player->nonFinite();
    if (state.nonFinite != faults_) {
      faults_ = state.nonFinite;
      RtEvent event;
      event.kind = RtEventKind::nodeFault;
      event.node = session_->player->faultyNode();
      event.frame = state.frame;
      (void)shared_.events.push(event);
    }
  }
  shared_.state.write(state);
}

}  // namespace downbeat::app
