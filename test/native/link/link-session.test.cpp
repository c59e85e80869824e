// SPDX-License-Identifier: GPL-3.0-or-later
// One participant by itself, off the network.
#include "link/link-session.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

#include "base/host-clock.hpp"

using namespace downbeat;
using link::LinkSession;

TEST_CASE("a new session is off, alone, stopped, and at its tempo") {
  LinkSession session(Tempo{133.7});
  CHECK_FALSE(session.isEnabled());
  CHECK(session.numPeers() == 0);
  const LinkInput input = session.capture(hostNow(), Beats{4.0});
  CHECK_FALSE(input.isEnabled);
  CHECK(input.peers == 0);
  CHECK(input.tempo.bpm == 133.7);
  CHECK_FALSE(input.isPlaying);
}

TEST_CASE("the beat at a host time is the one Link was brought to, and goes on at the tempo") {
  for (const double bpm : {20.0, 120.0, 174.0, 999.0}) {
    LinkSession session(Tempo{bpm});
    const HostMicros host = hostNow() + HostMicros{20000};
    (void)session.capture(host, Beats{4.0});
    LinkOutput output;
    output.hasBeat = true;
    output.beat = Beats{17.25};
    output.beatAt = host;
    session.commit(output);
    CHECK(session.capture(host, Beats{4.0}).beat.value == doctest::Approx(17.25).epsilon(1e-6));
    CHECK(session.capture(host, Beats{4.0}).tempo.bpm == bpm);
    const double micros = std::floor(60.0e6 / bpm + 0.5);
    const LinkInput later = session.capture(host + HostMicros{10000000}, Beats{4.0});
    CHECK(later.beat.value == doctest::Approx(17.25 + 1.0e7 / micros).epsilon(1e-6));
  }
}

TEST_CASE("a tempo change does not move the beat at its time") {
  LinkSession session(Tempo{120.0});
  const HostMicros host = hostNow();
  const Beats before = session.capture(host, Beats{4.0}).beat;
  LinkOutput output;
  output.hasTempo = true;
  output.tempo = Tempo{87.5};
  output.tempoAt = host;
  session.commit(output);
  const LinkInput after = session.capture(host, Beats{4.0});
  CHECK(after.tempo.bpm == 87.5);
  CHECK(std::fabs((after.beat - before).value) < 1e-5);
}

TEST_CASE("play and stop are kept with their time") {
  LinkSession session(Tempo{120.0});
  session.setStartStopSync(true);
  CHECK(session.isStartStopSync());
  const HostMicros host = hostNow();
  (void)session.capture(host, Beats{4.0});
  LinkOutput output;
  output.hasPlaying = true;
  output.isPlaying = true;
  output.playingAt = host + HostMicros{5000};
  session.commit(output);
  const LinkInput input = session.capture(host, Beats{4.0});
  CHECK(input.isStartStopSync);
  CHECK(input.isPlaying);
  CHECK(input.playingSince == host + HostMicros{5000});
}

TEST_CASE("committing nothing, or before anything was captured, changes nothing") {
  LinkSession session(Tempo{120.0});
  LinkOutput output;
  output.hasTempo = true;
  output.tempo = Tempo{60.0};
  session.commit(output);
  CHECK(session.capture(hostNow(), Beats{4.0}).tempo.bpm == 120.0);
  session.commit(LinkOutput{});
  CHECK(session.capture(hostNow(), Beats{4.0}).tempo.bpm == 120.0);
}

TEST_CASE("tempo outside Link's range is taken to its nearest end") {
  CHECK(LinkSession(Tempo{5.0}).capture(hostNow(), Beats{4.0}).tempo.bpm == 20.0);
  CHECK(LinkSession(Tempo{5000.0}).capture(hostNow(), Beats{4.0}).tempo.bpm == 999.0);
}
