// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nearest-names.hpp"

#include <doctest/doctest.h>

using namespace downbeat::rack;

TEST_CASE("the distance of two names is the letters to add, remove and replace") {
  CHECK(editDistance("", "") == 0);
  CHECK(editDistance("kick", "Kick") == 0);
  CHECK(editDistance("", "abc") == 3);
  CHECK(editDistance("kitten", "sitting") == 3);
}

TEST_CASE("the nearest names come first, and no more than asked for") {
  CHECK(nearestNames("dely", {"reverb", "delay", "clap"}, 2) ==
        std::vector<std::string>{"delay", "clap"});
  CHECK(nearestNames("x", {}, 3).empty());
}

TEST_CASE("a list reads as a sentence") {
  CHECK(quotedList({}) == "");
  CHECK(quotedList({"a"}) == "\"a\"");
  CHECK(quotedList({"a", "b", "c"}) == "\"a\", \"b\" or \"c\"");
}
