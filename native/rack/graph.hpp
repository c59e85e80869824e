// SPDX-License-Identifier: GPL-3.0-or-later
// The nodes of one rack, connected and ready to play: one quantum at a time, in a fixed order with
// fixed sums, so that the same rack gives the same samples always.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/rack-event.hpp"
#include "base/status.hpp"
#include "base/units.hpp"
#include "rack/graph-cable.hpp"
#include "rack/graph-time.hpp"
#include "rack/modulation.hpp"
#include "rack/node-watch.hpp"
#include "rack/node.hpp"
#include "rack/rack-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// A node type by name, or null. `findNodeType` is the real one.
using NodeTypeLookup = const NodeTypeInfo* (*)(const char* type);

/// Racks are stereo.
inline constexpr std::uint32_t kRackChannels = 2;
inline constexpr std::uint32_t kMaxNodeChannels = 8;

/// Milliseconds in which a gain or parameter reaches the value of a new plan.
inline constexpr double kPlanRampMs = 5.0;

class Graph;

struct GraphSetup {
  NodeTypeLookup findType = nullptr;
  NodeTypeLookup findInnerType = nullptr;  ///< asked first, for types that no file may name
  double sampleRate = 48000.0;
  std::uint64_t sessionSeed = 0;
  std::size_t maxEvents = 256;      ///< in one quantum; more are dropped and counted
  const Graph* previous = nullptr;  ///< the same rack as it plays now: its nodes are kept
  bool hasStems = false;            ///< keep what every node adds to the output
  /// Every node is looked at once in so many quanta; 0 is never.
  std::uint32_t watchQuanta = kWatchQuanta;
};

/// What one quantum is made from.
struct GraphQuantum {
  const RtRackEvent* events = nullptr;  ///< ascending by frame, in the order of their kinds
  std::size_t eventCount = 0;
  const GraphTime* time = nullptr;         ///< null: the song stands still
  const float* const* external = nullptr;  ///< what comes from outside, kQuantumFrames a channel
  std::uint32_t externalCount = 0;
  bool isWoken = false;  ///< something sounds that comes in from outside
};

/// Plan swaps. A graph built with `previous` plays on with the same node objects where id, type,
/// seed and texts are equal, and with the same cables; what differs between the two plans is worked
/// out while building and put in force by `takeOver`, in the moment of the swap. Nodes and cables
/// that the new plan has no more are heard until their tails are over (`Slot::leaving`). Until
/// `takeOver` the new graph touches nothing that plays.
/// Thread: `build` and destruction on control, `takeOver`, `process` and what they change on audio.
class Graph {
 public:
  /// Errors: PLAN_INVALID (unknown type or node, cycle, a node that cannot be prepared), with a
  /// path inside the rack such as `nodes[2].type`.
  [[nodiscard]] static Result<std::unique_ptr<Graph>> build(const RackPlan& plan,
                                                            const GraphSetup& setup);

  /// Call once, after the last quantum of the previous graph and before the first of this one.
  void takeOver() RT_SAFE;

  /// Something that happens before the next quantum; `event.node` as in the plan. Thread: audio.
  void playNow(const RtRackEvent& event) RT_SAFE;

  /// Renders kQuantumFrames.
  void process(const GraphQuantum& quantum) RT_SAFE;

  /// What the last quantum sounded like, kQuantumFrames. Thread: audio.
  [[nodiscard]] const float* output(std::uint32_t channel) const RT_SAFE {
    return output_.data() + channel * kQuantumFrames;
  }
  /// What one node sounded like in the last quantum; its type says how many channels there are.
  [[nodiscard]] const float* nodeOutput(std::uint32_t node, std::uint32_t channel) const RT_SAFE {
    return nodes_[node].out[channel];
  }

