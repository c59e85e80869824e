// SPDX-License-Identifier: GPL-3.0-or-later
// What others ask of the performer, by the queues or by hand: what may be trusted, when it is due,
// and what becomes of it.
#include <algorithm>
#include <cmath>

#include "app/performer.hpp"
#include "base/host-clock.hpp"

namespace downbeat::app {
namespace {

transport::TransportRequest toRequest(const RtCommand& command) RT_SAFE {
  transport::TransportRequest request;
  request.action = static_cast<transport::TransportAction>(command.kind);
  request.when = static_cast<transport::TransportWhen>(command.when);
  request.flag = command.flag != 0;
  // A play of the box itself, at its start.
  request.isAutoplay = command.kind == RtCommandKind::play && command.flag != 0;
  request.serial = command.serial;
  request.value = command.value;
  request.value2 = command.value2;
  request.at = command.at;
  return request;
}

bool isForTransport(RtCommandKind kind) RT_SAFE {
  return kind >= RtCommandKind::play && kind <= RtCommandKind::loopBeats;
}

/// Beyond it a double does not count single frames, and no box has run that long.
constexpr double kMaxFrame = 9.0e15;
/// Song positions and values: more is a mistake of whoever wrote the queue.
constexpr double kMaxValue = 1.0e9;

/// The queue is written by another process: trust nothing in it.
bool isSane(const RtCommand& command) RT_SAFE {
  if (command.when > RtWhen::nextCycle) return false;
  if (command.when == RtWhen::nextCycle && !isForTransport(command.kind)) return false;
  const double limit = command.when == RtWhen::atFrame ? kMaxFrame : kMaxValue;
  // Written so that not-a-number fails.
  return std::fabs(command.at) <= limit && std::fabs(command.value) <= kMaxValue &&
         std::fabs(command.value2) <= kMaxValue;
}

bool isForSession(RtCommandKind kind) RT_SAFE {
  return (kind >= RtCommandKind::setParam && kind <= RtCommandKind::noteOff) ||
         kind == RtCommandKind::scene;
}

/// Of a scene, in one quantum: many enough to be one moment, few enough for the queue of a rack.
constexpr int kSceneValuesPerQuantum = 32;

}  // namespace

void Performer::takeCommands() RT_SAFE {
  RtCommand command;
  commandsFound_ = static_cast<std::uint32_t>(controlCommands_.size() + shared_.commands.size());
  while (controlCommands_.pop(command)) take(command);
  // Another process writes this queue: at most a ring's worth each block.
  for (std::size_t i = 0; i < shared_.commands.capacity() && shared_.commands.pop(command); ++i) {
    take(command);
  }
}

void Performer::takeHands() RT_SAFE {
  const transport::TransportState at = transport_.state();
  const StageFacts facts{hostNow(),
                         at.status == transport::PlayStatus::playing,
                         at.isLoopEnabled,
                         at.tempo,
                         waiting_.size() - waitingCount_,
                         at.lineBeat,
                         renderFrame_,
                         shared_.events.size() < shared_.events.capacity() / 2};
  const std::uint64_t moves = mapping_.moves();
  mapping_.run(facts, session_ == nullptr ? nullptr : session_->player.get());
  if (mapping_.moves() != moves) {
    touchedAt_ = facts.now;
    if (session_ != nullptr) session_->player->wake();
  }
  for (const MappedCommand& mapped : mapping_) take(mapped.command, mapped.entry);
}

void Performer::take(const RtCommand& command, std::int64_t entry) RT_SAFE {
  if (!isSane(command)) {
    ++commandsDropped_;
    return;
  }
  if (isForTransport(command.kind)) {
    if (!transport_.request(toRequest(command))) ++commandsDropped_;
    return;
  }
  if (command.kind == RtCommandKind::control) {
    noteDone({command.serial, renderFrame_, !mapping_.addControl(command.param, command.value)});
    return;
  }
  if (!isForSession(command.kind) || waitingCount_ == waiting_.size()) {
    ++commandsDropped_;
    return;
  }
  waiting_[waitingCount_++] = {command, {}, entry};
}

/// What hands asked of the session that leaves is done, and what they hold in it is let go: its
/// nodes may play on in the next one, under other numbers.
void Performer::settleHands() RT_SAFE {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < waitingCount_; ++i) {
    if (waiting_[i].entry < 0 || waiting_[i].command.kind == RtCommandKind::scene) {
      waiting_[kept++] = waiting_[i];
    } else {
      (void)run(waiting_[i].command, 0, waiting_[i].entry);
    }
  }
  waitingCount_ = kept;
  session_->player->playHands();
  mapping_.release();
  for (const MappedCommand& mapped : mapping_) {
    if (isForTransport(mapped.command.kind)) {
      take(mapped.command);
    } else {
      (void)run(mapped.command, 0, mapped.entry);
    }
  }
  session_->player->playHands();
}

