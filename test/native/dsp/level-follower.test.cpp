// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/level-follower.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dsp/measure.hpp"

using namespace downbeat::dsp;
namespace test = downbeat::test;

TEST_CASE("a level makes 63 % of its way in its attack, is held to the frame, and falls to 1/e") {
  LevelFollowers followers;
  followers.setTimes(192.0, 4800.0);
  const std::uint32_t holds[] = {0, 1, 480, 9600};
  for (std::uint32_t lane = 0; lane < 4; ++lane) followers.setHold(lane, holds[lane]);
  constexpr int kOn = 4800;
  for (int n = 0; n < 28800; ++n) {
    const Lanes level = followers.next(allLanes(n < kOn ? 0.5F : 0.0F));
    for (std::uint32_t lane = 0; lane < 4; ++lane) {
      const double held = holds[lane];
      double expected = 0.5 * (1.0 - std::exp(-(n + 1.0) / 192.0));
      const double fallen = n - (kOn - 1.0) - held;
      if (fallen > 0.0) expected = 0.5 * std::exp(-fallen / 4800.0);
      INFO("frame ", n, " lane ", lane);
      REQUIRE(level[lane] == doctest::Approx(expected).epsilon(2e-4));
    }
  }
}

TEST_CASE("the level of a steady sine is its peak, without ripple") {
  LevelFollowers followers;
  followers.setTimes(192.0, 8640.0);
  followers.setHold(0, 480);  // half a period of 50 Hz

  double lowest = 1.0;
  double highest = 0.0;
  for (int n = 0; n < 48000; ++n) {
    const double sine = 0.7 * std::sin(2.0 * test::kPi * 53.0 / 48000.0 * n);
    const Lanes level = followers.next(allLanes(static_cast<float>(std::fabs(sine))));
    if (n < 24000) continue;
    lowest = std::fmin(lowest, level[0]);
    highest = std::fmax(highest, level[0]);
  }
  CHECK(lowest == doctest::Approx(0.7).epsilon(1e-4));
  CHECK(highest == doctest::Approx(0.7).epsilon(1e-4));
}

TEST_CASE("a level ends in exact silence, and not-a-number is silence") {
  LevelFollowers followers;
  followers.setTimes(10.0, 100.0);
  for (int n = 0; n < 100; ++n) (void)followers.next(allLanes(1.0F));
  CHECK_FALSE(followers.isSilent());
  for (int n = 0; n < 10; ++n) (void)followers.next(allLanes(std::nanf("")));
  for (int n = 0; n < 4800; ++n) (void)followers.next(Lanes{});
  CHECK(followers.isSilent());
}
