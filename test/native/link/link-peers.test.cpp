// SPDX-License-Identifier: GPL-3.0-or-later
// Two participants over loopback: one of ours and one that is Ableton's class as it is.
#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

#include "base/host-clock.hpp"
#include "link/link-session.hpp"
#include "support/own-network.hpp"
#include "support/patience.hpp"
#include "support/plain-peer.hpp"

using namespace downbeat;
using link::LinkSession;
using test::comes;
using test::PlainPeer;
using test::sleepMillis;

namespace {

constexpr double kQuantum = 4.0;

/// Their phase minus ours at one moment, microseconds.
double phaseErrorMicros(LinkSession& ours, const PlainPeer& peer) {
  const HostMicros host = hostNow();
  const double theirs = peer.phaseAt(host, Beats{kQuantum});
  const LinkInput input = ours.capture(host, Beats{kQuantum});
  double beats = theirs - phaseOf(input.beat, Beats{kQuantum}).value;
  beats -= kQuantum * std::round(beats / kQuantum);
  return beats * 60.0e6 / input.tempo.bpm;
}

LinkOutput tempoOutput(double bpm) {
  LinkOutput output;
  output.hasTempo = true;
  output.tempo = Tempo{bpm};
  output.tempoAt = hostNow();
  return output;
}

}  // namespace

TEST_CASE("joining a session takes its tempo, and the session hears nothing of ours") {
  test::useOwnNetwork();
  for (const double bpm : {130.0, 20.0, 97.3}) {
    PlainPeer founder(bpm);
    LinkSession ours(Tempo{100.0});
    sleepMillis(1300);
    founder.tempoChanges.store(0);
    ours.setEnabled(true);
    const double shown = 60.0e6 / std::round(60.0e6 / bpm);
    CHECK(comes(3.0, [&] {
      return ours.capture(hostNow(), Beats{kQuantum}).peers == 1 && founder.numPeers() == 1;
    }));
    CHECK(comes(2.0, [&] {
      return std::fabs(ours.capture(hostNow(), Beats{kQuantum}).tempo.bpm - shown) < 1e-6;
    }));
    CHECK(founder.tempo() == bpm);
    CHECK(founder.tempoChanges.load() == 0);
    CHECK(ours.changes().peers >= 1);
    CHECK(ours.changes().tempo >= 1);
    CHECK(std::fabs(phaseErrorMicros(ours, founder)) < 1000.0);
    ours.setEnabled(false);
    CHECK(comes(3.0, [&] { return founder.numPeers() == 0; }));
    CHECK(founder.tempo() == bpm);
    CHECK(ours.capture(hostNow(), Beats{kQuantum}).peers == 0);
  }
}

TEST_CASE("with a peer: tempo and play go both ways, and nobody's phase is moved") {
  test::useOwnNetwork();
  PlainPeer peer(120.0);
  LinkSession ours(Tempo{120.0});
  ours.setStartStopSync(true);
  sleepMillis(1300);
  ours.setEnabled(true);
  const auto capture = [&ours] { return ours.capture(hostNow(), Beats{kQuantum}); };
  REQUIRE(comes(3.0, [&] { return capture().peers == 1 && peer.numPeers() == 1; }));

  // Theirs to us.
  for (const double bpm : {90.0, 140.0}) {
    peer.setTempo(bpm);
    CHECK(comes(2.0, [&] { return std::fabs(capture().tempo.bpm - bpm) < 0.01; }));
    CHECK(std::fabs(phaseErrorMicros(ours, peer)) < 1000.0);
  }
  peer.setPlaying(true);
  CHECK(comes(2.0, [&] { return capture().isPlaying; }));
  peer.setPlaying(false);
  CHECK(comes(2.0, [&] { return !capture().isPlaying; }));

  // Ours to them.
  for (const double bpm : {110.0, 174.0}) {
    (void)capture();
    ours.commit(tempoOutput(bpm));
    CHECK(comes(2.0, [&] { return std::fabs(peer.tempo() - bpm) < 0.01; }));
    sleepMillis(60);
    CHECK(std::fabs(phaseErrorMicros(ours, peer)) < 1000.0);
  }
  LinkOutput play;
  play.hasPlaying = true;
  play.isPlaying = true;
  play.playingAt = hostNow();
  (void)capture();
  ours.commit(play);
  CHECK(comes(2.0, [&] { return peer.isPlaying(); }));

  // Our beat is never forced on a peer.
  sleepMillis(1100);
  const HostMicros host = hostNow();
  const auto phaseNow = [&] { return peer.phaseAt(host, Beats{kQuantum}); };
  const double before = phaseNow();
  const LinkInput input = ours.capture(host, Beats{kQuantum});
  LinkOutput force;
  force.hasBeat = true;
  force.beat = input.beat + Beats{1.5};
  force.beatAt = host;
  ours.commit(force);
  sleepMillis(300);
  CHECK(std::fabs(phaseNow() - before) * 60.0e6 / 174.0 < 100.0);
}