void Performer::runWaiting(const SongSpans& spans) RT_SAFE {
  const std::int64_t first = spans.firstFrame.value;
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < waitingCount_; ++i) {
    const std::int64_t frame = dueFrame(waiting_[i], spans);
    if (frame >= first + kQuantumFrames) {
      waiting_[kept++] = waiting_[i];
      continue;
    }
    const RtCommand& command = waiting_[i].command;
    const std::int64_t landed = std::max(frame, first);
    const bool isTaken =
        run(command, static_cast<std::uint32_t>(landed - first), waiting_[i].entry);
    noteDone({command.serial, landed, !isTaken});
  }
  waitingCount_ = kept;
}

Beats Performer::cycleOf(RtWhen when) const RT_SAFE {
  return when == RtWhen::nextBar ? transport_.quantum() : Beats{1.0};
}

std::int64_t Performer::dueFrame(WaitingCommand& waiting, const SongSpans& spans) const RT_SAFE {
  const RtCommand& command = waiting.command;
  const std::int64_t first = spans.firstFrame.value;
  if (command.when == RtWhen::now) return first;
  if (command.when == RtWhen::atFrame) return static_cast<std::int64_t>(command.at);
  if (command.when == RtWhen::nextBeat || command.when == RtWhen::nextBar) {
    return waiting.boundary.frameIn(spans, cycleOf(command.when));
  }
  for (std::uint32_t i = 0; i < spans.count; ++i) {
    const SongSpan& span = spans.spans[i];
    if (!span.isPlaying) continue;
    const std::int64_t frame = span.frameOf({command.at});
    if (frame < first + span.offset + span.frames) return std::max(frame, first + span.offset);
  }
  return BoundaryWait::kLater;
}

bool Performer::beginScene(std::uint32_t key) RT_SAFE {
  const mapping::Scene* const scene = mapping_.beginScene(key);
  if (scene == nullptr) return false;
  // In company the tempo belongs to all.
  if (scene->tempoBpm > 0.0 && peers_ == 0) {
    transport::TransportRequest tempo;
    tempo.action = transport::TransportAction::tempo;
    tempo.value = scene->tempoBpm;
    if (!transport_.request(tempo)) ++commandsDropped_;
  }
  return true;
}

void Performer::recallScene() RT_SAFE {
  mapping::SceneRecall& recall = mapping_.recall();
  for (int i = 0; i < kSceneValuesPerQuantum && recall.isBusy(); ++i) {
    // What is not noted would be forgotten after power.
    if (paramNotes_.size() > paramNotes_.capacity() / 2) return;
    const mapping::SceneValue& value = recall.value();
    float present = 0.0F;
    const bool isThere = session_->player->readParam(value.node, value.param, present);
    if (isThere && present != value.value) {
      RtCommand command;
      command.kind = RtCommandKind::setParam;
      command.node = value.node;
      command.param = value.param;
      command.value = static_cast<double>(value.value);
      command.value2 = recall.fadeMs();
      // The rack has no room in this quantum.
      if (!run(command, 0)) return;
    }
    recall.advance();
  }
}

bool Performer::run(const RtCommand& command, std::uint32_t frameInQuantum, std::int64_t entry)
    RT_SAFE {
  if (command.kind == RtCommandKind::scene) return beginScene(command.param);
  SessionPlayer& player = *session_->player;
  const auto value = static_cast<float>(command.value);
  const auto frames =
      static_cast<std::uint32_t>(std::clamp(command.value2, 0.0, 600'000.0) * sampleRate_ * 1e-3);
  if (command.kind == RtCommandKind::trigger) {
    return player.trigger(command.node, value, frameInQuantum);
  }
  if (command.kind == RtCommandKind::noteOn) {
    return player.noteOn(command.node, command.param, value, frames, frameInQuantum);
  }
  if (command.kind == RtCommandKind::noteOff) {
    return player.noteOff(command.node, command.param, frameInQuantum);
  }
  const bool isKnown = player.setParam(command.node, command.param, value, frames, frameInQuantum);
  if (isKnown) {
    // What comes round by itself is nothing that was left somewhere.
    if (command.source != kSourceMaker) {
      (void)paramNotes_.push(
          {session_->serial, command.node, command.param, static_cast<float>(command.value)});
    }
    mapping_.noteParam(command.node, command.param, command.value, entry);
  }
  return isKnown;
}

void Performer::noteDone(const DoneCommand& done) RT_SAFE {
  if (done.serial == 0 || doneCount_ == done_.size()) return;
  done_[doneCount_++] = done;
}

}  // namespace downbeat::app
