// SPDX-License-Identifier: GPL-3.0-or-later
// What a new graph takes over from the one that plays: nodes and cables that stay, and those that
// leave and are heard until their tails are over.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rack/graph-order.hpp"
#include "rack/graph.hpp"

namespace downbeat::rack {

/// Nodes that may be leaving at the same time; beyond that a sound is cut.
inline constexpr std::uint32_t kMaxLeaving = 128;

/// Thread: control. Reads of the graph that plays only what audio does not write.
class GraphHeritage {
 public:
  /// Null `previous`, or one of another sample rate: nothing is taken over.
  GraphHeritage(const Graph* previous, double sampleRate);

  [[nodiscard]] bool isEmpty() const { return previous_ == nullptr; }
  /// A node of the same id and identity, also one that is leaving; null when there is none.
  [[nodiscard]] const Graph::Slot* findNode(const std::string& id,
                                            const std::string& identity) const;
  /// It is node `index` of the new graph.
  void keepNode(const Graph::Slot& slot, std::uint32_t index);
  /// The cable of that name between nodes that were kept, or null.
  [[nodiscard]] const Cable* findCable(const std::string& name) const;
  void keepCable(const Cable& cable) { taken_[cable.state.get()] = kKept; }
  /// A new cable does its work after `wait` frames: so long it goes on.
  void replaceCable(const Cable& cable, std::uint32_t wait) { taken_[cable.state.get()] = wait; }

  /// Adds the leaving nodes behind those of the plan.
  void addLeavingNodes(Graph& graph, double sampleRate);
  /// What must run before what among all that leaves. `isFading`: also out of nodes that stay,
  /// which may close a circle.
  [[nodiscard]] std::vector<GraphArrow> arrows(bool isFading) const;
  /// Adds the cables that leave: those of leaving nodes as they were, all others into silence.
  void addLeavingCables(Graph& graph, bool hasFading) const;

  /// Buffers and pointers of a slot whose counts are set.
  static void makeBuffers(Graph::Slot& slot);

 private:
  static constexpr std::uint32_t kGone = 0xFFFFFFFFU;
  static constexpr std::uint32_t kKept = 0xFFFFFFFFU;

  struct LeavingCable {
    const Cable* cable;
    std::uint32_t from;  ///< in the new graph
    std::uint32_t to;    ///< in the new graph, or kToMix
    bool isDry;
  };
  /// It makes its sound itself.
  [[nodiscard]] static bool isSource(const Graph::Slot& slot);
  /// It brings the sound of a rack into the mix.
  [[nodiscard]] static bool isCarrier(const Graph::Slot& slot);
  /// Its sound goes on elsewhere, so that here it fades.
  [[nodiscard]] bool isFading(const LeavingCable& leaving) const {
    return leaving.from < planNodes_ || isReplaced_[leaving.from - planNodes_];
  }
  [[nodiscard]] std::vector<LeavingCable> leavingCables() const;
  void addCable(Graph& graph, const LeavingCable& leaving) const;

  const Graph* previous_ = nullptr;
  std::map<std::string, std::vector<std::uint32_t>> nodes_;  ///< by id: indices, leaving ones last
  std::map<std::string, const Cable*> cables_;
  std::vector<std::uint32_t> newIndex_;  ///< by index in the previous graph
  std::map<const CableState*, std::uint32_t> taken_;
  std::vector<bool> isReplaced_;  ///< leaving nodes that carry what a node of the plan carries too
  std::uint32_t planNodes_ = 0;
};

}  // namespace downbeat::rack
