// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/true-peak-limiter.hpp"

#include <cmath>
#include <cstring>

#include "dsp/fast-math.hpp"
#include "dsp/lanes.hpp"

namespace downbeat::dsp {
namespace {

constexpr double kReleaseSeconds = 0.080;
constexpr double kMarginDb = 0.25;
constexpr double kKaiserBeta = 3.0;
constexpr std::int64_t kOne = std::int64_t{1} << 30;

double besselI0(double x) {
  double sum = 1.0;
  double term = 1.0;
  for (int k = 1; k < 40; ++k) {
    term *= (x / (2.0 * k)) * (x / (2.0 * k));
    sum += term;
  }
  return sum;
}

/// The top of the parabola through three neighbours of which the middle one is the highest.
float vertex(float a, float b, float c) RT_SAFE {
  const float bend = 2.0F * b - a - c;
  if (bend < 1.0e-12F) return b;
  const float slope = c - a;
  return b + slope * slope / (8.0F * bend);
}

}  // namespace

void TruePeakLimiter::prepare(double sampleRate, double lookaheadSeconds) {
  sampleRate_ = sampleRate;
  for (std::uint32_t phase = 1; phase < 4; ++phase) {
    std::array<double, kTaps> taps{};
    double sum = 0.0;
    constexpr double kHalf = kTaps / 2.0;
    for (std::uint32_t t = 0; t < kTaps; ++t) {
      // Tap kTaps/2 is the frame itself when counted from the newest.
      const double x = static_cast<double>(t) - kHalf + phase * 0.25;
      const double sinc = std::fabs(x) < 1e-12 ? 1.0 : std::sin(kPi * x) / (kPi * x);
      const double edge = x / kHalf;
      const double window =
          std::fabs(edge) >= 1.0
              ? 0.0
              : besselI0(kKaiserBeta * std::sqrt(1.0 - edge * edge)) / besselI0(kKaiserBeta);
      taps[t] = sinc * window;
      sum += taps[t];
    }
    for (std::uint32_t t = 0; t < kTaps; ++t) {
      kernel_[phase - 1][kTaps - 1 - t] = static_cast<float>(taps[t] / sum);
    }
  }

  const double seconds =
      lookaheadSeconds > 0.0005 ? (lookaheadSeconds < 0.02 ? lookaheadSeconds : 0.02) : 0.0005;
  auto half = static_cast<std::uint32_t>(seconds * sampleRate / 2.0 + 0.5);
  if (half < 4) half = 4;
  for (Average& average : averages_) average.values.assign(half, kOne);
  const std::uint32_t attack = 2 * half - 1;
  window_ = attack + 2 * kGuard;
  candidates_.assign(window_ + 1, {1.0, 0});
  // The detector speaks about the frame before the middle of its taps.
  latency_ = kTaps / 2 + 1 + (attack - 1) + kGuard;
  for (Channel& channel : channels_) channel.delay.assign(latency_, 0.0F);
  reset();
  setRelease(kReleaseSeconds);
  setCeiling(0.0F);
  kneeFrom_ = 1.0e9;
}

void TruePeakLimiter::reset() RT_SAFE {
  for (Channel& channel : channels_) {
    channel.history.fill(0.0F);
    channel.points.fill(0.0F);
    channel.before = 0.0F;
    for (float& value : channel.delay) value = 0.0F;
  }
  for (Average& average : averages_) {
    for (std::int64_t& value : average.values) value = kOne;
    average.at = 0;
    average.sum = kOne * static_cast<std::int64_t>(average.values.size());
  }
  delayAt_ = 0;
  firstCandidate_ = candidateCount_ = 0;
  frame_ = 0;
  released_ = 1.0;
  gain_ = 1.0F;
}

void TruePeakLimiter::setCeiling(float ceilingDb) RT_SAFE {
  const double db = clampTo(ceilingDb, -24.0F, 0.0F);
  ceiling_ = static_cast<float>(std::pow(10.0, db / 20.0));
  threshold_ = static_cast<float>(std::pow(10.0, (db - kMarginDb) / 20.0));
}

void TruePeakLimiter::setRelease(double seconds) RT_SAFE {
  const double limited = seconds > 0.001 ? (seconds < 5.0 ? seconds : 5.0) : 0.001;
  releaseFactor_ = 1.0 - std::exp(-1.0 / (limited * sampleRate_));
}

void TruePeakLimiter::setKnee(float kneeDb) RT_SAFE {
  kneeFrom_ = std::pow(10.0, static_cast<double>(kneeDb) / 20.0);
}

double TruePeakLimiter::gainFor(double peak) const RT_SAFE {
  const auto top = static_cast<double>(threshold_);
  if (!(kneeFrom_ < top)) return peak > top ? top / peak : 1.0;
  if (!(peak > kneeFrom_)) return 1.0;
  const double range = top - kneeFrom_;
  const double over = (peak - kneeFrom_) / range;
  return (kneeFrom_ + range * over / (1.0 + over)) / peak;
}

void TruePeakLimiter::process(float* left, float* right, std::uint32_t frames) RT_SAFE {
  for (std::uint32_t done = 0; done < frames; done += kChunk) {
    const std::uint32_t remaining = frames - done;
    processChunk(left + done, right + done, remaining < kChunk ? remaining : kChunk);
  }
}

void TruePeakLimiter::processChunk(float* left, float* right, std::uint32_t frames) RT_SAFE {
  Peaks peaks{};
  detect(channels_[0], left, frames, peaks);
  detect(channels_[1], right, frames, peaks);
  for (std::uint32_t i = 0; i < frames; ++i) {
    const double held = holdLowest(gainFor(static_cast<double>(peaks[i])));
    released_ += (1.0 - released_) * releaseFactor_;
    if (released_ > 0.999999) released_ = 1.0;
    if (released_ > held) released_ = held;
    gain_ = static_cast<float>(average(released_));

    const float inLeft = flushed(left[i]);
    const float inRight = flushed(right[i]);
    left[i] = clampTo(channels_[0].delay[delayAt_] * gain_, -ceiling_, ceiling_);
    right[i] = clampTo(channels_[1].delay[delayAt_] * gain_, -ceiling_, ceiling_);
    channels_[0].delay[delayAt_] = inLeft;
    channels_[1].delay[delayAt_] = inRight;
    delayAt_ = delayAt_ + 1 == latency_ ? 0 : delayAt_ + 1;
  }
}

void TruePeakLimiter::detect(Channel& channel, const float* in, std::uint32_t frames, Peaks& peaks)
    RT_SAFE {
  auto& history = channel.history;
  for (std::uint32_t i = 0; i < frames; ++i) history[kTaps - 1 + i] = flushed(in[i]);

  for (std::uint32_t first = 0; first < frames; first += kSideBySide) {
    // Frames side by side: each sums its taps in the same order, however the frames were cut. Lanes
    // behind the last frame compute what nobody reads.
    Lanes sums[3][2] = {};
    for (std::uint32_t t = 0; t < kTaps; ++t) {
      const Lanes low = loadLanes(history.data() + first + t);
      const Lanes high = loadLanes(history.data() + first + t + kLaneCount);
      for (std::uint32_t phase = 0; phase < 3; ++phase) {
        const Lanes tap = allLanes(kernel_[phase][t]);
        sums[phase][0] += low * tap;
        sums[phase][1] += high * tap;
      }
    }
    float points[3][kSideBySide];
    std::memcpy(points, sums, sizeof points);
    const std::uint32_t count = frames - first < kSideBySide ? frames - first : kSideBySide;
    for (std::uint32_t lane = 0; lane < count; ++lane) {
      const float middle = history[first + lane + kTaps - 1 - kTaps / 2];
      const float peak =
          highest(channel, {middle, points[0][lane], points[1][lane], points[2][lane]});
      float& highestSoFar = peaks[first + lane];
      highestSoFar = peak > highestSoFar ? peak : highestSoFar;
    }
  }
  for (std::uint32_t i = 0; i < kTaps - 1; ++i) history[i] = history[i + frames];
}

/// The frame before `now`, with a neighbour on either side.
float TruePeakLimiter::highest(Channel& channel, const std::array<float, 4>& now) const RT_SAFE {
  const std::array<float, 6> p{std::fabs(channel.before),    std::fabs(channel.points[0]),
                               std::fabs(channel.points[1]), std::fabs(channel.points[2]),
                               std::fabs(channel.points[3]), std::fabs(now[0])};
  channel.before = channel.points[3];
  channel.points = now;
  float peak = 0.0F;
  for (std::uint32_t k = 1; k < 5; ++k) peak = p[k] > peak ? p[k] : peak;
  if (peak < 0.5F * threshold_) return peak;
  for (std::uint32_t k = 1; k < 5; ++k) {
    if (p[k] >= p[k - 1] && p[k] >= p[k + 1]) {
      const float top = vertex(p[k - 1], p[k], p[k + 1]);
      peak = top > peak ? top : peak;
    }
  }
  return peak;
}

double TruePeakLimiter::holdLowest(double gain) RT_SAFE {
  const auto size = static_cast<std::uint32_t>(candidates_.size());
  // Whatever is older and not lower will never be the lowest again.
  while (candidateCount_ > 0) {
    const std::uint32_t last = (firstCandidate_ + candidateCount_ - 1) % size;
    if (candidates_[last].gain < gain) break;
    --candidateCount_;
  }
  candidates_[(firstCandidate_ + candidateCount_) % size] = {gain, frame_};
  ++candidateCount_;
  if (candidates_[firstCandidate_].frame + window_ <= frame_) {
    firstCandidate_ = (firstCandidate_ + 1) % size;
    --candidateCount_;
  }
  ++frame_;
  return candidates_[firstCandidate_].gain;
}

double TruePeakLimiter::average(double gain) RT_SAFE {
  auto value = static_cast<std::int64_t>(gain * static_cast<double>(kOne));
  for (Average& stage : averages_) {
    const auto length = static_cast<std::int64_t>(stage.values.size());
    stage.sum += value - stage.values[stage.at];
    stage.values[stage.at] = value;
    stage.at = stage.at + 1 == stage.values.size() ? 0 : stage.at + 1;
    value = stage.sum / length;
  }
  return static_cast<double>(value) / static_cast<double>(kOne);
}

}  // namespace downbeat::dsp
