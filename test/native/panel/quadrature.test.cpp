// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/quadrature.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

using downbeat::panel::Quadrature;

namespace {

/// The contacts on their way up, from a detent on.
constexpr std::uint32_t kUp[4] = {0, 1, 3, 2};

class Encoder {
 public:
  explicit Encoder(std::uint32_t quarters) : decoder(quarters) { decoder.begin(false, false); }
  void show(std::uint32_t state) {
    const Quadrature::Step step = decoder.take((state & 1) != 0, (state & 2) != 0);
    detents += step.detents;
    up += step.detents > 0 ? 1 : 0;
    down += step.detents < 0 ? 1 : 0;
    quartersUp += step.quarters > 0 ? 1 : 0;
    quartersDown += step.quarters < 0 ? 1 : 0;
    skipped += step.isSkipped ? 1 : 0;
  }
  void turn(int quarters) {
    for (int i = 0; i < std::abs(quarters); ++i) {
      at_ += quarters > 0 ? 1 : -1;
      show(kUp[static_cast<std::uint32_t>(at_) & 3]);
    }
  }
  /// The contact that changes next goes there and back.
  void tremble(int times) {
    for (int i = 0; i < times; ++i) {
      show(kUp[static_cast<std::uint32_t>(at_ + 1) & 3]);
      show(kUp[static_cast<std::uint32_t>(at_) & 3]);
    }
  }

  Quadrature decoder;
  int detents = 0;
  int up = 0;
  int down = 0;
  int quartersUp = 0;
  int quartersDown = 0;
  int skipped = 0;

 private:
  int at_ = 0;
};

}  // namespace

TEST_CASE("every detent is one step, whichever way and however many quarters it has") {
  for (const int quarters : {1, 2, 4}) {
    Encoder encoder(static_cast<std::uint32_t>(quarters));
    encoder.turn(100 * quarters);
    CHECK(encoder.detents == 100);
    encoder.turn(-150 * quarters);
    CHECK(encoder.detents == -50);
    CHECK(encoder.skipped == 0);
  }
}

TEST_CASE("a contact that bounces on the way is no step, at any quarter") {
  Encoder encoder(4);
  for (int i = 0; i < 400; ++i) {
    encoder.tremble(i % 7);
    encoder.turn(1);
  }
  CHECK(encoder.up == 100);
  CHECK(encoder.down == 0);
  Encoder back(4);
  back.turn(2);
  back.turn(-2);
  CHECK(back.up + back.down == 0);
}

TEST_CASE("two contacts at once are counted and are no step") {
  Encoder encoder(4);
  encoder.turn(40);
  encoder.show(3);
  CHECK(encoder.skipped == 1);
  CHECK(encoder.detents == 10);
  encoder.show(2);
  encoder.show(0);  // a detent: what was half seen is over
  CHECK(encoder.detents == 10);
  encoder.turn(4);
  CHECK(encoder.detents == 11);
}

TEST_CASE("no order of edges invents a step: each one was turned, quarter by quarter") {
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    const int size = round % 3 == 0 ? 1 : round % 3 == 1 ? 2 : 4;
    Encoder encoder(static_cast<std::uint32_t>(size));
    for (int i = 0; i < 500; ++i) {
      // Edges, repeated ones, skipped ones, and gaps after which the contacts are read anew.
      if (random() % 50 == 0) {
        const std::uint32_t now = random() & 3;
        encoder.decoder.begin((now & 1) != 0, (now & 2) != 0);
      } else {
        encoder.show(random() & 3);
      }
      REQUIRE(encoder.up * size <= encoder.quartersUp);
      REQUIRE(encoder.down * size <= encoder.quartersDown);
    }
  }
}

TEST_CASE(
    "a knob whose edges are lost turns no further than it was turned, and never the other way") {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    Encoder encoder(4);
    const bool isUp = round % 2 == 0;
    std::uint32_t shown = 0;
    for (int quarter = 1; quarter <= 400; ++quarter) {
      const std::uint32_t state = kUp[static_cast<std::uint32_t>(isUp ? quarter : -quarter) & 3];
      // The kernel tells of the loss with the next edge.
      if (random() % 10 == 0) continue;
      if (((shown ^ state) & 3) == 3 || shown == state || random() % 50 == 0)
        encoder.decoder.lose();
      encoder.show(state);
      shown = state;
    }
    REQUIRE((isUp ? encoder.down : encoder.up) == 0);
    REQUIRE((isUp ? encoder.up : encoder.down) <= 100);
  }
}

TEST_CASE("after a gap anywhere the next whole detents are all there") {
  for (const int size : {1, 2, 4}) {
    for (int before = 0; before < 8; ++before) {
      for (std::uint32_t state = 0; state < 4; ++state) {
        Encoder encoder(static_cast<std::uint32_t>(size));
        encoder.turn(before);
        encoder.decoder.begin((state & 1) != 0, (state & 2) != 0);
        // On to the next detent of the real knob, and from there ten of them.
        std::uint32_t at = 0;
        while (kUp[at] != state) ++at;
        const auto isDetent = [&] {
          return size == 1 || kUp[at & 3] == 0 || (size == 2 && kUp[at & 3] == 3);
        };
        while (!isDetent()) encoder.show(kUp[++at & 3]);
        const int detents = encoder.detents;
        for (int i = 0; i < 10 * size; ++i) encoder.show(kUp[++at & 3]);
        CHECK(encoder.detents - detents == 10);
      }
    }
  }
}
