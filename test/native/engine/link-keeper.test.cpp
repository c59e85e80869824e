// SPDX-License-Identifier: GPL-3.0-or-later
// When the box goes on the network, and how it comes back after the wall clock was set, beside
// Ableton's own class.
#include "engine/link-keeper.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <initializer_list>

#include "base/host-clock.hpp"
#include "support/own-network.hpp"
#include "support/patience.hpp"
#include "support/plain-peer.hpp"

using namespace downbeat;
using engine::LinkKeeper;
using link::LinkSession;
using test::comes;
using test::PlainPeer;
using test::sleepMillis;

namespace {

constexpr HostMicros kStart{1'000'000'000};

}  // namespace

TEST_CASE(
    "Link goes on the network one second after the first block, and not when it is unwanted") {
  test::useOwnNetwork();
  LinkSession session(Tempo{120.0});
  LinkKeeper keeper(session);
  CHECK_FALSE(keeper.poll(kStart, true, false, 0));
  CHECK_FALSE(keeper.poll(kStart + HostMicros{5'000'000}, true, false, 0));
  CHECK_FALSE(session.isEnabled());
  const HostMicros first = kStart + HostMicros{6'000'000};
  (void)keeper.poll(first, true, true, 0);
  (void)keeper.poll(first + HostMicros{980'000}, true, true, 0);
  CHECK_FALSE(session.isEnabled());
  (void)keeper.poll(first + HostMicros{1'000'000}, true, true, 0);
  CHECK(session.isEnabled());
  (void)keeper.poll(first + HostMicros{1'100'000}, false, true, 0);
  CHECK_FALSE(session.isEnabled());
  (void)keeper.poll(first + HostMicros{1'200'000}, true, true, 0);
  CHECK(session.isEnabled());
  CHECK(keeper.restarts() == 0);
}

TEST_CASE("a wall clock that is set while Link is off begins nothing anew") {
  LinkSession session(Tempo{120.0});
  LinkKeeper keeper(session);
  (void)keeper.poll(kStart, false, true, 3'600'000'000);
  CHECK_FALSE(keeper.poll(kStart + HostMicros{2'000'000}, false, true, 3'600'000'000));
  CHECK_FALSE(session.isEnabled());
  CHECK(keeper.restarts() == 0);
}

TEST_CASE("X-CLOCKSTEP: after a step Link begins anew, finds its peer, and keeps tempo and phase") {
  test::useOwnNetwork();
  PlainPeer peer(131.0);
  sleepMillis(1300);
  LinkSession session(Tempo{100.0});
  LinkKeeper keeper(session);
  (void)keeper.poll(hostNow(), true, true, 0);
  sleepMillis(1050);
  (void)keeper.poll(hostNow(), true, true, 0);
  REQUIRE(session.isEnabled());
  const auto capture = [&] { return session.capture(hostNow(), Beats{4.0}); };
  REQUIRE(comes(5.0, [&] { return capture().peers == 1 && peer.numPeers() == 1; }));
  const double shown = capture().tempo.bpm;
  CHECK(shown == doctest::Approx(131.0).epsilon(1e-4));

  for (const std::int64_t step : {3'600'000'000LL, -3'600'000'000LL}) {
    const HostMicros at = hostNow();
    const Beats before = session.capture(at, Beats{4.0}).beat;
    CHECK(keeper.poll(at, true, true, step));
    // Its line goes on, also before anybody is found again.
    for (int i = 0; i < 10; ++i) {
      const LinkInput now = session.capture(at, Beats{4.0});
      const double apart = std::remainder((now.beat - before).value, 4.0) * 60.0e6 / shown;
      CHECK(std::fabs(apart) < 3000.0);
      CHECK(now.tempo.bpm == doctest::Approx(131.0).epsilon(1e-4));
      sleepMillis(20);
    }
    CHECK(comes(5.0, [&] { return capture().peers == 1 && peer.numPeers() == 1; }));
    CHECK(peer.tempo() == doctest::Approx(131.0));
  }
  CHECK(keeper.restarts() == 2);
}
