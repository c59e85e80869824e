// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/lane-transpose.hpp"

#include <doctest/doctest.h>

using namespace downbeat::dsp;

TEST_CASE("rows become columns, and twice is nothing") {
  Lanes rows[4] = {{0, 1, 2, 3}, {10, 11, 12, 13}, {20, 21, 22, 23}, {30, 31, 32, 33}};
  transpose(rows[0], rows[1], rows[2], rows[3]);
  for (int r = 0; r < 4; ++r) {
    for (int c = 0; c < 4; ++c) CHECK(float{rows[r][c]} == static_cast<float>(10 * c + r));
  }
  transpose(rows[0], rows[1], rows[2], rows[3]);
  for (int r = 0; r < 4; ++r) {
    for (int c = 0; c < 4; ++c) CHECK(float{rows[r][c]} == static_cast<float>(10 * r + c));
  }
}

TEST_CASE("four sums at once are the four sums, to the last bit") {
  const Lanes a{0.1F, 0.2F, 0.3F, 0.4F};
  const Lanes b{1e8F, 1.0F, -1e8F, 1.0F};
  const Lanes c{1e-20F, -1.0F, 3.0F, 1e10F};
  const Lanes d{};
  const Lanes sums = sumsOf(a, b, c, d);
  CHECK(float{sums[0]} == sumOf(a));
  CHECK(float{sums[1]} == sumOf(b));
  CHECK(float{sums[2]} == sumOf(c));
  CHECK(float{sums[3]} == sumOf(d));
}
