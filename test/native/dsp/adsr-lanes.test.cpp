// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/adsr-lanes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "dsp/measure.hpp"

using namespace downbeat;
using dsp::AdsrLanes;

namespace {

/// `lane` of the next frames, in pieces as long as the corners allow.
std::vector<float> run(AdsrLanes& lanes, std::uint32_t lane, std::uint32_t frames,
                       std::uint32_t most = 16) {
  std::vector<float> out;
  std::vector<float> levels(static_cast<std::size_t>(AdsrLanes::kLanes) * most);
  while (out.size() < frames) {
    const auto corner = static_cast<std::uint32_t>(lanes.framesToCorner());
    const std::uint32_t count =
        std::min({most, corner, frames - static_cast<std::uint32_t>(out.size())});
    lanes.render(levels.data(), count);
    for (std::uint32_t i = 0; i < count; ++i) out.push_back(levels[i * AdsrLanes::kLanes + lane]);
  }
  return out;
}

}  // namespace

TEST_CASE("a lane is the envelope of one voice, whatever the other lanes do") {
  const dsp::AdsrTimes times{480.0, 4800.0, 0.4, 2400.0};
  AdsrLanes lanes;
  lanes.prepare(96.0);
  lanes.setTimes(times);
  dsp::AdsrEnvelope one;
  one.setTimes(times);
  test::Dice dice(3);
  lanes.gateOn(3);
  one.gateOn();
  for (int piece = 0; piece < 100; ++piece) {
    if (piece == 60) {
      lanes.gateOff(3);
      one.gateOff();
    }
    // The neighbours come and go.
    const std::uint32_t other = 4 + dice.bits() / 2 % 4;
    (piece % 2 == 0) ? lanes.gateOn(other) : lanes.gateOff(other);
    for (const float level : run(lanes, 3, 100)) {
      CHECK(level == doctest::Approx(one.next()).epsilon(1e-6));
    }
  }
  CHECK_FALSE(lanes.isActive(3));
}

TEST_CASE("attack, decay and release of a lane end in the frame they should") {
  AdsrLanes lanes;
  lanes.prepare(96.0);
  lanes.setTimes({1000.0, 5000.0, 0.25, 700.0});
  lanes.gateOn(0);
  const auto x = run(lanes, 0, 6500);
  for (int n = 0; n < 1000; n += 99) CHECK(x[n] == doctest::Approx(n / 1000.0).epsilon(1e-6));
  CHECK(x[1000] == 1.0F);
  CHECK(x[999] < 1.0F);
  CHECK(x[1001] < 1.0F);
  CHECK(x[5999] > 0.25F);
  for (int n = 6000; n < 6500; ++n) CHECK(x[n] == 0.25F);
  lanes.gateOff(0);
  const auto y = run(lanes, 0, 800);
  CHECK(y[0] == 0.25F);
  CHECK(y[699] > 0.0F);
  for (int n = 700; n < 800; ++n) CHECK(y[n] == 0.0F);
}

TEST_CASE("stages without a length are passed at once") {
  AdsrLanes lanes;
  lanes.prepare(96.0);
  lanes.setTimes({0.0, 0.0, 0.5, 0.0});
  lanes.gateOn(2);
  CHECK(run(lanes, 2, 1)[0] == 0.5F);
  lanes.gateOff(2);
  CHECK(run(lanes, 2, 1)[0] == 0.0F);
  CHECK_FALSE(lanes.isActive(2));
}

TEST_CASE("a lane that starts again while it sounds rises without a jump") {
  AdsrLanes lanes;
  lanes.prepare(96.0);
  lanes.setTimes({0.0, 2000.0, 0.0, 100.0});
  lanes.gateOn(1);
  auto x = run(lanes, 1, 900);
  lanes.gateOn(1);
  const auto again = run(lanes, 1, 200);
  x.insert(x.end(), again.begin(), again.end());
  for (std::size_t n = 1; n < x.size(); ++n) CHECK(std::fabs(x[n] - x[n - 1]) < 1.1F / 96.0F);
  CHECK(again[96] == 1.0F);
}

TEST_CASE("a sustain level that is moved is followed in the smooth time, and reached") {
  AdsrLanes lanes;
  lanes.prepare(96.0);
  lanes.setTimes({0.0, 10.0, 0.8, 100.0});
  lanes.gateOn(0);
  run(lanes, 0, 100);
  lanes.setTimes({0.0, 10.0, 0.0, 100.0});
  const auto x = run(lanes, 0, 200);
  CHECK(x[48] == doctest::Approx(0.4).epsilon(1e-5));
  for (std::size_t n = 96; n < 200; ++n) CHECK(x[n] == 0.0F);
  CHECK(lanes.isSpent(0));
  CHECK(lanes.isActive(0));
}

TEST_CASE("a decay whose time is doubled half-way takes twice as long for the rest") {
  AdsrLanes lanes;
  lanes.prepare(96.0);
  lanes.setTimes({0.0, 1000.0, 0.1, 100.0});
  lanes.gateOn(0);
  run(lanes, 0, 500);
  lanes.setTimes({0.0, 2000.0, 0.1, 100.0});
  const auto x = run(lanes, 0, 1100);
  CHECK(x[999] > 0.1F);
  CHECK(x[1000] == 0.1F);
}
