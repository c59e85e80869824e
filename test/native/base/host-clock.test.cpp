// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/host-clock.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

#include "support/plain-peer.hpp"

using namespace downbeat;

TEST_CASE("the host clock is Link's clock") {
  std::int64_t least = 1000000;
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t before = hostNow().value;
    const std::int64_t theirs = test::plainPeerMicros();
    const std::int64_t after = hostNow().value;
    // Rounding of the two may differ by one.
    CHECK(theirs >= before - 1);
    CHECK(theirs <= after + 1);
    least = std::min(least, after - before);
  }
  CHECK(least < 1000);
}

TEST_CASE("the host clock never goes back") {
  HostMicros before = hostNow();
  for (int i = 0; i < 100000; ++i) {
    const HostMicros now = hostNow();
    CHECK_FALSE(now < before);
    before = now;
  }
}
