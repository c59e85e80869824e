// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/beat-line.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace downbeat;
using transport::BeatLine;

TEST_CASE("frameOf undoes beatAt for any tempo in range") {
  std::mt19937 random{1};
  std::uniform_real_distribution<double> bpm(kMinTempoBpm, kMaxTempoBpm);
  for (int i = 0; i < 2000; ++i) {
    BeatLine line;
    line.bend(0, 48000.0 * 60.0 / bpm(random));
    line.place(static_cast<std::int64_t>(random() % 100000), Beats{-3.5});
    const auto frame = static_cast<std::int64_t>(random()) - 2000000000;
    CHECK(line.frameOf(line.beatAt(frame)) == frame);
  }
}

TEST_CASE("a bend does not move the present beat") {
  std::mt19937 random{2};
  std::uniform_real_distribution<double> bpm(kMinTempoBpm, kMaxTempoBpm);
  BeatLine line;
  std::int64_t frame = 0;
  for (int i = 0; i < 2000; ++i) {
    frame += static_cast<std::int64_t>(random() % 5000);
    const double edge = static_cast<double>(frame) - 0.5;
    const double before = line.beatAt(edge).value;
    line.bend(frame, 48000.0 * 60.0 / bpm(random));
    CHECK(std::fabs(line.beatAt(edge).value - before) < 1e-9);
  }
}

TEST_CASE("every beat lies on exactly one side of a bend") {
  std::mt19937 random{3};
  std::uniform_real_distribution<double> bpm(kMinTempoBpm, kMaxTempoBpm);
  std::uniform_real_distribution<double> near(-3.0, 3.0);
  for (int i = 0; i < 20000; ++i) {
    BeatLine before;
    before.bend(0, 44100.0 * 60.0 / bpm(random));
    const auto frame = static_cast<std::int64_t>(random() % 10000000);
    BeatLine after = before;
    after.bend(frame, 44100.0 * 60.0 / bpm(random));
    const Beats beat = before.beatAt(static_cast<double>(frame) + near(random));
    const bool isHeardBefore = before.frameOf(beat) < frame;
    const bool isHeardAfter = after.frameOf(beat) >= frame;
    CHECK(isHeardBefore != isHeardAfter);
  }
}

TEST_CASE("an unchanged pace does not move the anchor") {
  BeatLine line;
  line.place(77, Beats{5.0});
  line.bend(1000000, line.framesPerBeat());
  CHECK(line.anchorFrame() == 77.0);
  CHECK(line.anchorBeat() == Beats{5.0});
}
