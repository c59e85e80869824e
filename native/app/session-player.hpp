// SPDX-License-Identifier: GPL-3.0-or-later
// A session that plays: racks with their sequencers, mixed and limited, one quantum at a time. The
// same for the audio callback and for offline render.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/plan.hpp"
#include "base/song-span.hpp"
#include "base/status.hpp"
#include "rack/graph.hpp"
#include "rt/rt-safe.hpp"
#include "sequencer/tempo-map.hpp"
#include "session/mixer.hpp"

namespace downbeat::app {

class SessionPlayer;
class RackPlayer;

struct PlayerSetup {
  rack::NodeTypeLookup findType = &rack::findNodeType;
  double sampleRate = 48000.0;
  /// What plays when the new player takes over: its nodes, delay lines and limiter are kept where
  /// plan and sample rate allow. It must be the last player handed to the audio thread, and must
  /// not be freed before that thread has given it back. Null for a start from silence.
  const SessionPlayer* previous = nullptr;
};

/// A swap: `build` with `previous`, hand the new player to the audio thread, and there, between two
/// quanta: `next->takeOver()`, render from it from now on, give the old one back.
/// Thread: `build` and destruction on control, queries that are not RT_SAFE on any, the rest on
/// audio.
class SessionPlayer {
 public:
  /// Allocates everything. Errors: PLAN_INVALID, with a path such as `session.racks[0].nodes[2]`.
  [[nodiscard]] static Result<std::unique_ptr<SessionPlayer>> build(const SessionPlan& plan,
                                                                    const PlayerSetup& setup);
  ~SessionPlayer();

  /// Once, before the first quantum; also without `previous`.
  void takeOver() RT_SAFE;

  /// Renders kQuantumFrames into `left` and `right`: events of `spans` and what hands did since.
  void renderQuantum(const SongSpans& spans, float* left, float* right) RT_SAFE;

  /// Hands: heard in the next quantum rendered, after the sequencer's own at the same frame.
  /// `paramId` as in the plan. False when there is no such node or parameter, or no room.
  bool setParam(std::uint32_t nodeIndex, std::uint32_t paramId, float value,
                std::uint32_t rampFrames, std::uint32_t frameInQuantum) RT_SAFE;
  bool trigger(std::uint32_t nodeIndex, float velocity, std::uint32_t frameInQuantum) RT_SAFE;

  /// Where a parameter is, or is going to; false when there is none. Thread: audio.
  [[nodiscard]] bool readParam(std::uint32_t nodeIndex, std::uint32_t paramId, float& value) const
      RT_SAFE;

  /// Frames from an event to its sound at the output.
  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE { return mixer_->latencyFrames(); }
  [[nodiscard]] std::uint32_t nodeCount() const RT_SAFE {
    return static_cast<std::uint32_t>(nodes_.size());
  }
  /// "rack:node" to index. Thread: any.
  [[nodiscard]] const std::map<std::string, std::uint32_t>& nodeIndices() const { return indexOf_; }

  /// As the plan says; Link may play another tempo.
  [[nodiscard]] Tempo tempoAt(Beats songBeat) const RT_SAFE { return tempoMap_.tempoAt(songBeat); }
  [[nodiscard]] const sequencer::TempoMap& tempoMap() const RT_SAFE { return tempoMap_; }

  /// Quanta silenced because of a sample that was not finite, and where it came from last.
  [[nodiscard]] std::uint64_t nonFinite() const RT_SAFE;
  [[nodiscard]] std::uint32_t faultyNode() const RT_SAFE { return faultyNode_; }
  /// Events for which a quantum had no room.
  [[nodiscard]] std::uint64_t eventsDropped() const RT_SAFE;

  [[nodiscard]] double sampleRate() const RT_SAFE { return sampleRate_; }

 private:
  struct NodeAddress {
    std::uint32_t rack;
    std::uint32_t node;
  };
  SessionPlayer() = default;
  [[nodiscard]] std::uint64_t shapeOf(const SessionPlan& plan) const;

  // Constant after build.
  double sampleRate_ = 48000.0;
  sequencer::TempoMap tempoMap_;
  std::map<std::string, std::uint32_t> indexOf_;
  std::vector<NodeAddress> nodes_;
  std::uint64_t shape_ = 0;  ///< the same when nodes and connections are
  bool hasNewShape_ = false;

  // Audio.
  std::vector<std::unique_ptr<RackPlayer>> racks_;
  std::unique_ptr<session::Mixer> mixer_;
  std::vector<session::StereoQuantum> sources_;
  std::uint32_t faultyNode_ = 0;
};

}  // namespace downbeat::app
