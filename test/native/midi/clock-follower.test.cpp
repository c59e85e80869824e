// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/clock-follower.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <random>
#include <utility>

#include "midi/clock-leader.hpp"

using namespace downbeat;
using downbeat::midi::ClockFollower;
using downbeat::test::ClockLeader;

namespace {

constexpr double kJitter = 3000.0;   // us, either side
constexpr double kTolerance = 0.05;  // bpm

ClockInput now(ClockFollower& follower, const ClockLeader& leader) {
  return follower.at(leader.now(), leader.now());
}

/// The clock's beat less the leader's, in microseconds, at the newest tick.
double phaseErrorMicros(ClockFollower& follower, const ClockLeader& leader) {
  const double beat = static_cast<double>(leader.ticks() - 1) / 24.0;
  return (now(follower, leader).beat.value - beat) * 60.0e6 / leader.bpm();
}

}  // namespace

TEST_CASE("3 ms of jitter in are less than 0.05 bpm out, at any tempo") {
  std::mt19937 random(20260101);
  for (int round = 0; round < 60; ++round) {
    const double bpm = std::uniform_real_distribution<double>(20.0, 300.0)(random);
    CAPTURE(bpm);
    ClockLeader leader(bpm, kJitter, random());
    ClockFollower follower;
    leader.run(follower, 10.0);
    double worst = 0.0;
    double worstPhase = 0.0;
    for (const double end = leader.idealAt() + 20.0e6; leader.idealAt() < end;) {
      leader.tick(follower);
      worst = std::max(worst, std::fabs(now(follower, leader).tempo.bpm - bpm));
      worstPhase = std::max(worstPhase, std::fabs(phaseErrorMicros(follower, leader)));
    }
    CHECK(worst < kTolerance);
    CHECK(worstPhase < 2000.0);
    CHECK(now(follower, leader).state == ClockState::locked);
  }
}

TEST_CASE("a steady clock is told once it is known, and then left alone") {
  for (const double jitter : {0.0, 300.0, kJitter}) {
    ClockLeader leader(123.4, jitter, 5);
    ClockFollower follower;
    int changes = 0;
    double told = 0.0;
    leader.run(follower, 10.0);
    for (int i = 0; i < 24 * 120; ++i) {
      leader.tick(follower);
      const double bpm = now(follower, leader).tempo.bpm;
      changes += bpm == told ? 0 : 1;
      told = bpm;
    }
    CAPTURE(jitter);
    CHECK(std::fabs(told - 123.4) < 0.02);
    CHECK(changes < 30);
  }
}

TEST_CASE("the jitter is told as it is") {
  for (const double jitter : {300.0, 1000.0, kJitter}) {
    ClockLeader leader(120.0, jitter, 11);
    ClockFollower follower;
    leader.run(follower, 20.0);
    const double expected = jitter / std::sqrt(3.0);
    CHECK(follower.figures().jitterMicros > 0.6 * expected);
    CHECK(follower.figures().jitterMicros < 1.5 * expected);
  }
}

TEST_CASE("a step of the tempo is followed within a second") {
  for (const double jitter : {0.0, 500.0, kJitter}) {
    for (const std::pair<double, double> change : {std::pair{120.0, 140.0},
                                                   {140.0, 120.0},
                                                   {90.0, 180.0},
                                                   {174.0, 87.0},
                                                   {60.0, 61.0},
                                                   {200.0, 190.0}}) {
      const double from = change.first;
      const double to = change.second;
      for (unsigned seed = 1; seed <= 10; ++seed) {
        CAPTURE(jitter);
        CAPTURE(from);
        CAPTURE(to);
        CAPTURE(seed);
        ClockLeader leader(from, jitter, seed);
        ClockFollower follower;
        leader.run(follower, 12.0);
        leader.setTempo(to);
        leader.run(follower, 1.0);
        CHECK(std::fabs(now(follower, leader).tempo.bpm - to) < 0.01 * to);
        leader.run(follower, 10.0);
        CHECK(std::fabs(now(follower, leader).tempo.bpm - to) < kTolerance);
        // No tick was lost on the way.
        CHECK(std::fabs(phaseErrorMicros(follower, leader)) < 2000.0);
        CHECK(follower.figures().missing + follower.figures().doubled == 0);
      }
    }
  }
}

