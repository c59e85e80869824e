// SPDX-License-Identifier: GPL-3.0-or-later
// From the rack's plan to a graph that can play: nodes made or taken over, buffers, cables with the
// delays that make parallel paths meet.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rack/graph-heritage.hpp"
#include "rack/graph.hpp"

namespace downbeat::rack {

/// Used once. Thread: control.
class GraphBuilder {
 public:
  GraphBuilder(const RackPlan& plan, const GraphSetup& setup);
  Result<std::unique_ptr<Graph>> build();

 private:
  Status findTypes();
  Status order();
  Status makeNodes();
  Status makeNode(std::uint32_t index);
  void makeModulation(std::uint32_t index, const Graph::Slot* previous);
  /// Some node may be heard though nobody plays it.
  [[nodiscard]] bool soundsByItself() const;
  void makeMixRamps();
  void connect();
  void connectNode(std::uint32_t index, const std::vector<std::size_t>& incoming);
  void makeMix();
  void letLeave();
  Cable makeCable(const std::string& name, std::uint32_t from, double gain, std::uint32_t meetAt,
                  std::uint32_t targetChannels);

  const RackPlan& plan_;
  const GraphSetup& setup_;
  Graph* graph_ = nullptr;
  GraphHeritage heritage_;
  std::map<std::string, std::uint32_t> indexOf_;
  std::vector<const NodeTypeInfo*> types_;
  std::vector<GraphArrow> arrows_;
  std::map<std::string, std::uint32_t> cablesNamed_;
  std::vector<bool> feedsSomething_;
  std::vector<bool> isFresh_;  ///< made for this plan: it begins in silence
};

}  // namespace downbeat::rack
