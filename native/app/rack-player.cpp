// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/rack-player.hpp"

#include <algorithm>
#include <utility>

namespace downbeat::app {
namespace {

// A pattern of one step at the fastest tempo comes round this often in a quantum, at the lowest
// sample rate.
constexpr std::size_t kRoundsPerQuantum = 4;

}  // namespace

Result<std::unique_ptr<RackPlayer>> RackPlayer::build(const RackPlan& plan, const Setup& setup) {
  std::unique_ptr<RackPlayer> player(new RackPlayer());
  player->id_ = plan.id;
  std::size_t room = kMaxHandEvents + plan.commands.size();
  for (const sequencer::PatternPlan& pattern : plan.patterns) {
    room += kRoundsPerQuantum * (pattern.hits.size() + pattern.locks.size());
  }
  player->events_.prepare(room);

  rack::GraphSetup graphSetup;
  graphSetup.findType = setup.findType;
  graphSetup.sampleRate = setup.sampleRate;
  graphSetup.sessionSeed = setup.sessionSeed;
  graphSetup.maxEvents = room;
  graphSetup.previous = setup.previous == nullptr ? nullptr : setup.previous->graph_.get();
  auto graph = rack::Graph::build(plan, graphSetup);
  if (!graph.isOk()) return graph.error();
  player->graph_ = std::move(graph.value());

  player->beatMap_ = sequencer::BeatMap(*setup.sessionTempo, sequencer::TempoMap(plan.tempoMap));
  player->makeLoops(plan, setup.sampleRate);
  return player;
}

void RackPlayer::makeLoops(const RackPlan& plan, double sampleRate) {
  const auto paramIndexOf = [this](std::uint32_t node, std::uint32_t paramId) {
    return graph_->node(node).params().indexOf(paramId);
  };
  const auto nodeIndexOf = [this](const std::string& id) { return graph_->indexOf(id); };
  loops_.reserve(plan.patterns.size() + 1);
  for (const sequencer::PatternPlan& pattern : plan.patterns) {
    const int node = nodeIndexOf(pattern.node);
    if (node < 0) continue;
    loops_.push_back(sequencer::makePatternLoop(pattern, static_cast<std::uint32_t>(node),
                                                paramIndexOf, sampleRate));
  }
  loops_.push_back(
      sequencer::makeCommandLoop(plan.commands, nodeIndexOf, paramIndexOf, sampleRate));
  cursors_.reserve(loops_.size());
  for (const sequencer::EventLoop& loop : loops_) cursors_.emplace_back(loop, beatMap_);
}

void RackPlayer::render(const SongSpans& spans) RT_SAFE {
  events_.clear();
  const std::uint32_t spanCount = std::min(spans.count, SongSpans::kMax);
  for (sequencer::PatternCursor& cursor : cursors_) {
    for (std::uint32_t i = 0; i < spanCount; ++i) {
      cursor.advance(spans.spans[i], spans.firstFrame, events_);
    }
  }
  for (std::uint32_t i = 0; i < handEventCount_; ++i) events_.add(handEvents_[i]);
  handEventCount_ = 0;
  events_.sort();
  graph_->process(events_.data(), events_.count());
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
