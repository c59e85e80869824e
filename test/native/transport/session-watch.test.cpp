// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/session-watch.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <random>

using namespace downbeat;
using transport::SessionWatch;
using transport::shortestWay;

namespace {

constexpr Beats kQuantum{4.0};

struct Session {
  SessionWatch watch;
  LinkInput input{};
  std::int64_t host = 1000000000;

  Session() {
    watch.reset(Tempo{120.0});
    input.tempo = Tempo{120.0};
  }
  /// One block of 10 ms, with our line `aheadMicros` before Link's.
  LinkOutput block(double aheadMicros, transport::LinkNews* news = nullptr) {
    host += 10000;
    input.beat = input.beat + Beats{10000.0 / transport::linkMicrosPerBeat(input.tempo)};
    const auto got = watch.read(input, HostMicros{host}, kQuantum);
    if (news != nullptr) *news = got;
    const double ahead = aheadMicros / transport::linkMicrosPerBeat(input.tempo);
    const LinkOutput output =
        watch.take(watch.linkBeatAt(HostMicros{host}) + Beats{ahead}, HostMicros{host}, kQuantum);
    if (output.hasTempo) input.tempo = output.tempo;
    if (output.hasBeat) input.beat = output.beat;
    if (output.hasPlaying) {
      input.isPlaying = output.isPlaying;
      input.playingSince = output.playingAt;
    }
    return output;
  }
  int anchors(double aheadMicros, double seconds) {
    int count = 0;
    for (int i = 0; i < static_cast<int>(seconds * 100.0); ++i) {
      const LinkOutput output = block(aheadMicros);
      CHECK_FALSE(output.hasTempo);
      count += output.hasBeat ? 1 : 0;
    }
    return count;
  }
};

}  // namespace

TEST_CASE("the shortest way between two phases is at most half a quantum") {
  std::mt19937 random{4};
  std::uniform_real_distribution<double> beats(-1000.0, 1000.0);
  for (int i = 0; i < 1000; ++i) {
    const Beats from{beats(random)};
    const Beats to{beats(random)};
    const Beats way = shortestWay(from, to, kQuantum);
    CHECK(std::fabs(way.value) <= 2.0);
    const double off = phaseOf(from + way - to + Beats{1.0}, kQuantum).value - 1.0;
    CHECK(std::fabs(off) < 1e-9);
  }
}

TEST_CASE("alone, Link is shown our line when it is more than 1 ms off, every 2 s at most") {
  Session session;
  CHECK(session.anchors(0.0, 5.0) == 0);
  CHECK(session.anchors(900.0, 5.0) == 0);
  CHECK(session.anchors(1500.0, 8.0) == 4);
}

TEST_CASE("Link is not re-anchored within 2 s of enabling, nor with peers") {
  Session session;
  session.input.isEnabled = true;
  CHECK(session.anchors(5000.0, 1.9) == 0);
  CHECK(session.anchors(5000.0, 0.3) == 1);
  session.input.peers = 1;
  CHECK(session.anchors(5000.0, 10.0) == 0);
}

TEST_CASE("Link is not re-anchored while its timeline is moved by somebody else") {
  Session session;
  session.input.isEnabled = true;
  CHECK(session.anchors(0.0, 3.0) == 0);
  session.input.beat = session.input.beat + Beats{1.25};
  CHECK(session.anchors(5000.0, 1.9) == 0);
}

TEST_CASE("a tempo of ours that was not told before a join is never told") {
  Session session;
  session.input.isEnabled = true;
  CHECK(session.anchors(0.0, 0.1) == 0);
  session.watch.tellTempo(Tempo{140.0}, HostMicros{session.host});
  session.input.peers = 1;
  session.input.tempo = Tempo{97.0};
  transport::LinkNews news;
  for (int i = 0; i < 300; ++i) {
    CHECK_FALSE(session.block(0.0, &news).hasTempo);
    if (i == 0) {
      CHECK(news.hasTempo);
      CHECK(news.tempo.bpm == 97.0);
    } else {
      CHECK_FALSE(news.hasTempo);
    }
  }
}

TEST_CASE("our own tempo is told once and does not come back as news") {
  Session session;
  session.input.peers = 1;
  (void)session.block(0.0);
  session.watch.tellTempo(Tempo{131.7}, HostMicros{session.host});
  int told = 0;
  transport::LinkNews news;
  for (int i = 0; i < 100; ++i) {
    told += session.block(0.0, &news).hasTempo ? 1 : 0;
    CHECK_FALSE(news.hasTempo);
  }
  CHECK(told == 1);
}

TEST_CASE("a burst of tempo changes is told every 50 ms at most, and the last one counts") {
  Session session;
  (void)session.block(0.0);
  int told = 0;
  for (int i = 0; i < 200; ++i) {
    session.watch.tellTempo(Tempo{100.0 + i}, HostMicros{session.host});
    told += session.block(0.0).hasTempo ? 1 : 0;
  }
  for (int i = 0; i < 5; ++i) told += session.block(0.0).hasTempo ? 1 : 0;
  CHECK(told <= 200 / 5 + 1);
  CHECK(session.input.tempo.bpm == 299.0);
}

TEST_CASE("two commits are at least 50 ms apart, whatever they are about") {
  Session session;
  session.input.isStartStopSync = true;
  session.input.isEnabled = true;
  std::mt19937 random{7};
  std::uniform_int_distribution<int> kind(0, 9);
  std::int64_t last = 0;
  for (int i = 0; i < 5000; ++i) {
    if (i % 300 == 150) session.input.peers ^= 1U;
    const int what = kind(random);
    if (what == 0) session.watch.tellTempo(Tempo{60.0 + i % 100}, HostMicros{session.host});
    if (what == 1) session.watch.tellPlaying(i % 2 == 0, HostMicros{session.host});
    if (session.block(what == 2 ? 3000.0 : 0.0).isEmpty()) continue;
    if (last != 0) CHECK(session.host - last >= 50000);
    last = session.host;
  }
}

