// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/lateness-histogram.hpp"

#include <doctest/doctest.h>

#include <memory>

using downbeat::midi::LatenessHistogram;

TEST_CASE("percentiles of lateness are those of the values") {
  auto histogram = std::make_unique<LatenessHistogram>();
  for (int micros = 1; micros <= 1000; ++micros) histogram->record(micros);
  const auto summary = histogram->summary();
  CHECK(summary.count == 1000);
  CHECK(summary.p50 == 500);
  CHECK(summary.p99 == 990);
  CHECK(summary.p999 == 999);
  CHECK(summary.max == 1000);
}

TEST_CASE("lateness beyond the last bin is kept as the maximum, early is not late") {
  auto histogram = std::make_unique<LatenessHistogram>();
  histogram->record(-5);
  histogram->record(123'456);
  const auto summary = histogram->summary();
  CHECK(summary.count == 2);
  CHECK(summary.p50 == 0);
  CHECK(summary.p999 == 123'456);
  CHECK(summary.max == 123'456);
  histogram->clear();
  CHECK(histogram->summary().count == 0);
}
