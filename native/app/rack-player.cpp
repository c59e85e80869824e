// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/rack-player.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace downbeat::app {
namespace {

// A pattern of one step at the fastest tempo comes round this often in a quantum, at the lowest
// sample rate.
constexpr std::size_t kRoundsPerQuantum = 4;
// Milliseconds in which a rack is silent when its time is over.
constexpr double kGateMs = 5.0;

}  // namespace

Result<std::unique_ptr<RackPlayer>> RackPlayer::build(const RackPlan& plan, const Setup& setup) {
  std::unique_ptr<RackPlayer> player(new RackPlayer());
  player->id_ = plan.id;
  player->lane_ = setup.lane;
  std::size_t room =
      kMaxHandEvents + kRoundsPerQuantum * plan.commands.size() + setup.sessionCommands.size();
  for (const sequencer::PatternPlan& pattern : plan.patterns) {
    room += kRoundsPerQuantum * (pattern.hits.size() + pattern.locks.size() + pattern.notes.size());
  }
  if (setup.tracks != nullptr) room += sequencer::LiveCursor::kRoom * setup.tracks->size();
  player->events_.prepare(room);

  rack::GraphSetup graphSetup;
  graphSetup.findType = setup.findType;
  graphSetup.findInnerType = setup.findInnerType;
  graphSetup.sampleRate = setup.sampleRate;
  graphSetup.sessionSeed = setup.sessionSeed;
  graphSetup.maxEvents = room;
  graphSetup.hasStems = setup.hasStems;
  graphSetup.watchQuanta = setup.watchQuanta;
  graphSetup.previous = setup.previous == nullptr ? nullptr : setup.previous->graph_.get();
  auto graph = rack::Graph::build(plan, graphSetup);
  if (!graph.isOk()) return graph.error();
  player->graph_ = std::move(graph.value());
  player->song_ =
      setup.previous == nullptr ? std::make_shared<SongMemory>() : setup.previous->song_;

  const sequencer::TempoMap rackTempo(plan.tempoMap);
  player->beatMap_ =
      sequencer::BeatMap(*setup.sessionTempo, rackTempo, {plan.startSeconds, plan.loopBeats});
  if (plan.endBeats > 0.0 && plan.tailMs) {
    player->hasTail_ = true;
    const double end = setup.sessionTempo->secondsAt(player->beatMap_.songBeatAt({plan.endBeats}));
    player->silentFrom_ = setup.sessionTempo->beatAt(end + *plan.tailMs * 0.001).value;
  }
  player->gateFrames_ = static_cast<std::uint32_t>(kGateMs * setup.sampleRate / 1000.0 + 0.5);
  player->makeLoops(plan, setup);
  return player;
}

void RackPlayer::makeLoops(const RackPlan& plan, const Setup& setup) {
  const auto paramIndexOf = [this](std::uint32_t node, std::uint32_t paramId) {
    return graph_->node(node).params().indexOf(paramId);
  };
  std::map<std::string, int> indices;
  for (std::uint32_t i = 0; i < graph_->nodeCount(); ++i) {
    indices.emplace(graph_->nodeId(i), static_cast<int>(i));
  }
  const auto nodeIndexOf = [&indices](const std::string& id) {
    const auto found = indices.find(id);
    return found == indices.end() ? -1 : found->second;
  };
  const double bpm = sequencer::TempoMap(plan.tempoMap).tempoAt({0.0}).bpm;
  loops_.reserve(plan.patterns.size() + 2);
  for (const sequencer::PatternPlan& pattern : plan.patterns) {
    const int node = nodeIndexOf(pattern.node);
    if (node < 0) continue;
    loops_.push_back(sequencer::makePatternLoop(pattern, static_cast<std::uint32_t>(node),
                                                paramIndexOf, setup.sampleRate, bpm));
  }
  loops_.push_back(
      sequencer::makeCommandLoop(plan.commands, nodeIndexOf, paramIndexOf, setup.sampleRate));
  for (sequencer::EventLoop& loop : loops_) {
    loop.roundBeats = plan.loopBeats;
    loop.endBeats = plan.endBeats;
  }
  loops_.push_back(sequencer::makeCommandLoop(setup.sessionCommands, nodeIndexOf, paramIndexOf,
                                              setup.sampleRate));
  cursors_.reserve(loops_.size());
  for (const sequencer::EventLoop& loop : loops_) {
    cursors_.emplace_back(loop, &loop == &loops_.back() ? songMap_ : beatMap_);
  }
  if (setup.tracks == nullptr) return;
  const std::string prefix = plan.id + ":";
  for (const auto& track : *setup.tracks) {
    const std::string& name = track->plan().node;
    const int node = name.rfind(prefix, 0) == 0 ? nodeIndexOf(name.substr(prefix.size())) : -1;
    if (node < 0) continue;
    liveCursors_.emplace_back(track, static_cast<std::uint32_t>(node), paramIndexOf,
                              setup.sampleRate);
  }
}

