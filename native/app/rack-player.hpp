// SPDX-License-Identifier: GPL-3.0-or-later
// One rack that plays: its graph, its patterns and commands, and what hands do to it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/plan.hpp"
#include "base/song-span.hpp"
#include "base/status.hpp"
#include "rack/graph.hpp"
#include "rt/rt-safe.hpp"
#include "sequencer/beat-map.hpp"
#include "sequencer/event-list.hpp"
#include "sequencer/event-loop.hpp"
#include "sequencer/pattern-cursor.hpp"
#include "sequencer/tempo-map.hpp"

namespace downbeat::app {

/// Thread: `build` and destruction on control, the rest on audio.
class RackPlayer {
 public:
  struct Setup {
    rack::NodeTypeLookup findType = nullptr;
    double sampleRate = 48000.0;
    std::uint64_t sessionSeed = 0;
    const sequencer::TempoMap* sessionTempo = nullptr;
    const RackPlayer* previous = nullptr;
  };
  [[nodiscard]] static Result<std::unique_ptr<RackPlayer>> build(const RackPlan& plan,
                                                                 const Setup& setup);

  void takeOver() RT_SAFE { graph_->takeOver(); }
  /// Renders one quantum; the sound is in `graph().output`.
  void render(const SongSpans& spans) RT_SAFE;

  /// False when hands did more than fits into one quantum: dropped and counted.
  bool addHandEvent(const RtRackEvent& event) RT_SAFE;

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] rack::Graph& graph() RT_SAFE { return *graph_; }
  [[nodiscard]] const rack::Graph& graph() const RT_SAFE { return *graph_; }
  [[nodiscard]] std::uint64_t eventsDropped() const RT_SAFE {
    return events_.dropped() + graph_->eventsDropped() + handEventsDropped_;
  }

 private:
  static constexpr std::uint32_t kMaxHandEvents = 256;

  RackPlayer() = default;
  void makeLoops(const RackPlan& plan, double sampleRate);

  // Constant after build.
  std::string id_;
  sequencer::BeatMap beatMap_;
  std::vector<sequencer::EventLoop> loops_;

  // Audio.
  std::unique_ptr<rack::Graph> graph_;
  std::vector<sequencer::PatternCursor> cursors_;
  sequencer::EventList events_;
  std::array<RtRackEvent, kMaxHandEvents> handEvents_{};
  std::uint32_t handEventCount_ = 0;
  std::uint64_t handEventsDropped_ = 0;
};

}  // namespace downbeat::app
