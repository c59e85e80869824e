// SPDX-License-Identifier: GPL-3.0-or-later
#include "link/link-clock.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

#include "base/host-clock.hpp"
#include "support/plain-peer.hpp"

using namespace downbeat;

TEST_CASE("ticks, microseconds and Ableton's clock are one clock") {
  for (int round = 0; round < 1000; ++round) {
    const std::int64_t first = test::plainPeerMicros();
    const HostMicros ours = hostNow();
    const HostMicros ofTicks = link::microsOf(link::ticksNow());
    const std::int64_t last = test::plainPeerMicros();
    CHECK(first <= ours.value);
    CHECK(ours <= ofTicks);
    CHECK(ofTicks.value <= last);
  }
}

TEST_CASE("a microsecond survives the way to ticks and back") {
  for (const std::int64_t micros :
       {0LL, 1LL, 999LL, 1000001LL, 86400000000LL, 9007199254740992LL}) {
    CHECK(link::microsOf(link::ticksOf(HostMicros{micros})) == HostMicros{micros});
  }
}

#if defined(__linux__)
TEST_CASE("a tick is a nanosecond, and lies in the microsecond that it began in, before 0 too") {
  CHECK(link::ticksOf(HostMicros{7}).value == 7000);
  CHECK(link::microsOf({7999}).value == 7);
  CHECK(link::microsOf({-1}).value == -1);
  CHECK(link::microsOf({-1000}).value == -1);
  CHECK(link::microsOf({-1001}).value == -2);
  CHECK(link::microsOf(link::ticksOf(HostMicros{-5})).value == -5);
}
#endif