TEST_CASE("a ramp is tracked") {
  for (const double jitter : {0.0, kJitter}) {
    for (const double perSecond : {2.0, -2.0, 6.0}) {
      ClockLeader leader(perSecond > 0 ? 100.0 : 160.0, jitter, 3);
      ClockFollower follower;
      leader.run(follower, 10.0);
      double worst = 0.0;
      double worstPhase = 0.0;
      for (double seconds = 0.0; seconds < 10.0;) {
        const double step = 60.0 / (24.0 * leader.bpm());
        leader.setTempo(leader.bpm() + perSecond * step);
        seconds += step;
        leader.tick(follower);
        worst = std::max(worst, std::fabs(now(follower, leader).tempo.bpm - leader.bpm()));
        worstPhase = std::max(worstPhase, std::fabs(phaseErrorMicros(follower, leader)));
      }
      CAPTURE(jitter);
      CAPTURE(perSecond);
      // A second behind, and what the jitter of so short a window adds.
      CHECK(worst < std::fabs(perSecond) + (jitter > 0.0 ? 6.0 : 0.0));
      CHECK(worstPhase < (jitter > 0.0 ? 12000.0 : 4000.0));
      leader.run(follower, 10.0);
      CHECK(std::fabs(now(follower, leader).tempo.bpm - leader.bpm()) < kTolerance);
    }
  }
}

TEST_CASE("ticks that come late now and then do not move the tempo") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    ClockLeader leader(128.0, 500.0, seed);
    ClockFollower follower;
    leader.run(follower, 10.0);
    double worst = 0.0;
    for (int i = 0; i < 2000; ++i) {
      const std::int64_t late = leader.chance(0.02) ? 4000 + 200 * (i % 60) : 0;
      follower.receive({HostMicros{leader.next() + late}, midi::kTick, 0});
      worst = std::max(worst, std::fabs(now(follower, leader).tempo.bpm - 128.0));
    }
    CAPTURE(seed);
    CHECK(worst < 0.25);
    CHECK(std::fabs(phaseErrorMicros(follower, leader)) < 1000.0);
  }
}

TEST_CASE("a hiccup that hands over ticks in a bunch loses none and moves nothing") {
  ClockLeader leader(120.0, 500.0, 9);
  ClockFollower follower;
  leader.run(follower, 10.0);
  double worst = 0.0;
  for (int hiccup = 0; hiccup < 20; ++hiccup) {
    const std::int64_t end = leader.now().value + 110'000;
    for (int i = 0; i < 5; ++i) {
      const std::int64_t at = std::max(leader.next(), end);
      follower.receive({HostMicros{at}, midi::kTick, 0});
      worst = std::max(worst, std::fabs(now(follower, leader).tempo.bpm - 120.0));
    }
    leader.run(follower, 2.0);
    worst = std::max(worst, std::fabs(now(follower, leader).tempo.bpm - 120.0));
    CHECK(std::fabs(phaseErrorMicros(follower, leader)) < 1500.0);
  }
  CHECK(worst < 0.5);
  CHECK(follower.figures().missing == 0);
}

TEST_CASE("a machine that stands still twice in three seconds does not move the tempo") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    ClockLeader leader(123.4, 1000.0, seed);
    ClockFollower follower;
    leader.run(follower, 10.0);
    double worst = 0.0;
    double until = 0.0;
    for (int i = 0; i < 24 * 120; ++i) {
      const std::int64_t at = leader.next();
      if (leader.idealAt() > until && leader.chance(0.014)) {
        // 40 ms in the mean, and sometimes 300.
        until = leader.idealAt() - 40000.0 * std::log(1.0 - std::fabs(leader.noise(0.9995)));
      }
      const std::int64_t late = static_cast<std::int64_t>(until) + i % 6 * 40;
      follower.receive({HostMicros{std::max(at, late)}, midi::kTick, 0});
      worst = std::max(worst, std::fabs(now(follower, leader).tempo.bpm - 123.4));
    }
    CAPTURE(seed);
    CHECK(worst < 0.5);
    leader.run(follower, 2.0);
    CHECK(std::fabs(phaseErrorMicros(follower, leader)) < 2000.0);
  }
}

