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

#include "app/mix-plan.hpp"
#include "app/plan.hpp"
#include "app/rack-player.hpp"
#include "base/song-span.hpp"
#include "base/status.hpp"
#include "rack/graph.hpp"
#include "rt/rt-safe.hpp"
#include "sequencer/ambience.hpp"
#include "sequencer/live-track.hpp"
#include "sequencer/tempo-map.hpp"
#include "session/master.hpp"

namespace downbeat::app {

/// What envelopes may listen to, by number: rack n of the plan is kFirstRackSound + n.
inline constexpr std::uint32_t kMainSound = 0;
inline constexpr std::uint32_t kInputSound = 1;
inline constexpr std::uint32_t kFirstRackSound = 2;

/// The highest sample of a quantum, factor of full scale.
[[nodiscard]] float peakOf(const float* quantum) RT_SAFE;

class SessionPlayer;

struct PlayerSetup {
  rack::NodeTypeLookup findType = &rack::findNodeType;
  double sampleRate = 48000.0;
  /// What plays when the new player takes over: its nodes, delay lines and limiter are kept where
  /// plan and sample rate allow. It must be the last player handed to the audio thread, and must
  /// not be freed before that thread has given it back. Null for a start from silence.
  const SessionPlayer* previous = nullptr;
  bool hasStems = false;  ///< keep what each rack and bus adds to the mix
  /// Nodes are looked at once in so many quanta; 0 is never.
  std::uint32_t watchQuanta = rack::kWatchQuanta;
};

/// A node as it is named from outside, and what is known of it while it plays.
struct WatchedNode {
  std::string name;  ///< "rack:node", "rack:ID", "bus:BUS:INSERT"
  std::string type;
  std::shared_ptr<rack::NodeWatch> watch;  ///< null for a crossfader
  std::uint32_t latencyFrames = 0;         ///< of everything before it and itself, in its graph
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
  /// `input`: the sound card's.
  void renderQuantum(const SongSpans& spans, const ExternalSound& input, float* left, float* right)
      RT_SAFE;

  // The same in two steps, for racks that are rendered on several threads: each rack by itself,
  // many quanta ahead if one likes, then the mix.
  [[nodiscard]] std::size_t rackCount() const RT_SAFE { return racks_.size(); }
  [[nodiscard]] RackPlayer& rackPlayer(std::size_t index) RT_SAFE { return *racks_[index]; }
  /// `racks`: two channels for each rack player.
  void mixQuantum(const SongSpans& spans, const float* const* racks, float* left, float* right)
      RT_SAFE;
  /// The graph of the mix. Thread: audio.
  [[nodiscard]] const rack::Graph& mix() const RT_SAFE { return mix_->graph(); }
  [[nodiscard]] const RackPlayer& mixPlayer() const RT_SAFE { return *mix_; }

  /// Hands: heard in the next quantum rendered, after the sequencer's own at the same frame.
  /// `paramId` as in the plan. False when there is no such node or parameter, or no room.
  bool setParam(std::uint32_t nodeIndex, std::uint32_t paramId, float value,
                std::uint32_t rampFrames, std::uint32_t frameInQuantum) RT_SAFE;
  bool trigger(std::uint32_t nodeIndex, float velocity, std::uint32_t frameInQuantum) RT_SAFE;
  /// `gateFrames` 0: until its noteOff.
  bool noteOn(std::uint32_t nodeIndex, std::uint32_t note, float velocity, std::uint32_t gateFrames,
              std::uint32_t frameInQuantum) RT_SAFE;
  bool noteOff(std::uint32_t nodeIndex, std::uint32_t note, std::uint32_t frameInQuantum) RT_SAFE;
  /// What was asked for since the last quantum is done at once: there is no next one.
  void playHands() RT_SAFE;

  /// How loud a rack of the plan is in the newest quantum, before its fader; 0 when there is none.
  [[nodiscard]] float rackPeak(std::uint32_t rack) const RT_SAFE;

  /// Where a parameter is, or is going to; false when there is none. Thread: audio.
  [[nodiscard]] bool readParam(std::uint32_t nodeIndex, std::uint32_t paramId, float& value) const
      RT_SAFE;

  /// A hand has moved: all tracks are on their way back from their ambient values.
  void wake() RT_SAFE;
  [[nodiscard]] float ambience() const RT_SAFE { return memory_->ambience.amount(); }
  /// Those that live, in the order of the plan. Thread: control.
  [[nodiscard]] const std::vector<std::shared_ptr<sequencer::LiveTrack>>& tracks() const {
    return tracks_;
  }

