// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "midi/router/route-plan.hpp"

using namespace downbeat;
using midi::findRouteLoop;
using midi::kNotCarried;
using midi::MidiRoutePlan;
using midi::RouteKind;

namespace {

MidiRoutePlan between(const std::string& from, const std::string& to) {
  MidiRoutePlan plan;
  plan.id = from + "-" + to;
  plan.from = from;
  plan.to = to;
  return plan;
}

MidiRoutePlan only(MidiRoutePlan plan, RouteKind kind) {
  plan.kinds = static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
  return plan;
}

MidiRoutePlan onChannel(MidiRoutePlan plan, std::size_t from, std::uint8_t to) {
  plan.channels.fill(kNotCarried);
  plan.channels[from] = to;
  return plan;
}

using Loop = std::vector<std::string>;

}  // namespace

TEST_CASE("routes that come together and part again are no loop") {
  CHECK(findRouteLoop({}).empty());
  CHECK(findRouteLoop({between("a", "b"), between("b", "c"), between("a", "c"), between("d", "c")})
            .empty());
}

TEST_CASE("a loop is named with its ports") {
  CHECK(findRouteLoop({between("a", "a")}) == Loop{"a", "a"});
  CHECK(findRouteLoop({between("x", "a"), between("a", "b"), between("b", "c"),
                       between("c", "a")}) == Loop{"a", "b", "c", "a"});
}

TEST_CASE("what comes back of another kind or on another channel makes no loop") {
  CHECK(findRouteLoop({only(between("a", "b"), RouteKind::notes),
                       only(between("b", "a"), RouteKind::controllers)})
            .empty());
  CHECK(findRouteLoop({onChannel(between("a", "a"), 0, 1)}).empty());
  CHECK(findRouteLoop({onChannel(between("a", "b"), 0, 1), onChannel(between("b", "a"), 1, 0)}) ==
        Loop{"a", "b", "a"});
  CHECK_FALSE(findRouteLoop({only(onChannel(between("a", "a"), 0, 1), RouteKind::sysex)}).empty());
}