TEST_CASE("stalls of any length, one upon another, never make the tempo leap") {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    ClockFollower follower;
    ClockLeader leader(123.4, 3000.0, seed);
    leader.run(follower, 8.0);
    double worst = 0.0;
    std::int64_t free = 0;
    for (int tick = 0; tick < 800; ++tick) {
      // The machine stands still at some moments; what comes meanwhile is there when it goes on.
      const std::int64_t at = leader.next();
      if (leader.chance(0.03)) {
        free = std::max(free, at + static_cast<std::int64_t>(200000.0 + leader.noise(200000.0)));
      }
      const std::int64_t seen = std::max(at, free);
      free = seen + 200;
      follower.receive({HostMicros{seen}, midi::kTick, 0});
      const ClockInput input = follower.at({seen}, {seen});
      worst = std::max(worst, std::fabs(input.tempo.bpm - 123.4));
    }
    CAPTURE(seed);
    CHECK(worst < 8.0);
  }
}

TEST_CASE("lost ticks are counted as if they had come") {
  for (const double bpm : {60.0, 123.4, 240.0}) {
    for (unsigned seed = 1; seed <= 10; ++seed) {
      ClockLeader leader(bpm, 1000.0, seed);
      ClockFollower follower;
      leader.run(follower, 10.0);
      std::uint64_t lost = 0;
      for (int i = 0; i < 20; ++i) {
        const int count = 1 + i % 4;
        for (int k = 0; k < count; ++k) (void)leader.next();
        lost += static_cast<std::uint64_t>(count);
        leader.run(follower, 3.0);
        CAPTURE(bpm);
        CAPTURE(seed);
        CAPTURE(i);
        CHECK(std::fabs(phaseErrorMicros(follower, leader)) < 2000.0);
        CHECK(std::fabs(now(follower, leader).tempo.bpm - bpm) < 0.01 * bpm);
      }
      CHECK(follower.figures().missing == lost);
    }
  }
}

TEST_CASE("ticks that come twice count once") {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    ClockLeader leader(123.4, 1000.0, seed);
    ClockFollower follower;
    leader.run(follower, 10.0);
    for (int i = 0; i < 20; ++i) {
      const std::int64_t at = leader.tick(follower);
      follower.receive({HostMicros{at + 300}, midi::kTick, 0});
      leader.run(follower, 3.0);
      CAPTURE(seed);
      CAPTURE(i);
      CHECK(std::fabs(phaseErrorMicros(follower, leader)) < 2000.0);
    }
    CHECK(follower.figures().doubled == 20);
  }
}

TEST_CASE("after ten minutes the beat is the ticks by 24") {
  for (const double bpm : {20.0, 97.3, 123.4, 300.0}) {
    ClockLeader leader(bpm, kJitter, 77);
    ClockFollower follower;
    leader.run(follower, 600.0);
    CAPTURE(bpm);
    CHECK(std::fabs(phaseErrorMicros(follower, leader)) < 2000.0);
    CHECK(follower.figures().ticks == static_cast<std::uint64_t>(leader.ticks()));
    CHECK(follower.figures().missing + follower.figures().doubled == 0);
    CHECK(std::fabs(now(follower, leader).tempo.bpm - bpm) < kTolerance);
  }
}

