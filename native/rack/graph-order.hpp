// SPDX-License-Identifier: GPL-3.0-or-later
// The order in which connected nodes must run.
#pragma once

#include <cstdint>
#include <vector>

namespace downbeat::rack {

struct GraphArrow {
  std::uint32_t from;
  std::uint32_t to;
};

/// Node indices so that every arrow points forward; among nodes that are free to run the one that
/// comes first in the plan does. Shorter than `nodeCount` when there is a cycle: then the nodes of
/// the cycles, and what hangs behind them, are missing. Thread: any but audio.
[[nodiscard]] std::vector<std::uint32_t> orderNodes(std::uint32_t nodeCount,
                                                    const std::vector<GraphArrow>& arrows);

}  // namespace downbeat::rack
