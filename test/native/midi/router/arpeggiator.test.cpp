// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/router/arpeggiator.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

using namespace downbeat;
using midi::Arpeggiator;
using midi::ArpNote;
using midi::ArpOrder;
using midi::ArpPlan;

namespace {

ArpPlan planOf(ArpOrder order, std::uint32_t octaves = 1) {
  ArpPlan plan;
  plan.order = order;
  plan.octaves = octaves;
  plan.seed = 7;
  return plan;
}

std::vector<int> played(Arpeggiator& arp, int steps) {
  std::vector<int> notes;
  ArpNote note;
  for (int i = 0; i < steps && arp.next(note); ++i) notes.push_back(note.note);
  return notes;
}

std::vector<int> played(const ArpPlan& plan, int steps) {
  Arpeggiator arp;
  arp.configure(plan);
  for (const std::uint8_t note : {64, 60, 67}) arp.press({0, note, 100});
  return played(arp, steps);
}

}  // namespace

TEST_CASE("an arpeggio goes up, down, up and down, or as it was played") {
  CHECK(played(planOf(ArpOrder::up), 4) == std::vector<int>{60, 64, 67, 60});
  CHECK(played(planOf(ArpOrder::down), 4) == std::vector<int>{67, 64, 60, 67});
  CHECK(played(planOf(ArpOrder::upDown), 6) == std::vector<int>{60, 64, 67, 64, 60, 64});
  CHECK(played(planOf(ArpOrder::asPlayed), 4) == std::vector<int>{64, 60, 67, 64});
}

TEST_CASE("octaves follow each other") {
  CHECK(played(planOf(ArpOrder::up, 2), 7) == std::vector<int>{60, 64, 67, 72, 76, 79, 60});
  CHECK(played(planOf(ArpOrder::down, 2), 3) == std::vector<int>{79, 76, 72});
  Arpeggiator high;
  high.configure(planOf(ArpOrder::up, 3));
  high.press({0, 120, 100});
  CHECK(played(high, 3) == std::vector<int>{120, 120, 120});
}

TEST_CASE("random is the same for the same seed, and reaches every note") {
  ArpPlan plan = planOf(ArpOrder::random, 2);
  const std::vector<int> first = played(plan, 200);
  CHECK(played(plan, 200) == first);
  CHECK(std::set<int>(first.begin(), first.end()).size() == 6);
  plan.seed = 8;
  CHECK(played(plan, 200) != first);
}

TEST_CASE("a note that two keys hold stays until both are let go") {
  Arpeggiator arp;
  arp.configure(planOf(ArpOrder::up));
  arp.press({0, 60, 100});
  arp.press({0, 60, 90});
  arp.release(0, 60);
  CHECK_FALSE(arp.isEmpty());
  arp.release(0, 60);
  CHECK(arp.isEmpty());
}

TEST_CASE("after a silence an arpeggio begins with its first note") {
  Arpeggiator arp;
  arp.configure(planOf(ArpOrder::up));
  arp.press({0, 60, 100});
  arp.press({0, 64, 100});
  CHECK(played(arp, 1) == std::vector<int>{60});
  arp.release(0, 60);
  arp.release(0, 64);
  arp.press({0, 70, 100});
  arp.press({0, 62, 100});
  CHECK(played(arp, 1) == std::vector<int>{62});
}

TEST_CASE("more notes than there is room for do not sound, and nothing breaks") {
  Arpeggiator arp;
  arp.configure(planOf(ArpOrder::up));
  for (std::uint8_t note = 0; note < 100; ++note) arp.press({0, note, 100});
  CHECK(played(arp, 65).back() == 0);
  for (std::uint8_t note = 0; note < 100; ++note) arp.release(0, note);
  CHECK(arp.isEmpty());
}
