// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/pot-filter.hpp"

#include <doctest/doctest.h>

#include <random>

using downbeat::panel::PotFilter;

TEST_CASE("a pot that trembles stands still") {
  PotFilter pot(0.004);
  std::mt19937 random(5);
  REQUIRE(pot.take(0.5));
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(pot.take(0.5 + (random() % 100) / 100.0 * 0.003));
}

TEST_CASE("both ends are reached by a pot that does not quite get there") {
  PotFilter pot(0.01);
  CHECK(pot.take(0.009) == 0);
  CHECK(pot.take(0.992) == PotFilter::kTop);
  CHECK_FALSE(pot.take(1.4));
  CHECK(pot.take(-3.0) == 0);
}

TEST_CASE("a pot that is turned comes by, in order, and the other way round when it is wired so") {
  PotFilter pot(0.004);
  PotFilter reversed(0.004, true);
  int before = -1;
  int after = PotFilter::kTop + 1;
  for (int i = 0; i <= 1000; ++i) {
    if (const auto place = pot.take(i / 1000.0)) {
      CHECK(*place > before);
      before = *place;
    }
    if (const auto place = reversed.take(i / 1000.0)) {
      CHECK(*place < after);
      after = *place;
    }
  }
  CHECK(before == PotFilter::kTop);
  CHECK(after == 0);
}
