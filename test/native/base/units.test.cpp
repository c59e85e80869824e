// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/units.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <limits>
#include <random>

#include "base/song-span.hpp"

using namespace downbeat;

TEST_CASE("phase of a negative beat is still in [0, quantum)") {
  std::mt19937 random{1};
  std::uniform_real_distribution<double> beats(-1e6, 1e6);
  std::uniform_real_distribution<double> quanta(0.1, 64.0);
  for (int i = 0; i < 20000; ++i) {
    const Beats beat{beats(random)};
    const Beats quantum{quanta(random)};
    const double phase = phaseOf(beat, quantum).value;
    CHECK(phase >= 0.0);
    CHECK(phase < quantum.value);
    const double cycles = (beat.value - phase) / quantum.value;
    CHECK(std::fabs(cycles - std::round(cycles)) < 1e-6);
  }
  CHECK(phaseOf(Beats{-0.25}, Beats{4.0}).value == 3.75);
  CHECK(phaseOf(Beats{-1e-18}, Beats{4.0}).value == 0.0);
  CHECK(phaseOf(Beats{3.0}, Beats{0.0}).value == 0.0);
}

TEST_CASE("tempo is clamped to 20 to 999 bpm, and nonsense becomes 120") {
  CHECK(clampTempo(19.999).bpm == 20.0);
  CHECK(clampTempo(999.1).bpm == 999.0);
  CHECK(clampTempo(133.7).bpm == 133.7);
  CHECK(clampTempo(-std::numeric_limits<double>::infinity()).bpm == 20.0);
  CHECK(clampTempo(std::nan("")).bpm == 120.0);
}

TEST_CASE("a span rounds a beat to its nearest frame, once") {
  SongSpan span;
  span.anchorFrame = 1000.0;
  span.anchorBeat = Beats{4.0};
  span.framesPerBeat = 22050.5;
  CHECK(span.frameOf(Beats{4.0}) == 1000);
  CHECK(span.frameOf(Beats{5.0}) == 23051);
  CHECK(span.frameOf(Beats{3.0}) == -21050);
}
