// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/phase-follower.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::transport {
namespace {

// Critically damped: 4 x kLearn = kPull^2. Half a second is slow against the microseconds by which
// a block's host time is uncertain, and quick against the 30 s between Link's own measurements.
constexpr double kPull = 2.0;          // 1/s
constexpr double kLearn = 1.0;         // 1/s^2
constexpr double kLearnRange = 0.002;  // s: a bigger error is not the converter's doing
constexpr double kMaxDrift = 0.0005;

}  // namespace

void PhaseFollower::reset() RT_SAFE {
  error_ = 0.0;
  drift_ = 0.0;
  sinceMeasure_ = 0.0;
  isCatchingUp_ = false;
}

void PhaseFollower::measure(double errorSeconds) RT_SAFE {
  error_ = errorSeconds;
  if (std::fabs(error_) <= kLearnRange) {
    const double seconds = std::min(sinceMeasure_, 0.1);
    drift_ = std::clamp(drift_ + kLearn * error_ * seconds, -kMaxDrift, kMaxDrift);
  }
  sinceMeasure_ = 0.0;
}

double PhaseFollower::advance(double seconds) RT_SAFE {
  double correction = 0.0;
  if (std::fabs(error_) <= kCaughtUp) isCatchingUp_ = false;
  if (std::fabs(error_) > kSlewRange || isCatchingUp_) {
    correction = std::copysign(kMaxBend, error_);
  } else {
    correction = std::clamp(kPull * error_ + drift_, -kMaxSlew, kMaxSlew);
  }
  error_ -= (correction - drift_) * seconds;
  sinceMeasure_ += seconds;
  return 1.0 + correction;
}

}  // namespace downbeat::transport