TEST_CASE("Start places beat 0 on the tick that follows it") {
  ClockLeader leader(120.0, 1000.0, 4);
  ClockFollower follower;
  leader.run(follower, 5.0);
  CHECK_FALSE(now(follower, leader).isPlaying);
  const std::uint32_t before = now(follower, leader).playSerial;
  leader.say(follower, midi::kStart);
  // Told ahead of the tick, because the ticks were there before.
  const ClockInput ahead = now(follower, leader);
  CHECK(ahead.playSerial != before);
  CHECK(ahead.isPlaying);
  CHECK(ahead.isFromStart);
  CHECK(ahead.hasFirstTick);
  leader.tick(follower);
  const ClockInput input = now(follower, leader);
  CHECK(input.songBeat.value == 0.0);
  CHECK(input.fromBeat == ahead.fromBeat);
  CHECK(std::fabs(static_cast<double>((input.firstTickAt - leader.now()).value)) < 2000.0);
  CHECK(std::fabs((input.beat - input.fromBeat).value) < 0.01);
}

TEST_CASE("a leader whose clock begins with Start is followed from its first tick") {
  ClockLeader leader(100.0, 0.0, 4);
  ClockFollower follower;
  leader.say(follower, midi::kStart);
  CHECK_FALSE(now(follower, leader).hasFirstTick);
  leader.tick(follower);
  const ClockInput input = now(follower, leader);
  CHECK(input.isPlaying);
  CHECK(input.hasFirstTick);
  CHECK(input.firstTickAt == leader.now());
  CHECK(input.state == ClockState::waiting);
  leader.run(follower, 2.0);
  CHECK(now(follower, leader).state == ClockState::locked);
  const double elapsed = (now(follower, leader).beat - now(follower, leader).fromBeat).value;
  CHECK(std::fabs(elapsed - static_cast<double>(leader.ticks() - 1) / 24.0) < 1e-3);
}

TEST_CASE("a leader that begins its ticks anew at Start moves the phase and keeps the tempo") {
  ClockLeader leader(120.0, 200.0, 4);
  ClockFollower follower;
  leader.run(follower, 10.0);
  leader.say(follower, midi::kStart);
  leader.rest(-0.011);
  leader.tick(follower);
  const ClockInput input = now(follower, leader);
  CHECK(std::fabs(static_cast<double>((input.firstTickAt - leader.now()).value)) < 500.0);
  CHECK(std::fabs((input.beat - input.fromBeat).value) < 0.001);
  leader.run(follower, 2.0);
  CHECK(std::fabs(now(follower, leader).tempo.bpm - 120.0) < 0.1);
  CHECK(follower.figures().doubled == 0);
}

TEST_CASE("Stop keeps the place, and Continue goes on from the next tick") {
  ClockLeader leader(120.0, 500.0, 8);
  ClockFollower follower;
  leader.run(follower, 2.0);
  leader.say(follower, midi::kStart);
  for (int i = 0; i < 100; ++i) leader.tick(follower);
  leader.say(follower, midi::kStop);
  CHECK_FALSE(now(follower, leader).isPlaying);
  CHECK(now(follower, leader).songBeat.value == doctest::Approx(100.0 / 24.0));
  leader.run(follower, 1.0);
  CHECK(now(follower, leader).songBeat.value == doctest::Approx(100.0 / 24.0));
  leader.say(follower, midi::kContinue);
  leader.tick(follower);
  const ClockInput input = now(follower, leader);
  CHECK(input.isPlaying);
  CHECK_FALSE(input.isFromStart);
  CHECK(input.songBeat.value == doctest::Approx(100.0 / 24.0));
  CHECK(std::fabs((input.beat - input.fromBeat).value) < 0.01);
}

TEST_CASE("Continue after a song position begins there") {
  ClockLeader leader(120.0, 500.0, 8);
  ClockFollower follower;
  leader.run(follower, 2.0);
  leader.say(follower, midi::kSongPosition, 500.0, 1029);
  CHECK(now(follower, leader).isLocated);
  CHECK(now(follower, leader).songBeat.value == doctest::Approx(1029.0 / 4.0));
  leader.say(follower, midi::kContinue);
  CHECK(now(follower, leader).songBeat.value == doctest::Approx(1029.0 / 4.0));
  // Said again while it plays: nothing new.
  leader.run(follower, 1.0);
  const std::uint32_t serial = now(follower, leader).playSerial;
  leader.say(follower, midi::kContinue);
  CHECK(now(follower, leader).playSerial == serial);
}

