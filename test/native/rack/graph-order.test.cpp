// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/graph-order.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace downbeat::rack;

TEST_CASE("free nodes run in the order of the plan") {
  CHECK(orderNodes(4, {}) == std::vector<std::uint32_t>{0, 1, 2, 3});
  CHECK(orderNodes(4, {{3, 0}}) == std::vector<std::uint32_t>{1, 2, 3, 0});
}

TEST_CASE("every arrow points forward in the order") {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t count = 2 + random() % 60;
    std::vector<GraphArrow> arrows;
    for (std::uint32_t i = 0; i < count * 2; ++i) {
      const std::uint32_t a = random() % count;
      const std::uint32_t b = random() % count;
      // Forward in a shuffled numbering: 7 has no common factor with the prime 61.
      if ((a * 7) % 61 < (b * 7) % 61) arrows.push_back({a, b});
    }
    const auto order = orderNodes(count, arrows);
    REQUIRE(order.size() == count);
    std::vector<std::size_t> place(count);
    for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    for (const GraphArrow& arrow : arrows) CHECK(place[arrow.from] < place[arrow.to]);
  }
}

TEST_CASE("the nodes of a cycle are missing from the order") {
  CHECK(orderNodes(3, {{0, 1}, {1, 2}, {2, 1}}) == std::vector<std::uint32_t>{0});
}
