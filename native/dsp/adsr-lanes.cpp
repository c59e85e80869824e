// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/adsr-lanes.hpp"

#include <cmath>

namespace downbeat::dsp {
namespace {

std::int32_t wholeFrames(double frames) RT_SAFE {
  return frames < 1.0e9 ? static_cast<std::int32_t>(frames + 0.5) : 1000000000;
}

}  // namespace

void AdsrLanes::prepare(double smoothFrames) RT_SAFE {
  smoothFrames_ = smoothFrames > 1.0 ? smoothFrames : 1.0;
  reset();
}

void AdsrLanes::setTimes(const AdsrTimes& times) RT_SAFE {
  const bool isSame = times.attackFrames == times_.attackFrames &&
                      times.decayFrames == times_.decayFrames && times.sustain == times_.sustain &&
                      times.releaseFrames == times_.releaseFrames;
  if (isSame) return;
  const AdsrTimes before = times_;
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    const Stage stage = stage_[lane];
    if (stage == Stage::idle) continue;
    times_ = before;
    const double framesBefore = framesOf(stage);
    const double targetBefore = targetOf(stage);
    times_ = times;
    if (stage == Stage::sustain) {
      if (targetOf(stage) != targetBefore) enter(lane, stage);
      continue;
    }
    if (framesBefore > 0.0) {
      const double left = remaining_[lane] * (framesOf(stage) / framesBefore);
      // A corner that is due now is turned in the next frame.
      remaining_[lane] = left > 1.0 ? wholeFrames(left) : 1;
    }
    const double target = targetOf(stage);
    if (target != targetBefore)
      asymptote_[lane] = target - (level_[lane] - target) * (kBend / (1.0 - kBend));
    aim(lane);
  }
  times_ = times;
}

void AdsrLanes::gateOn(std::uint32_t lane) RT_SAFE {
  enter(lane, Stage::attack);
  if (level_[lane] > 0.0 && remaining_[lane] < smoothFrames_) {
    remaining_[lane] = wholeFrames(smoothFrames_);
    aim(lane);
  }
  turnCorners(lane);
}

void AdsrLanes::gateOff(std::uint32_t lane) RT_SAFE {
  if (stage_[lane] == Stage::idle || stage_[lane] == Stage::release) return;
  enter(lane, Stage::release);
  turnCorners(lane);
}

void AdsrLanes::reset(std::uint32_t lane) RT_SAFE {
  level_[lane] = 0.0;
  enter(lane, Stage::idle);
}

void AdsrLanes::reset() RT_SAFE {
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) reset(lane);
}

std::int32_t AdsrLanes::framesToCorner() const RT_SAFE {
  std::int32_t least = kNever;
  for (const std::int32_t frames : remaining_) least = frames < least ? frames : least;
  return least;
}

void AdsrLanes::render(float* levels, std::uint32_t frames) RT_SAFE {
  std::array<double, kLanes> level = level_;
  const std::array<double, kLanes> factor = factor_;
  const std::array<double, kLanes> increment = increment_;
  for (std::uint32_t i = 0; i < frames; ++i) {
    for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
      levels[i * kLanes + lane] = static_cast<float>(level[lane]);
      level[lane] = level[lane] * factor[lane] + increment[lane];
    }
  }
  level_ = level;
  for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
    if (remaining_[lane] == kNever) continue;
    remaining_[lane] -= static_cast<std::int32_t>(frames);
    if (remaining_[lane] <= 0) turnCorners(lane);
  }
}

/// Stages without a length are passed at once.
void AdsrLanes::turnCorners(std::uint32_t lane) RT_SAFE {
  while (remaining_[lane] <= 0) {
    const Stage stage = stage_[lane];
    level_[lane] = targetOf(stage);
    enter(lane, stage == Stage::attack                             ? Stage::decay
                : stage == Stage::decay || stage == Stage::sustain ? Stage::sustain
                                                                   : Stage::idle);
  }
}

void AdsrLanes::enter(std::uint32_t lane, Stage stage) RT_SAFE {
  stage_[lane] = stage;
  const double target = targetOf(stage);
  const double distance = level_[lane] - target;
  asymptote_[lane] = target - distance * (kBend / (1.0 - kBend));
  if (stage == Stage::idle || (stage == Stage::sustain && distance == 0.0)) {
    remaining_[lane] = kNever;
  } else {
    remaining_[lane] = wholeFrames(framesOf(stage));
  }
  aim(lane);
}

/// From the present level, along the same curve, to the target in `remaining_` frames.
void AdsrLanes::aim(std::uint32_t lane) RT_SAFE {
  factor_[lane] = 1.0;
  increment_[lane] = 0.0;
  if (remaining_[lane] == kNever || remaining_[lane] <= 0) return;
  const double target = targetOf(stage_[lane]);
  if (stage_[lane] == Stage::attack || stage_[lane] == Stage::sustain) {
    increment_[lane] = (target - level_[lane]) / remaining_[lane];
    return;
  }
  const double left = (target - asymptote_[lane]) / (level_[lane] - asymptote_[lane]);
  if (!(left > 0.0 && left < 1.0)) return;
  factor_[lane] = std::exp(std::log(left) / remaining_[lane]);
  increment_[lane] = asymptote_[lane] * (1.0 - factor_[lane]);
}

double AdsrLanes::framesOf(Stage stage) const RT_SAFE {
  switch (stage) {
    case Stage::attack: return times_.attackFrames;
    case Stage::decay: return times_.decayFrames;
    case Stage::sustain: return smoothFrames_;
    case Stage::release: return times_.releaseFrames;
    case Stage::idle: break;
  }
  return 0.0;
}

double AdsrLanes::targetOf(Stage stage) const RT_SAFE {
  switch (stage) {
    case Stage::attack: return 1.0;
    case Stage::decay:
    case Stage::sustain: return times_.sustain;
    case Stage::idle:
    case Stage::release: break;
  }
  return 0.0;
}

}  // namespace downbeat::dsp