TEST_CASE("Continue of a leader whose place is not known leaves ours alone") {
  ClockLeader leader(120.0, 500.0, 8);
  ClockFollower follower;
  leader.run(follower, 2.0);
  leader.say(follower, midi::kContinue);
  CHECK(now(follower, leader).isPlaying);
  CHECK_FALSE(now(follower, leader).isLocated);
}

TEST_CASE("a clock that vanishes is lost after half a second, holds its line, and comes back") {
  ClockLeader leader(123.4, 500.0, 21);
  ClockFollower follower;
  leader.run(follower, 10.0);
  const HostMicros gone = leader.now();
  CHECK(follower.at(gone, gone + HostMicros{400'000}).state == ClockState::locked);
  const ClockInput lost = follower.at(gone + HostMicros{3'000'000}, gone + HostMicros{3'000'000});
  CHECK(lost.state == ClockState::lost);
  CHECK(std::fabs(lost.tempo.bpm - 123.4) < 0.1);
  // The leader plays on meanwhile, and nobody hears it.
  std::int64_t silent = 0;
  for (const double end = leader.idealAt() + 3.0e6; leader.idealAt() < end; ++silent) {
    (void)leader.next();
  }
  CHECK(silent > 100);
  leader.run(follower, 1.0);
  CHECK(now(follower, leader).state == ClockState::locked);
  CHECK(std::fabs(phaseErrorMicros(follower, leader)) < 2000.0);
  CHECK(std::fabs(now(follower, leader).tempo.bpm - 123.4) < 0.2);
}

TEST_CASE("a slow clock is not lost between its ticks") {
  ClockLeader leader(20.0, 1000.0, 2);
  ClockFollower follower;
  leader.run(follower, 10.0);
  CHECK(follower.at(leader.now(), leader.now() + HostMicros{480'000}).state == ClockState::locked);
  CHECK(follower.at(leader.now(), leader.now() + HostMicros{700'000}).state == ClockState::lost);
}

TEST_CASE("a leader that ends its clock with Stop is waited for, not missed") {
  ClockLeader leader(120.0, 500.0, 2);
  ClockFollower follower;
  leader.run(follower, 3.0);
  leader.say(follower, midi::kStart);
  leader.run(follower, 3.0);
  leader.say(follower, midi::kStop);
  CHECK(follower.at(leader.now(), leader.now() + HostMicros{5'000'000}).state ==
        ClockState::waiting);
  leader.rest(5.0);
  leader.say(follower, midi::kContinue);
  leader.run(follower, 1.0);
  CHECK(now(follower, leader).state == ClockState::locked);
}

TEST_CASE("any order of messages is survived") {
  std::mt19937 random(99);
  constexpr std::uint8_t kAll[] = {midi::kTick,     midi::kTick, midi::kTick,         midi::kStart,
                                   midi::kContinue, midi::kStop, midi::kSongPosition, 0xFE};
  for (int round = 0; round < 200; ++round) {
    ClockFollower follower;
    std::int64_t at = 1'000'000;
    for (int i = 0; i < 2000; ++i) {
      const std::uint32_t kind = random() % 40;
      at += kind == 0 ? random() % 3'000'000 : kind < 5 ? 0 : random() % 40'000;
      if (kind == 1) at -= 5000;  // a clock that went back
      const std::uint8_t status = kAll[random() % 8];
      follower.receive({HostMicros{at}, status, static_cast<std::uint16_t>(random() % 16384)});
      const ClockInput input = follower.at(HostMicros{at + 10'000}, HostMicros{at});
      const bool isFine = std::isfinite(input.beat.value) && std::isfinite(input.songBeat.value) &&
                          input.tempo.bpm >= kMinTempoBpm && input.tempo.bpm <= kMaxTempoBpm &&
                          std::isfinite(follower.figures().jitterMicros);
      REQUIRE(isFine);
    }
  }
}
