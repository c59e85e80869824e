// SPDX-License-Identifier: GPL-3.0-or-later
// One graph that plays: a rack, or the mix of them all: its nodes, patterns and commands, and what
// hands do to it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/plan.hpp"
#include "base/song-span.hpp"
#include "base/status.hpp"
#include "dsp/gain-ramp.hpp"
#include "rack/graph.hpp"
#include "rt/rt-safe.hpp"
#include "sequencer/beat-map.hpp"
#include "sequencer/event-list.hpp"
#include "sequencer/event-loop.hpp"
#include "sequencer/live-cursor.hpp"
#include "sequencer/live-track.hpp"
#include "sequencer/pattern-cursor.hpp"
#include "sequencer/tempo-map.hpp"

namespace downbeat::app {

/// What sounds outside of a graph and is heard inside: kQuantumFrames a channel.
struct ExternalSound {
  const float* const* channels = nullptr;
  std::uint32_t count = 0;
  bool isSounding = false;  ///< nobody may sleep through it
};

/// Thread: `build` and destruction on control, the rest on audio.
class RackPlayer {
 public:
  struct Setup {
    rack::NodeTypeLookup findType = nullptr;
    rack::NodeTypeLookup findInnerType = nullptr;
    double sampleRate = 48000.0;
    std::uint64_t sessionSeed = 0;
    const sequencer::TempoMap* sessionTempo = nullptr;
    const RackPlayer* previous = nullptr;
    /// At song beats, whatever the rack's own time is.
    std::vector<sequencer::CommandPlan> sessionCommands{};
    /// Of the session; those that play a node of this rack are its own.
    const std::vector<std::shared_ptr<sequencer::LiveTrack>>* tracks = nullptr;
    std::uint32_t lane = 0;  ///< its place among all racks, the same while it lives
    bool hasStems = false;   ///< keep what each node adds to the output
    std::uint32_t watchQuanta = rack::kWatchQuanta;
  };
  [[nodiscard]] static Result<std::unique_ptr<RackPlayer>> build(const RackPlan& plan,
                                                                 const Setup& setup);

  void takeOver() RT_SAFE { graph_->takeOver(); }
  /// Renders one quantum into `output`.
  void render(const SongSpans& spans, const ExternalSound& external) RT_SAFE;
  /// The last quantum. Thread: audio.
  [[nodiscard]] const float* output(std::uint32_t channel) const RT_SAFE {
    return isGated_ ? gated_[channel].data() : graph_->output(channel);
  }

  /// False when hands did more than fits into one quantum: dropped and counted.
  bool addHandEvent(const RtRackEvent& event) RT_SAFE;
  /// What hands asked for is done at once: there is no next quantum.
  void playHands() RT_SAFE;

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] std::uint32_t lane() const { return lane_; }
  [[nodiscard]] rack::Graph& graph() RT_SAFE { return *graph_; }
  [[nodiscard]] const rack::Graph& graph() const RT_SAFE { return *graph_; }
  [[nodiscard]] std::uint64_t eventsDropped() const RT_SAFE {
    return events_.dropped() + graph_->eventsDropped() + handEventsDropped_;
  }
  /// The events of the last quantum, in the order in which they were played. Thread: audio.
  [[nodiscard]] const sequencer::EventList& events() const RT_SAFE { return events_; }
  /// Its own beat at a beat of the song.
  [[nodiscard]] Beats beatAt(Beats songBeat) const RT_SAFE { return beatMap_.rackBeatAt(songBeat); }

 private:
  static constexpr std::uint32_t kMaxHandEvents = 256;

  RackPlayer() = default;
  void makeLoops(const RackPlan& plan, const Setup& setup);
  void followTime(const SongSpans& spans) RT_SAFE;
  void gate(const SongSpans& spans) RT_SAFE;

  // Constant after build.
  std::string id_;
  std::uint32_t lane_ = 0;
  sequencer::BeatMap beatMap_;
  sequencer::BeatMap songMap_;  ///< the identity: commands of the session
  std::vector<sequencer::EventLoop> loops_;
  bool hasTail_ = false;
  double silentFrom_ = 0.0;  ///< song beat after which nothing is heard
  std::uint32_t gateFrames_ = 0;

  // Audio.
  std::unique_ptr<rack::Graph> graph_;
  std::vector<sequencer::PatternCursor> cursors_;
  std::vector<sequencer::LiveCursor> liveCursors_;
  sequencer::EventList events_;
  rack::GraphTime time_;
  /// Handed on from player to player over swaps.
  struct SongMemory {
    bool wasPlaying = false;
  };
  std::shared_ptr<SongMemory> song_;
  bool isGated_ = false;
  dsp::GainRamp gateRamp_;
  std::array<std::array<float, kQuantumFrames>, rack::kRackChannels> gated_{};
  std::array<RtRackEvent, kMaxHandEvents> handEvents_{};
  std::uint32_t handEventCount_ = 0;
  std::uint64_t handEventsDropped_ = 0;
};

}  // namespace downbeat::app
