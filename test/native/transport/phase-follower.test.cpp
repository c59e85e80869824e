// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/phase-follower.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

using downbeat::transport::PhaseFollower;

namespace {

constexpr double kRounding = 1e-12;
constexpr double kQuantumSeconds = 32.0 / 48000.0;

/// Runs `seconds` with a converter that is `drift` too slow; returns the largest correction.
double follow(PhaseFollower& follower, double& error, double drift, double seconds) {
  double most = 0.0;
  int quantum = 0;
  for (double t = 0.0; t < seconds; t += kQuantumSeconds, ++quantum) {
    if (quantum % 4 == 0) follower.measure(error);
    const double correction = follower.advance(kQuantumSeconds) - 1.0;
    most = std::max(most, std::fabs(correction));
    error -= (correction - drift) * kQuantumSeconds;
  }
  return most;
}

}  // namespace

TEST_CASE("an error within 10 ms is slewed at 0.3 percent at most") {
  for (const double start : {-0.010, -0.003, -0.0001, 0.0005, 0.004, 0.010}) {
    PhaseFollower follower;
    double error = start;
    CHECK(follow(follower, error, 0.0, 12.0) <= PhaseFollower::kMaxSlew + kRounding);
    CAPTURE(start);
    CHECK(std::fabs(error) < 5e-6);
  }
}

TEST_CASE("a bigger error is bent at 12.5 percent at most, and then slewed") {
  for (const double start : {-2.0, -0.05, 0.011, 0.3, 1.0}) {
    PhaseFollower follower;
    double error = start;
    CHECK(follow(follower, error, 0.0, std::fabs(start) / 0.12) <=
          PhaseFollower::kMaxBend + kRounding);
    CHECK(std::fabs(error) <= PhaseFollower::kSlewRange);
    CHECK(follow(follower, error, 0.0, 12.0) <= PhaseFollower::kMaxSlew + kRounding);
    CAPTURE(start);
    CHECK(std::fabs(error) < 5e-6);
  }
}

TEST_CASE("catching up does not overshoot audibly") {
  PhaseFollower follower;
  double error = 0.010;
  double least = 0.0;
  for (int i = 0; i < 100; ++i) {
    (void)follow(follower, error, 0.0, 0.1);
    least = std::min(least, error);
  }
  CHECK(least > -0.0005);
}

TEST_CASE("a converter that is 100 ppm off leaves no steady error") {
  for (const double drift : {-1e-4, 1e-4}) {
    PhaseFollower follower;
    double error = 0.0;
    (void)follow(follower, error, drift, 20.0);
    CHECK(std::fabs(error) < 5e-6);
  }
}
