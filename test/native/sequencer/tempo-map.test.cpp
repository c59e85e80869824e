// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/tempo-map.hpp"

#include <doctest/doctest.h>

#include <random>

#include "sequencer/beat-map.hpp"

using namespace downbeat;
using namespace downbeat::sequencer;

TEST_CASE("a tempo map without points is 120 bpm") {
  const TempoMap map;
  CHECK(map.tempoAt({0.0}).bpm == 120.0);
  CHECK(map.secondsAt({240.0}) == doctest::Approx(120.0));
}

TEST_CASE("a tempo holds from its beat on, and the first also before beat 0") {
  const TempoMap map({{0.0, 120.0}, {8.0, 60.0}, {12.0, 240.0}});
  CHECK(map.tempoAt({-3.0}).bpm == 120.0);
  CHECK(map.tempoAt({7.999999}).bpm == 120.0);
  CHECK(map.tempoAt({8.0}).bpm == 60.0);
  CHECK(map.tempoAt({1000.0}).bpm == 240.0);
  CHECK(map.secondsAt({8.0}) == doctest::Approx(4.0));
  CHECK(map.secondsAt({12.0}) == doctest::Approx(8.0));
  CHECK(map.secondsAt({16.0}) == doctest::Approx(9.0));
}

TEST_CASE("beatAt undoes secondsAt for any map") {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> bpm(20.0, 999.0);
  std::uniform_real_distribution<double> gap(0.01, 40.0);
  for (int round = 0; round < 200; ++round) {
    std::vector<TempoPoint> points;
    double beat = 0.0;
    for (int i = 0; i < 12; ++i, beat += gap(random)) points.push_back({beat, bpm(random)});
    const TempoMap map(points);
    std::uniform_real_distribution<double> any(-10.0, 500.0);
    for (int i = 0; i < 50; ++i) {
      const double at = any(random);
      CHECK(map.beatAt(map.secondsAt({at})).value == doctest::Approx(at).epsilon(1e-12));
    }
  }
}

TEST_CASE("points that change nothing do not make a different map") {
  CHECK(TempoMap({{0.0, 100.0}, {4.0, 100.0}}) == TempoMap({{0.0, 100.0}}));
  CHECK_FALSE(TempoMap({{0.0, 100.0}, {4.0, 101.0}}) == TempoMap({{0.0, 100.0}}));
}

TEST_CASE("a rack with the session's tempo map has the session's beats exactly") {
  const TempoMap map({{0.0, 122.0}, {16.0, 90.0}});
  const BeatMap beats(map, map);
  CHECK(beats.isIdentity());
  CHECK(beats.rackBeatAt({1.0 / 3.0}).value == 1.0 / 3.0);
}

TEST_CASE("a rack written at half the tempo moves half as far") {
  const BeatMap beats(TempoMap({{0.0, 120.0}}), TempoMap({{0.0, 60.0}}));
  CHECK(beats.rackBeatAt({10.0}).value == doctest::Approx(5.0));
  CHECK(beats.songBeatAt({5.0}).value == doctest::Approx(10.0));
}

TEST_CASE("rack and session beats that meet are the same moment in written seconds") {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> bpm(20.0, 300.0);
  std::uniform_real_distribution<double> gap(0.5, 20.0);
  for (int round = 0; round < 100; ++round) {
    std::vector<TempoPoint> one{{0.0, bpm(random)}};
    std::vector<TempoPoint> other{{0.0, bpm(random)}};
    for (int i = 0; i < 5; ++i) {
      one.push_back({one.back().beat + gap(random), bpm(random)});
      other.push_back({other.back().beat + gap(random), bpm(random)});
    }
    const TempoMap song(one);
    const TempoMap rack(other);
    const BeatMap beats(song, rack);
    for (double at = -5.0; at < 150.0; at += 1.7) {
      const Beats there = beats.rackBeatAt({at});
      CHECK(rack.secondsAt(there) == doctest::Approx(song.secondsAt({at})).epsilon(1e-9));
      CHECK(beats.songBeatAt(there).value == doctest::Approx(at).epsilon(1e-9));
    }
  }
}
