// SPDX-License-Identifier: GPL-3.0-or-later
// The interface for application threads in company, over loopback.
#include <doctest/doctest.h>

#include <cmath>

#include "base/host-clock.hpp"
#include "link/app-link.hpp"
#include "support/own-network.hpp"
#include "support/patience.hpp"

using namespace downbeat;
using link::AppLink;
using link::LinkNews;
using link::SessionState;
using test::comes;
using test::sleepMillis;

namespace {

constexpr Beats kBar{4.0};

void setTempo(AppLink& link, double bpm) {
  SessionState state = link.captureAppSessionState();
  state.setTempo(Tempo{bpm}, hostNow());
  link.commitAppSessionState(state);
}

double tempoOf(const AppLink& link) { return link.captureAppSessionState().tempo().bpm; }

/// Of one moment, microseconds.
double phaseErrorMicros(const AppLink& one, const AppLink& other) {
  const HostMicros host = hostNow();
  double beats = (one.captureAppSessionState().phaseAtTime(host, kBar) -
                  other.captureAppSessionState().phaseAtTime(host, kBar))
                     .value;
  beats -= kBar.value * std::round(beats / kBar.value);
  return std::fabs(beats * 60.0e6 / tempoOf(one));
}

}  // namespace

TEST_CASE("two meet: peers, tempo, start and stop arrive as news, in phase, until one is off") {
  test::useOwnNetwork();
  AppLink founder(Tempo{126.0});
  founder.enableStartStopSync(true);
  founder.enable(true);
  sleepMillis(1300);
  AppLink guest(Tempo{90.0});
  guest.enableStartStopSync(true);
  guest.enable(true);

  // Everything that is told, as one: each change is told once.
  LinkNews told;
  const auto listen = [&] {
    const LinkNews news = guest.takeNews();
    if (news.hasPeers) told.peers = news.peers;
    if (news.hasTempo) told.tempo = news.tempo;
    if (news.hasPlaying) told.isPlaying = news.isPlaying;
  };
  const auto isTold = [&](auto question) {
    return comes(3.0, [&] {
      listen();
      return question(told);
    });
  };
  CHECK(isTold([](const LinkNews& news) { return news.peers == 1; }));
  CHECK(isTold([](const LinkNews& news) { return std::fabs(news.tempo.bpm - 126.0) < 0.01; }));
  CHECK(std::fabs(tempoOf(guest) - 126.0) < 0.01);
  CHECK(tempoOf(founder) == 126.0);
  CHECK(guest.numPeers() == 1);
  CHECK(phaseErrorMicros(founder, guest) < 1000.0);

  setTempo(guest, 140.0);
  CHECK(comes(2.0, [&] { return std::fabs(tempoOf(founder) - 140.0) < 0.01; }));
  setTempo(founder, 77.0);
  CHECK(isTold([](const LinkNews& news) { return std::fabs(news.tempo.bpm - 77.0) < 0.01; }));

  SessionState play = founder.captureAppSessionState();
  play.setIsPlaying(true, hostNow());
  founder.commitAppSessionState(play);
  CHECK(isTold([](const LinkNews& news) { return news.isPlaying; }));
  const HostMicros pressed = guest.captureAppSessionState().timeForIsPlaying();
  CHECK(std::abs((pressed - play.timeForIsPlaying()).value) < 1000);

  // In company a beat waits for its phase, and nobody else is moved.
  const HostMicros host = hostNow();
  const double theirs = founder.captureAppSessionState().phaseAtTime(host, kBar).value;
  SessionState state = guest.captureAppSessionState();
  state.requestBeatAtTime(Beats{0.0}, host, kBar);
  guest.commitAppSessionState(state);
  const HostMicros start = state.timeAtBeat(Beats{0.0}, kBar);
  CHECK(start >= host);
  CHECK((start - host).value <= static_cast<std::int64_t>(4 * 60.0e6 / 77.0) + 10);
  sleepMillis(200);
  CHECK(std::fabs(founder.captureAppSessionState().phaseAtTime(host, kBar).value - theirs) < 1e-3);
  CHECK(phaseErrorMicros(founder, guest) < 1000.0);

  guest.enable(false);
  CHECK(guest.numPeers() == 0);
  CHECK(isTold([](const LinkNews& news) { return news.peers == 0; }));
  CHECK(comes(3.0, [&] { return founder.numPeers() == 0; }));
}