TEST_CASE(
    "a step of the session's line is noted with its size, rounding and our own moves are not") {
  Session session;
  session.input.isEnabled = true;
  session.input.peers = 1;
  for (int i = 0; i < 300; ++i) (void)session.block(0.0);
  CHECK(session.watch.facts().steps == 0);
  const double micros = transport::linkMicrosPerBeat(session.input.tempo);
  for (const double step : {15.0, 250.0, -4000.0}) {
    session.input.beat = session.input.beat + Beats{step / micros};
    (void)session.block(0.0);
    for (int i = 0; i < 10; ++i) (void)session.block(0.0);
  }
  CHECK(session.watch.facts().steps == 2);
  CHECK(session.watch.facts().lastStepMicros == doctest::Approx(-4000.0).epsilon(0.01));
  session.watch.tellTempo(Tempo{133.0}, HostMicros{session.host});
  for (int i = 0; i < 300; ++i) (void)session.block(0.0);
  CHECK(session.watch.facts().steps == 2);
}

TEST_CASE("who changed the tempo last is known") {
  Session session;
  session.input.isEnabled = true;
  (void)session.block(0.0);
  CHECK(session.watch.facts().tempoAt.value == 0);
  session.watch.tellTempo(Tempo{131.0}, HostMicros{session.host});
  for (int i = 0; i < 10; ++i) (void)session.block(0.0);
  CHECK(session.watch.facts().isTempoOfOthers == 0);
  CHECK(session.watch.facts().temposOfOurs == 1);
  session.input.peers = 2;
  session.input.tempo = Tempo{97.0};
  (void)session.block(0.0);
  CHECK(session.watch.facts().isTempoOfOthers == 1);
  CHECK(session.watch.facts().temposOfOthers == 1);
  CHECK(session.watch.facts().tempoAt == HostMicros{session.host});
}

TEST_CASE("peers that come back within a minute at the tempo that was kept are told apart") {
  Session session;
  session.input.isEnabled = true;
  session.input.peers = 1;
  transport::LinkNews news;
  (void)session.block(0.0, &news);
  CHECK_FALSE(news.isReturn);
  const auto away = [&](double seconds, double bpm) {
    session.input.peers = 0;
    for (int i = 0; i < static_cast<int>(seconds * 100.0); ++i) (void)session.block(0.0, &news);
    session.input.peers = 1;
    session.input.tempo = Tempo{bpm};
    (void)session.block(0.0, &news);
    return news.isReturn;
  };
  CHECK(away(5.0, 120.0));
  CHECK(away(59.0, 120.0));
  CHECK_FALSE(away(61.0, 120.0));
  CHECK_FALSE(away(5.0, 126.0));
  CHECK(away(0.5, 126.0));
  CHECK(session.watch.facts().returns == 3);
  CHECK(session.watch.facts().joins == 6);
}

TEST_CASE("switching Link off loses nobody: only peers that vanish while it is on have left") {
  Session session;
  session.input.isEnabled = true;
  session.input.peers = 1;
  (void)session.block(0.0);
  session.input.isEnabled = false;
  session.input.peers = 0;
  (void)session.block(0.0);
  session.input.isEnabled = true;
  (void)session.block(0.0);
  CHECK(session.watch.facts().leftAt.value == 0);
  transport::LinkNews news;
  session.input.peers = 1;
  (void)session.block(0.0, &news);
  CHECK(news.isReturn);  // and yet they are met without a jump
  session.input.peers = 0;
  (void)session.block(0.0);
  CHECK(session.watch.facts().leftAt == HostMicros{session.host});
}

TEST_CASE("after a join, tempo changes wait until Link shows the session and not our own state") {
  Session session;
  session.input.isEnabled = true;
  CHECK(session.anchors(0.0, 3.0) == 0);
  CHECK(session.block(5000.0).hasBeat);
  session.input.peers = 1;
  (void)session.block(0.0);
  CHECK(session.watch.mustHoldTempo());
  for (int i = 0; i < 120; ++i) (void)session.block(0.0);
  CHECK_FALSE(session.watch.mustHoldTempo());
}

TEST_CASE("only wishes to play that are newer than the join are news") {
  Session session;
  session.input.isEnabled = true;
  session.input.isStartStopSync = true;
  transport::LinkNews news;
  (void)session.block(0.0, &news);
  session.input.peers = 1;
  (void)session.block(0.0, &news);
  SUBCASE("a session that was playing before") {
    session.input.isPlaying = true;
    session.input.playingSince = HostMicros{session.host - 5000000};
    (void)session.block(0.0, &news);
    CHECK_FALSE(news.hasPlaying);
  }
  SUBCASE("a peer that presses play, and then stop") {
    session.input.isPlaying = true;
    session.input.playingSince = HostMicros{session.host + 1000};
    (void)session.block(0.0, &news);
    CHECK(news.hasPlaying);
    CHECK(news.isPlaying);
    session.input.isPlaying = false;
    session.input.playingSince = HostMicros{session.host + 1000};
    (void)session.block(0.0, &news);
    CHECK(news.hasPlaying);
    CHECK_FALSE(news.isPlaying);
  }
  SUBCASE("with start-stop sync off nothing is news") {
    session.input.isStartStopSync = false;
    session.input.isPlaying = true;
    session.input.playingSince = HostMicros{session.host + 1000};
    (void)session.block(0.0, &news);
    CHECK_FALSE(news.hasPlaying);
  }
}