  /// What the nodes of the mixer added to the last quantum, when the setup asked for it: their sum
  /// in this order is what the mixer's level and clip get.
  [[nodiscard]] std::size_t stemCount() const RT_SAFE { return stems_.size(); }
  [[nodiscard]] const std::string& stemName(std::size_t index) const {
    return nodes_[mixInputs_[index].from].id;
  }
  [[nodiscard]] const float* stem(std::size_t index, std::uint32_t channel) const RT_SAFE {
    return stems_[index].data() + channel * kQuantumFrames;
  }

  /// False until the song plays, a hand does something, or a node sounds by itself.
  [[nodiscard]] bool isAwake() const RT_SAFE { return *hasWoken_; }
  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE { return latencyFrames_; }
  /// Of the plan; nodes that are leaving are not counted.
  [[nodiscard]] std::uint32_t nodeCount() const RT_SAFE { return planNodes_; }
  /// In the order of the plan.
  [[nodiscard]] Node& node(std::uint32_t index) RT_SAFE { return *nodes_[index].node; }
  [[nodiscard]] const Node& node(std::uint32_t index) const RT_SAFE { return *nodes_[index].node; }
  [[nodiscard]] const std::shared_ptr<Node>& sharedNode(std::uint32_t index) const {
    return nodes_[index].node;
  }
  [[nodiscard]] const std::string& nodeId(std::uint32_t index) const { return nodes_[index].id; }
  [[nodiscard]] const std::shared_ptr<NodeWatch>& watch(std::uint32_t index) const {
    return nodes_[index].watch;
  }
  /// Frames from an event at this node's inputs to its output.
  [[nodiscard]] std::uint32_t nodeLatency(std::uint32_t index) const {
    return nodes_[index].outputLatency;
  }
  /// -1 when there is none. Thread: control.
  [[nodiscard]] int indexOf(const std::string& nodeId) const;

  /// Adds the nodes that want `service`, those that are leaving too. Thread: control.
  void collectServiced(std::vector<std::shared_ptr<Node>>& nodes) const;

  /// Nothing of it sounds any more that is leaving. Thread: control.
  [[nodiscard]] bool hasLeft() const;
  /// A sound was cut because too many nodes left at once. Thread: control.
  [[nodiscard]] bool hasCutSound() const { return hasCutSound_; }

  /// Quanta of a node that were silenced because it made a sample that is not finite.
  [[nodiscard]] std::uint64_t faults() const RT_SAFE { return faults_; }
  /// The node of the newest fault.
  [[nodiscard]] std::uint32_t faultyNode() const RT_SAFE { return faultyNode_; }
  [[nodiscard]] std::uint64_t eventsDropped() const RT_SAFE { return eventsDropped_; }

 private:
  friend class GraphBuilder;
  friend class GraphHeritage;
  static constexpr std::uint32_t kNoEvent = 0xFFFFFFFFU;

  /// A node that no plan has any more, until its tail is over.
  struct Leaving {
    std::uint32_t quanta = 0;        ///< since it left
    std::uint32_t silentQuanta = 0;  ///< of them without a sound, the newest
    std::uint32_t maxQuanta = 0;     ///< then it fades
    std::atomic<bool> isOver{false};
  };

