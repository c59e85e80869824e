// SPDX-License-Identifier: GPL-3.0-or-later
#include "transport/frame-clock.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::transport {
namespace {

constexpr double kPi = 3.14159265358979323846;
// Bandwidth in Hz: quick at first to find the line, then slow to keep it.
constexpr double kFirstBandwidthHz = 1.0;
constexpr double kBandwidthHz = 0.1;
constexpr double kSettleSeconds = 4.0;
// Converters are within 0.1 %; virtual devices that resample, within 0.5 %.
constexpr double kMaxRateError = 0.005;
// A callback this far off the line was held up: it says little about when frames leave.
constexpr double kStrangeMicros = 20000.0;
// Times that stay away this long are the new truth.
constexpr double kNewTruthSeconds = 0.25;

}  // namespace

void FrameClock::prepare(double sampleRate) {
  nominal_ = 1.0e6 / sampleRate;
  microsPerFrame_ = nominal_;
  restarts_ = 0;
  reset();
}

void FrameClock::reset() RT_SAFE {
  hasLine_ = false;
  settledSeconds_ = 0.0;
  strangeSeconds_ = 0.0;
}

void FrameClock::begin(Frames frame, HostMicros host) RT_SAFE {
  origin_ = host;
  micros_ = 0.0;
  frame_ = frame;
  settledSeconds_ = 0.0;
  strangeSeconds_ = 0.0;
  hasLine_ = true;
}

HostMicros FrameClock::addBlock(Frames firstFrame, HostMicros host, bool isExact, bool hasBroken)
    RT_SAFE {
  if (isExact) {
    microsPerFrame_ = nominal_;
    begin(firstFrame, host);
    return host;
  }
  if (!hasLine_ || hasBroken || firstFrame <= frame_) {
    begin(firstFrame, host);
    return host;
  }

  const auto frames = static_cast<double>((firstFrame - frame_).value);
  const double seconds = frames * nominal_ * 1.0e-6;
  const double predicted = micros_ + frames * microsPerFrame_;
  double error = static_cast<double>((host - origin_).value) - predicted;

  if (std::fabs(error) > kStrangeMicros) {
    strangeSeconds_ += seconds;
    if (strangeSeconds_ > kNewTruthSeconds) {
      ++restarts_;
      begin(firstFrame, host);
      return host;
    }
    error = 0.0;  // coast
  } else {
    strangeSeconds_ = 0.0;
  }

  settledSeconds_ += seconds;
  const double age = std::min(settledSeconds_ / kSettleSeconds, 1.0);
  const double bandwidth = kFirstBandwidthHz + (kBandwidthHz - kFirstBandwidthHz) * age;
  // A very long block would make the loop unstable: it may at most take the measured time as it is.
  const double omega = std::min(2.0 * kPi * bandwidth * seconds, 0.5);
  const double pull = std::sqrt(2.0) * omega;

  micros_ = predicted + pull * error;
  frame_ = firstFrame;
  microsPerFrame_ = std::clamp(microsPerFrame_ + omega * omega * error / frames,
                               nominal_ * (1.0 - kMaxRateError), nominal_ * (1.0 + kMaxRateError));
  return hostAt(firstFrame);
}

HostMicros FrameClock::hostAt(Frames frame) const RT_SAFE {
  const double micros = micros_ + static_cast<double>((frame - frame_).value) * microsPerFrame_;
  return origin_ + HostMicros{static_cast<std::int64_t>(std::floor(micros + 0.5))};
}

}  // namespace downbeat::transport
