// SPDX-License-Identifier: GPL-3.0-or-later
// The nodes of one rack, connected and ready to play: one quantum at a time, in a fixed order with
// fixed sums, so that the same rack gives the same samples always.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/rack-event.hpp"
#include "base/status.hpp"
#include "base/units.hpp"
#include "rack/graph-cable.hpp"
#include "rack/node.hpp"
#include "rack/rack-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// A node type by name, or null. `findNodeType` is the real one.
using NodeTypeLookup = const NodeTypeInfo* (*)(const char* type);

/// Racks are stereo.
inline constexpr std::uint32_t kRackChannels = 2;

/// Milliseconds in which a gain or parameter reaches the value of a new plan.
inline constexpr double kPlanRampMs = 5.0;

class Graph;

struct GraphSetup {
  NodeTypeLookup findType = nullptr;
  double sampleRate = 48000.0;
  std::uint64_t sessionSeed = 0;
  std::size_t maxEvents = 256;      ///< in one quantum; more are dropped and counted
  const Graph* previous = nullptr;  ///< the same rack as it plays now: its nodes are kept
};

/// Plan swaps. A graph built with `previous` plays on with the same node objects where id, type and
/// seed are equal, and with the same cables; what differs between the two plans is worked out
/// while building and put in force by `takeOver`, in the moment of the swap. Until then the
/// new graph touches nothing that plays.
/// Thread: `build` and destruction on control, `takeOver`, `process` and what they change on audio.
class Graph {
 public:
  /// Errors: PLAN_INVALID (unknown type or node, cycle, a node that cannot be prepared), with a
  /// path inside the rack such as `nodes[2].type`.
  [[nodiscard]] static Result<std::unique_ptr<Graph>> build(const RackPlan& plan,
                                                            const GraphSetup& setup);

  /// Call once, after the last quantum of the previous graph and before the first of this one.
  void takeOver() RT_SAFE;

  /// Renders kQuantumFrames. `events` ascend by frame, parameters before triggers.
  void process(const RtRackEvent* events, std::size_t count) RT_SAFE;

  /// What the last quantum sounded like, kQuantumFrames. Thread: audio.
  [[nodiscard]] const float* output(std::uint32_t channel) const RT_SAFE {
    return output_.data() + channel * kQuantumFrames;
  }

  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE { return latencyFrames_; }
  [[nodiscard]] std::uint32_t nodeCount() const RT_SAFE {
    return static_cast<std::uint32_t>(nodes_.size());
  }
  /// In the order of the plan.
  [[nodiscard]] Node& node(std::uint32_t index) RT_SAFE { return *nodes_[index].node; }
  [[nodiscard]] const Node& node(std::uint32_t index) const RT_SAFE { return *nodes_[index].node; }
  [[nodiscard]] const std::string& nodeId(std::uint32_t index) const { return nodes_[index].id; }
  /// -1 when there is none. Thread: control.
  [[nodiscard]] int indexOf(const std::string& nodeId) const;

  /// Quanta of a node that were silenced because it made a sample that is not finite.
  [[nodiscard]] std::uint64_t faults() const RT_SAFE { return faults_; }
  /// The node of the newest fault.
  [[nodiscard]] std::uint32_t faultyNode() const RT_SAFE { return faultyNode_; }
  [[nodiscard]] std::uint64_t eventsDropped() const RT_SAFE { return eventsDropped_; }

 private:
  friend class GraphBuilder;
  static constexpr std::uint32_t kNoEvent = 0xFFFFFFFFU;

  struct Slot {
    std::string id;
    std::uint64_t seed = 0;
    std::shared_ptr<Node> node;
    std::vector<float> planValues;  ///< by parameter index, as the plan says
    std::vector<Cable> inputs;      ///< main and key, in the order of the plan
    std::vector<float> buffers;     ///< in, key, out: planar
    std::vector<float*> in;
    std::vector<float*> key;  ///< empty when no sidechain is connected
    std::vector<float*> out;
    std::uint32_t inputFloats = 0;  ///< of `buffers` to clear before summing: in and key
    std::uint32_t firstEvent = kNoEvent;
  };
  struct ParamChange {
    std::uint32_t node;
    std::uint32_t param;
    float value;
  };

  Graph() = default;
  void sortEventsToNodes(const RtRackEvent* events, std::size_t count) RT_SAFE;
  void processNode(std::uint32_t index, const RtRackEvent* events) RT_SAFE;
  void run(Slot& slot, std::uint32_t from, std::uint32_t frames) RT_SAFE;
  void mix() RT_SAFE;

  // Constant after build.
  double sampleRate_ = 48000.0;
  std::vector<std::uint32_t> order_;
  std::vector<ParamChange> changes_;
  std::uint32_t latencyFrames_ = 0;
  std::uint32_t planRampFrames_ = 0;
  bool softClip_ = false;
  bool hasMixer_ = false;
  float mixerGain_ = 1.0F;

  // Audio.
  std::vector<Slot> nodes_;
  std::vector<Cable> mixInputs_;  ///< of the mixer, or of every node that feeds nothing else
  std::vector<Cable> dryTaps_;    ///< past the mixer
  std::shared_ptr<dsp::GainRamp> mixerRamp_;
  std::vector<std::uint32_t> nextEvent_;
  std::array<float, kRackChannels * kQuantumFrames> output_{};
  std::uint64_t faults_ = 0;
  std::uint64_t eventsDropped_ = 0;
  std::uint32_t faultyNode_ = 0;
};

/// Every frame finite? Without a branch per frame.
[[nodiscard]] bool isFinite(const float* frames, std::uint32_t count) RT_SAFE;

}  // namespace downbeat::rack
