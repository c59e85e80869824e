// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/hit-noise.hpp"

#include <doctest/doctest.h>

#include <vector>

using downbeat::dsp::HitNoise;

TEST_CASE("every hit has noise of its own, whatever the time between the hits") {
  HitNoise noise(5);
  HitNoise hasty(5);
  std::vector<std::vector<float>> hits;
  for (int hit = 0; hit < 4; ++hit) {
    noise.hit();
    hasty.hit();
    hits.emplace_back();
    for (int n = 0; n < 1000; ++n) hits.back().push_back(noise.next());
    for (int n = 0; n < 10 + hit; ++n)
      CHECK(hasty.next() == hits.back()[static_cast<std::size_t>(n)]);
    for (int other = 0; other < hit; ++other)
      CHECK(hits[static_cast<std::size_t>(other)] != hits.back());
  }
  noise.reset();
  noise.hit();
  CHECK(noise.next() == hits[0][0]);
}
