// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/graph-order.hpp"

#include <functional>
#include <queue>

namespace downbeat::rack {

std::vector<std::uint32_t> orderNodes(std::uint32_t nodeCount,
                                      const std::vector<GraphArrow>& arrows) {
  std::vector<std::vector<std::uint32_t>> targets(nodeCount);
  std::vector<std::uint32_t> waitingFor(nodeCount, 0);
  for (const GraphArrow& arrow : arrows) {
    targets[arrow.from].push_back(arrow.to);
    ++waitingFor[arrow.to];
  }
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free;
  for (std::uint32_t node = 0; node < nodeCount; ++node) {
    if (waitingFor[node] == 0) free.push(node);
  }
  std::vector<std::uint32_t> order;
  order.reserve(nodeCount);
  while (!free.empty()) {
    const std::uint32_t node = free.top();
    free.pop();
    order.push_back(node);
    for (const std::uint32_t target : targets[node]) {
      if (--waitingFor[target] == 0) free.push(target);
    }
  }
  return order;
}

}  // namespace downbeat::rack