void RackPlayer::render(const SongSpans& spans, const ExternalSound& external) RT_SAFE {
  events_.clear();
  const std::uint32_t spanCount = std::min(spans.count, SongSpans::kMax);
  for (sequencer::PatternCursor& cursor : cursors_) {
    for (std::uint32_t i = 0; i < spanCount; ++i) {
      cursor.advance(spans.spans[i], spans.firstFrame, events_);
    }
  }
  for (sequencer::LiveCursor& cursor : liveCursors_) {
    for (std::uint32_t i = 0; i < spanCount; ++i) {
      cursor.advance(spans.spans[i], spans.firstFrame, events_);
    }
  }
  for (std::uint32_t i = 0; i < handEventCount_; ++i) events_.add(handEvents_[i]);
  handEventCount_ = 0;
  events_.sort();
  followTime(spans);
  rack::GraphQuantum quantum;
  quantum.events = events_.data();
  quantum.eventCount = events_.count();
  quantum.time = &time_;
  quantum.external = external.channels;
  quantum.externalCount = external.count;
  quantum.isWoken = external.isSounding;
  graph_->process(quantum);
  if (hasTail_) gate(spans);
}

void RackPlayer::followTime(const SongSpans& spans) RT_SAFE {
  time_.count = std::max(1U, std::min(spans.count, rack::GraphTime::kMax));
  for (std::uint32_t i = 0; i < time_.count; ++i) {
    const SongSpan& span = spans.spans[i];
    rack::GraphTime::Piece& piece = time_.pieces[i];
    piece.offset = span.offset;
    piece.hasStarted = span.isPlaying && !song_->wasPlaying;
    piece.time.isPlaying = span.isPlaying;
    piece.time.beat = beatMap_.rackBeatAt(span.songBeat).value;
    const double framesPerBeat = span.framesPerBeat > 1.0 ? span.framesPerBeat : 1.0;
    piece.time.beatsPerFrame = beatMap_.rackPerSongAt(span.songBeat) / framesPerBeat;
    song_->wasPlaying = span.isPlaying;
  }
}

void RackPlayer::gate(const SongSpans& spans) RT_SAFE {
  bool isOver = false;
  for (std::uint32_t i = 0; i < spans.count && i < SongSpans::kMax; ++i) {
    const SongSpan& span = spans.spans[i];
    isOver = span.isPlaying && span.songBeat.value >= silentFrom_;
  }
  gateRamp_.moveTo(isOver ? 0.0F : 1.0F, gateFrames_);
  isGated_ = gateRamp_.isMoving() || gateRamp_.value() != 1.0F;
  if (!isGated_) return;
  for (std::uint32_t i = 0; i < kQuantumFrames; ++i) {
    const float gain = gateRamp_.next();
    for (std::uint32_t c = 0; c < rack::kRackChannels; ++c) {
      gated_[c][i] = gain * graph_->output(c)[i];
    }
  }
}

void RackPlayer::playHands() RT_SAFE {
  for (std::uint32_t i = 0; i < handEventCount_; ++i) graph_->playNow(handEvents_[i]);
  handEventCount_ = 0;
}

bool RackPlayer::addHandEvent(const RtRackEvent& event) RT_SAFE {
  if (handEventCount_ == kMaxHandEvents) {
    ++handEventsDropped_;
    return false;
  }
  handEvents_[handEventCount_++] = event;
  return true;
}

}  // namespace downbeat::app