  struct alignas(64) Slot {
    // Touched in every quantum: few cache lines, because a graph may have thousands of nodes.
    Node* player = nullptr;
    std::uint32_t firstEvent = kNoEvent;
    std::uint32_t outputFloats = 0;
    std::uint32_t inputFloats = 0;  ///< of `buffers` to clear before summing: in and key
    std::uint32_t watchAt = 0;      ///< the turn in which it is looked at
    bool isSteady = true;           ///< neither modulated nor leaving
    bool isBypassed = false;        ///< as of the last look
    bool hasOneInput = false;       ///< one cable, into the main input
    bool readsSource = false;       ///< and what it would copy bit for bit is read where it is
    NodeIo whole;                   ///< of a call over the whole quantum
    std::vector<Cable> inputs;  ///< main and key, in the order of the plan, then those that leave
    std::array<float*, kMaxNodeChannels> out{};
    std::array<const float*, kMaxNodeChannels> in{};
    std::array<const float*, kMaxNodeChannels> key{};
    std::uint32_t inCount = 0;
    std::uint32_t keyCount = 0;  ///< 0 when no sidechain is connected
    std::uint32_t outCount = 0;
    std::shared_ptr<Modulation> modulation;
    std::shared_ptr<NodeWatch> watch;
    std::shared_ptr<Leaving> leaving;
    // For the next plan.
    std::shared_ptr<Node> node;
    std::string id;
    std::string identity;           ///< what must be equal to keep the node
    std::vector<float> planValues;  ///< by parameter index, as the plan says
    std::vector<float> buffers;     ///< in, key, out: planar
    std::uint32_t outputLatency = 0;
  };
  struct ParamChange {
    std::uint32_t node;
    std::uint32_t param;
    float value;
  };
  struct GainMove {
    dsp::GainRamp* ramp;
    float gain;
    std::uint32_t wait;
  };

  Graph() = default;
  [[nodiscard]] bool isStillAsleep(const GraphQuantum& quantum) RT_SAFE;
  void sortEventsToNodes(const GraphQuantum& quantum) RT_SAFE;
  void gatherInputs(Slot& slot) RT_SAFE;
  void processNode(std::uint32_t index, const GraphQuantum& quantum) RT_SAFE;
  void playInPieces(Slot& slot, const GraphQuantum& quantum) RT_SAFE;
  void play(Slot& slot, const RtRackEvent& event) RT_SAFE;
  void run(Slot& slot, const GraphQuantum& quantum, std::uint32_t from, std::uint32_t frames)
      RT_SAFE;
  void bypass(Slot& slot) RT_SAFE;
  void look(Slot& slot, std::uint64_t cycles) RT_SAFE;
  void letLeave(Slot& slot) RT_SAFE;
  void mix() RT_SAFE;
  void sumInputs(float* mono) RT_SAFE;

  // Constant after build.
  double sampleRate_ = 48000.0;
  std::vector<std::uint32_t> order_;
  std::vector<ParamChange> changes_;
  std::vector<GainMove> moves_;
  std::vector<std::uint32_t> newModulations_;  ///< nodes
  std::vector<std::pair<std::uint32_t, std::shared_ptr<Modulation>>> endedModulations_;
  std::uint32_t planNodes_ = 0;
  std::uint32_t latencyFrames_ = 0;
  std::uint32_t planRampFrames_ = 0;
  std::uint32_t watchQuanta_ = kWatchQuanta;
  bool hasCutSound_ = false;

  // Audio.
  std::vector<Slot> nodes_;
  std::vector<Cable> mixInputs_;  ///< of the mixer, or of every node that feeds nothing else
  std::vector<Cable> dryTaps_;    ///< past the mixer
  std::vector<std::array<float, kRackChannels * kQuantumFrames>> stems_;  ///< by mixInputs_
  /// Until the song plays or a hand does something nothing runs: so the music is the same however
  /// long the engine waited for its start. Handed on over swaps.
  std::shared_ptr<bool> hasWoken_;
  std::shared_ptr<dsp::GainRamp> mixerRamp_;
  std::shared_ptr<dsp::GainRamp> clipRamp_;  ///< share of the soft clip, 0 to 1
  std::vector<std::uint32_t> nextEvent_;
  std::array<float, (kRackChannels + 1) * kQuantumFrames> output_{};  ///< and what is mono
  GraphTime stillness_;
  const GraphTime* time_ = &stillness_;
  std::uint32_t watchTurn_ = 0;
  std::uint64_t faults_ = 0;
  std::uint64_t eventsDropped_ = 0;
  std::uint32_t faultyNode_ = 0;
};

/// Every frame finite? `count` is a multiple of four.
[[nodiscard]] bool isFinite(const float* frames, std::uint32_t count) RT_SAFE;

}  // namespace downbeat::rack
