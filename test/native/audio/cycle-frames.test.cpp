// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/cycle-frames.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using downbeat::audio::CycleFrames;

namespace {

constexpr std::uint32_t kFrames = 256;

}  // namespace

TEST_CASE("cycles in a row belong to their blocks, also where the server's count overflows") {
  CycleFrames cycles;
  std::uint32_t frame = UINT32_MAX - 3 * kFrames;
  for (int i = 0; i < 10; ++i, frame += kFrames) CHECK(cycles.ahead(frame, kFrames) == 0);
}

TEST_CASE("a callback that was held up reads a later cycle, and the next ones are right") {
  CycleFrames cycles;
  CHECK(cycles.ahead(5000, kFrames) == 0);
  CHECK(cycles.ahead(5000 + 2 * kFrames, kFrames) == kFrames);
  CHECK(cycles.ahead(5000 + 2 * kFrames, kFrames) == 0);
  CHECK(cycles.ahead(5000 + 3 * kFrames, kFrames) == 0);
}

TEST_CASE("a cycle without us loses its frames: a few blocks later that is the new line") {
  CycleFrames cycles;
  std::uint32_t frame = 0;
  for (int i = 0; i < 5; ++i, frame += kFrames) CHECK(cycles.ahead(frame, kFrames) == 0);
  frame += 2 * kFrames;
  int blocks = 0;
  while (cycles.ahead(frame, kFrames) != 0) {
    frame += kFrames;
    REQUIRE(++blocks < 5);
  }
  CHECK(blocks > 1);
  for (int i = 0; i < 5; ++i) CHECK(cycles.ahead(frame += kFrames, kFrames) == 0);
}

TEST_CASE("a server that begins to count anew is followed at once") {
  CycleFrames cycles;
  CHECK(cycles.ahead(100000, kFrames) == 0);
  CHECK(cycles.ahead(0, kFrames) == 0);
  CHECK(cycles.ahead(kFrames, kFrames) == 0);
}