  /// Frames from an event to its sound at the output.
  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE {
    return mix_->graph().latencyFrames() + master_->latencyFrames();
  }
  [[nodiscard]] std::uint32_t masterLatencyFrames() const RT_SAFE {
    return master_->latencyFrames();
  }
  [[nodiscard]] std::uint32_t nodeCount() const RT_SAFE {
    return static_cast<std::uint32_t>(nodes_.size());
  }
  /// "rack:node", "rack:ID", "bus:BUS:INSERT", "xfader:ID", "track:ID" and
  /// "ambience" to index. Thread: any.
  [[nodiscard]] const std::map<std::string, std::uint32_t>& nodeIndices() const { return indexOf_; }
  /// By index. Thread: control.
  [[nodiscard]] std::vector<WatchedNode> watchedNodes() const;
  /// Nodes that want `service`, those that are leaving too. Thread: control.
  [[nodiscard]] std::vector<std::shared_ptr<rack::Node>> servicedNodes() const;

  /// As the plan says; Link may play another tempo.
  [[nodiscard]] Tempo tempoAt(Beats songBeat) const RT_SAFE { return tempoMap_.tempoAt(songBeat); }
  [[nodiscard]] const sequencer::TempoMap& tempoMap() const RT_SAFE { return tempoMap_; }
  /// Song beats after which the song begins again; 0 is never.
  [[nodiscard]] double loopBeats() const RT_SAFE { return loopBeats_; }

  /// Quanta silenced because of a sample that was not finite, and where it came from last.
  [[nodiscard]] std::uint64_t nonFinite() const RT_SAFE;
  [[nodiscard]] std::uint32_t faultyNode() const RT_SAFE { return faultyNode_; }
  /// Events for which a quantum had no room.
  [[nodiscard]] std::uint64_t eventsDropped() const RT_SAFE;

  [[nodiscard]] double sampleRate() const RT_SAFE { return sampleRate_; }

 private:
  struct Target {
    RackPlayer* player;   ///< null: a live track, or the ambience
    std::uint32_t node;   ///< of the rack; of the tracks, kAmbience for the ambience
    std::uint32_t param;  ///< id that stands for the one asked for; 0: the one asked for
  };
  static constexpr std::uint32_t kAmbience = 0xFFFFFFFF;
  struct Address {
    std::uint32_t first;  ///< in `targets_`
    std::uint32_t count;
  };
  SessionPlayer() = default;
  Status buildRacks(const SessionPlan& plan, const PlayerSetup& setup,
                    const SessionPlayer* previous);
  Status buildMix(const SessionPlan& plan, const PlayerSetup& setup, const SessionPlayer* previous);
  void buildTracks(const SessionPlan& plan, const SessionPlayer* previous);
  void addAddress(const std::string& name, const std::vector<Target>& targets);
  /// Of a live track or the ambience: these have values, and nothing to be struck.
  bool setValue(const Target& target, const RtRackEvent& event) RT_SAFE;
  bool addHandEvent(std::uint32_t nodeIndex, RtRackEvent event) RT_SAFE;
  void noticeFaults() RT_SAFE;

  // Constant after build.
  double sampleRate_ = 48000.0;
  double loopBeats_ = 0.0;
  sequencer::TempoMap tempoMap_;
  std::map<std::string, std::uint32_t> indexOf_;
  std::vector<Address> nodes_;
  std::vector<Target> targets_;
  session::MasterSettings masterSettings_;
  bool hasCutSound_ = false;
  std::uint32_t returnFrames_ = 0;

  // Audio, and midi for what it plays.
  std::vector<std::shared_ptr<sequencer::LiveTrack>> tracks_;
  /// Handed on from player to player over swaps.
  struct TrackMemory {
    sequencer::Ambience ambience;
    sequencer::SongPlace place;  ///< of the last quantum; audio
  };
  std::shared_ptr<TrackMemory> memory_;

  // Audio.
  sequencer::SongPlace place_;                      ///< at the end of the last quantum
  std::vector<std::unique_ptr<RackPlayer>> racks_;  ///< of the plan, then those that are leaving
  std::unique_ptr<RackPlayer> mix_;
  std::shared_ptr<session::Master> master_;
  std::vector<const float*> outputs_;  ///< of the racks, two channels each
  std::vector<const float*> lanes_;    ///< what the mix hears
  struct Faults {
    std::uint32_t firstNode = 0;  ///< index of the rack's first node
    std::uint64_t seen = 0;
  };
  std::vector<Faults> faults_;  ///< by rack
  std::array<float, kQuantumFrames> silence_{};
  std::uint32_t faultyNode_ = 0;
};

}  // namespace downbeat::app
