// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/lanes.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dsp/fast-math.hpp"
#include "dsp/measure.hpp"

using namespace downbeat;

TEST_CASE("four lanes compute what four floats do, bit for bit") {
  test::Dice dice(1);
  for (int n = 0; n < 10000; ++n) {
    float a[5];
    float b[4];
    for (float& value : a)
      value = static_cast<float>(dice.uniform(-2.0, 2.0) * std::exp2(dice.uniform(-80.0, 80.0)));
    for (float& value : b) value = static_cast<float>(dice.uniform(-2.0, 2.0));
    if (n % 50 == 0) a[n / 50 % 5] = n % 100 == 0 ? NAN : INFINITY;
    const dsp::Lanes x = dsp::loadLanes(a + 1);
    const dsp::Lanes kept = dsp::flushed(x);
    const dsp::Lanes clipped = dsp::softClip(x);
    const dsp::Lanes product = kept * dsp::loadLanes(b) + dsp::allLanes(0.3F);
    float out[4];
    dsp::storeLanes(out, product);
    for (int lane = 0; lane < 4; ++lane) {
      CHECK(kept[lane] == dsp::flushed(a[lane + 1]));
      CHECK(out[lane] == dsp::flushed(a[lane + 1]) * b[lane] + 0.3F);
      CHECK(clipped[lane] == dsp::softClip(a[lane + 1]));
    }
    CHECK(dsp::sumOf(kept) == (kept[0] + kept[1]) + (kept[2] + kept[3]));
  }
}

TEST_CASE("four times four floats are turned") {
  float from[16];
  for (int i = 0; i < 16; ++i) from[i] = static_cast<float>(i);
  const dsp::TurnedLanes turned = dsp::loadTurned(from, from + 4, from + 8, from + 12);
  for (int lane = 0; lane < 4; ++lane) {
    CHECK(turned.first[lane] == from[4 * lane]);
    CHECK(turned.second[lane] == from[4 * lane + 1]);
    CHECK(turned.third[lane] == from[4 * lane + 2]);
    CHECK(turned.fourth[lane] == from[4 * lane + 3]);
  }
}
