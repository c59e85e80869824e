// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/gap-watch.hpp"

#include <doctest/doctest.h>

using downbeat::transport::GapWatch;

namespace {

constexpr double kBlockSeconds = 256.0 / 48000.0;
constexpr int kBlocksOfMinute = static_cast<int>(60.0 / kBlockSeconds);

}  // namespace

TEST_CASE("a block that was lost is told once") {
  for (const double lost : {5333.0, -5333.0, 40000.0, 1100.0}) {
    GapWatch watch;
    for (int i = 0; i < 100; ++i) CHECK_FALSE(watch.add(0.0, kBlockSeconds));
    CHECK(watch.add(lost, kBlockSeconds));
    for (int i = 0; i < 100; ++i) CHECK_FALSE(watch.add(0.0, kBlockSeconds));
  }
}

TEST_CASE("time that is lost little by little is told for each millisecond or so") {
  // A JACK server that was held up for 30 ms tells it within a second, a fraction with each cycle.
  GapWatch watch;
  int told = 0;
  for (int i = 0; i < 150; ++i) told += watch.add(200.0, kBlockSeconds) ? 1 : 0;
  CHECK(told >= 24);
  CHECK(told <= 30);
}

TEST_CASE("a converter that drifts has lost nothing") {
  for (const double partsPerMillion : {500.0, -500.0, 50.0}) {
    GapWatch watch;
    for (int i = 0; i < kBlocksOfMinute; ++i) {
      CHECK_FALSE(watch.add(partsPerMillion * kBlockSeconds, kBlockSeconds));
    }
  }
}

TEST_CASE("blocks that were early and late in turn have lost nothing") {
  GapWatch watch;
  for (int i = 0; i < kBlocksOfMinute; ++i) {
    CHECK_FALSE(watch.add(i % 2 == 0 ? 900.0 : -900.0, kBlockSeconds));
  }
}
