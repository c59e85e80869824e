// SPDX-License-Identifier: GPL-3.0-or-later
// The interface for application threads, alone and off the network.
#include "link/app-link.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <initializer_list>
#include <random>
#include <thread>
#include <utility>

#include "base/host-clock.hpp"

using namespace downbeat;
using link::AppLink;
using link::LinkNews;
using link::SessionState;

namespace {

constexpr Beats kBar{4.0};

/// The first news of a kind, or what there was after 2 s.
template <typename Question>
LinkNews newsOf(AppLink& link, Question isIt) {
  LinkNews news;
  for (int round = 0; round < 1000; ++round) {
    news = link.takeNews();
    if (isIt(news)) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return news;
}

/// Half a millionth of a beat, and half a microsecond of the time itself.
std::int64_t toleranceMicros(double bpm) {
  return static_cast<std::int64_t>(std::ceil(30.0 / bpm + 0.5));
}

}  // namespace

TEST_CASE("a new Link is off, alone, stopped, without news, and at its tempo") {
  AppLink link(Tempo{133.7});
  CHECK_FALSE(link.isEnabled());
  CHECK_FALSE(link.isStartStopSyncEnabled());
  CHECK(link.numPeers() == 0);
  const LinkNews news = link.takeNews();
  CHECK_FALSE(news.hasPeers);
  CHECK_FALSE(news.hasTempo);
  CHECK_FALSE(news.hasPlaying);
  const SessionState state = link.captureAppSessionState();
  CHECK(state.tempo().bpm == 133.7);
  CHECK_FALSE(state.isPlaying());
  CHECK(AppLink(Tempo{5.0}).captureAppSessionState().tempo().bpm == 20.0);
  CHECK(AppLink(Tempo{NAN}).captureAppSessionState().tempo().bpm == 120.0);
}

TEST_CASE(
    "timeAtBeat undoes beatAtTime, and the phase is in the cycle, for any tempo and quantum") {
  std::mt19937 random(17);
  for (const double bpm : {20.0, 60.0, 119.97, 174.0, 300.7, 999.0}) {
    AppLink link(Tempo{bpm});
    const SessionState state = link.captureAppSessionState();
    for (const double quantum : {0.25, 1.0, 3.0, 3.5, 4.0, 7.0, 16.0}) {
      for (int round = 0; round < 200; ++round) {
        // An hour before and after now: beats of either sign.
        std::uniform_int_distribution<std::int64_t> offset(-3600000000, 3600000000);
        const HostMicros host = hostNow() + HostMicros{offset(random)};
        const Beats beat = state.beatAtTime(host, Beats{quantum});
        const HostMicros back = state.timeAtBeat(beat, Beats{quantum});
        CHECK(std::abs(back.value - host.value) <= toleranceMicros(bpm));
        const double phase = state.phaseAtTime(host, Beats{quantum}).value;
        CHECK(phase >= 0.0);
        CHECK(phase < quantum);
        CHECK(std::fabs(phase - phaseOf(beat, Beats{quantum}).value) < 2e-6);
      }
    }
  }
}

TEST_CASE("a tempo change does not move the beat at its time") {
  AppLink link(Tempo{120.0});
  SessionState state = link.captureAppSessionState();
  const HostMicros host = hostNow();
  const Beats before = state.beatAtTime(host, kBar);
  state.setTempo(Tempo{87.5}, host);
  CHECK(state.tempo().bpm == 87.5);
  CHECK(std::fabs((state.beatAtTime(host, kBar) - before).value) < 1e-5);
  state.setTempo(Tempo{5000.0}, host);
  CHECK(state.tempo().bpm == 999.0);
}

TEST_CASE("alone a beat is put where it is asked for, and lasts after the commit") {
  AppLink link(Tempo{120.0});
  const HostMicros host = hostNow();
  SessionState state = link.captureAppSessionState();
  state.requestBeatAtTime(Beats{-3.25}, host, kBar);
  CHECK(state.beatAtTime(host, kBar).value == doctest::Approx(-3.25).epsilon(1e-6));
  state.forceBeatAtTime(Beats{17.5}, host, kBar);
  CHECK(state.beatAtTime(host, kBar).value == doctest::Approx(17.5).epsilon(1e-6));
  CHECK(state.phaseAtTime(host, kBar).value == doctest::Approx(1.5).epsilon(1e-6));
  link.commitAppSessionState(state);
  CHECK(link.captureAppSessionState().beatAtTime(host, kBar).value ==
        doctest::Approx(17.5).epsilon(1e-6));
}

TEST_CASE("play and stop are kept with their time, and a beat is put at the start") {
  AppLink link(Tempo{120.0});
  const HostMicros host = hostNow() + HostMicros{250000};
  SessionState state = link.captureAppSessionState();
  const Beats before = state.beatAtTime(host, kBar);
  state.requestBeatAtStartPlayingTime(Beats{0.0}, kBar);
  CHECK(state.beatAtTime(host, kBar) == before);
  state.setIsPlaying(true, host);
  state.requestBeatAtStartPlayingTime(Beats{0.0}, kBar);
  CHECK(state.isPlaying());
  CHECK(state.timeForIsPlaying() == host);
  CHECK(std::fabs(state.beatAtTime(host, kBar).value) < 1e-5);
  state.setIsPlayingAndRequestBeatAtTime(false, host, Beats{8.0}, kBar);
  CHECK_FALSE(state.isPlaying());
  CHECK(std::fabs(state.beatAtTime(host, kBar).value) < 1e-5);
  state.setIsPlayingAndRequestBeatAtTime(true, host, Beats{8.0}, kBar);
  CHECK(state.beatAtTime(host, kBar).value == doctest::Approx(8.0).epsilon(1e-6));
}

TEST_CASE("a state is a copy: changing it changes nothing before the commit") {
  AppLink link(Tempo{120.0});
  SessionState state = link.captureAppSessionState();
  SessionState copy = state;
  state.setTempo(Tempo{90.0}, hostNow());
  CHECK(copy.tempo().bpm == 120.0);
  CHECK(link.captureAppSessionState().tempo().bpm == 120.0);
  copy = state;
  CHECK(copy.tempo().bpm == 90.0);
  const SessionState moved = std::move(copy);
  link.commitAppSessionState(moved);
  CHECK(link.captureAppSessionState().tempo().bpm == 90.0);
}

TEST_CASE("a commit takes over what was changed, and leaves the rest as it is by then") {
  AppLink link(Tempo{120.0});
  SessionState play = link.captureAppSessionState();
  SessionState tempo = link.captureAppSessionState();
  tempo.setTempo(Tempo{90.0}, hostNow());
  link.commitAppSessionState(tempo);
  play.setIsPlaying(true, hostNow());
  link.commitAppSessionState(play);
  const SessionState now = link.captureAppSessionState();
  CHECK(now.tempo().bpm == 90.0);
  CHECK(now.isPlaying());
}

TEST_CASE("news of one's own changes come on another thread, each once, with the newest value") {
  std::atomic<int> calls{0};
  std::atomic<bool> isOtherThread{true};
  const auto here = std::this_thread::get_id();
  AppLink link(Tempo{120.0}, [&] {
    calls.fetch_add(1);
    if (std::this_thread::get_id() == here) isOtherThread.store(false);
  });
  for (const double bpm : {100.0, 110.0, 111.0}) {
    SessionState state = link.captureAppSessionState();
    state.setTempo(Tempo{bpm}, hostNow());
    link.commitAppSessionState(state);
  }
  CHECK(newsOf(link, [](const LinkNews& news) { return news.tempo.bpm == 111.0; }).tempo.bpm ==
        111.0);
  SessionState state = link.captureAppSessionState();
  state.setIsPlaying(true, hostNow());
  link.commitAppSessionState(state);
  const LinkNews news = newsOf(link, [](const LinkNews& one) { return one.hasPlaying; });
  CHECK(news.hasPlaying);
  CHECK(news.isPlaying);
  CHECK_FALSE(news.hasPeers);
  CHECK(calls.load() >= 2);
  CHECK(calls.load() <= 4);
  CHECK(isOtherThread.load());
  CHECK_FALSE(link.takeNews().hasPlaying);
}
