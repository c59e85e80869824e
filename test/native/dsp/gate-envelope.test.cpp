// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/gate-envelope.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "dsp/measure.hpp"

using namespace downbeat;
using dsp::GateEnvelope;

namespace {
void play(GateEnvelope& envelope, std::uint32_t frames, test::Dice& dice, std::vector<float>& to) {
  while (frames > 0) {
    const std::uint32_t asked = 1 + dice.bits() / 2 % 40;
    const GateEnvelope::Piece piece = envelope.next(asked < frames ? asked : frames);
    REQUIRE(piece.frames >= 1);
    for (std::uint32_t i = 0; i < piece.frames; ++i) to.push_back(piece.level(i));
    frames -= piece.frames;
  }
}
}  // namespace

TEST_CASE("a gate's edges are straight and as long as they should be, however it is asked") {
  std::vector<float> first;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    test::Dice dice(seed);
    GateEnvelope envelope;
    std::vector<float> level;
    CHECK(envelope.isSilent());
    envelope.setTimes(100, 50);
    envelope.open(0.8F, 300);
    play(envelope, 320, dice, level);
    CHECK_FALSE(envelope.isSilent());
    envelope.open(0.5F, GateEnvelope::kHeld);  // from 0.48, in the middle of the release
    play(envelope, 400, dice, level);
    envelope.close();
    envelope.close();
    play(envelope, 50, dice, level);
    CHECK(envelope.isSilent());
    play(envelope, 30, dice, level);
    for (std::uint32_t n = 0; n < 300; ++n) {
      REQUIRE(level[n] == doctest::Approx(n < 100 ? 0.008 * n : 0.8));
    }
    for (std::uint32_t n = 300; n < 320; ++n) {
      REQUIRE(level[n] == doctest::Approx(0.8 - 0.016 * (n - 300)));
    }
    CHECK(level[320] == doctest::Approx(0.48));
    CHECK(level[370] == doctest::Approx(0.49));
    CHECK(level[420] == 0.5F);
    CHECK(level[720] == 0.5F);
    CHECK(level[745] == doctest::Approx(0.25));
    for (std::uint32_t n = 770; n < 800; ++n) CHECK(level[n] == 0.0F);
    if (seed == 0) first = level;
    CHECK(level == first);
  }
}

TEST_CASE("a gate without edges is a rectangle") {
  test::Dice dice(1);
  GateEnvelope envelope;
  envelope.setTimes(0, 0);
  std::vector<float> level;
  envelope.open(1.0F, 37);
  play(envelope, 60, dice, level);
  for (std::uint32_t n = 0; n < 60; ++n) CHECK(level[n] == (n < 37 ? 1.0F : 0.0F));
  CHECK(envelope.isSilent());
}
