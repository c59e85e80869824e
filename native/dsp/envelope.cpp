// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/envelope.hpp"

namespace downbeat::dsp {
namespace {

// A sustain level that is moved while it sounds is followed in about 2 ms.
constexpr double kSustainFollow = 0.01;

}  // namespace

void AdsrEnvelope::setTimes(const AdsrTimes& times) RT_SAFE {
  const bool isSame = times.attackFrames == times_.attackFrames &&
                      times.decayFrames == times_.decayFrames && times.sustain == times_.sustain &&
                      times.releaseFrames == times_.releaseFrames;
  if (isSame) return;
  const double before = framesOf(stage_);
  const double targetBefore = targetOf(stage_);
  times_ = times;
  if (stage_ == Stage::idle || stage_ == Stage::sustain) return;
  if (before > 0.0) remaining_ *= framesOf(stage_) / before;
  if (targetOf(stage_) != targetBefore) asymptote_ = asymptoteFrom(level_);
  aim();
}

void AdsrEnvelope::gateOn() RT_SAFE { enter(Stage::attack); }

void AdsrEnvelope::gateOff() RT_SAFE {
  if (stage_ != Stage::idle && stage_ != Stage::release) enter(Stage::release);
}

void AdsrEnvelope::reset() RT_SAFE {
  stage_ = Stage::idle;
  level_ = 0.0;
}

double AdsrEnvelope::next() RT_SAFE {
  // Stages without a length are passed at once.
  while (stage_ != Stage::idle && stage_ != Stage::sustain && remaining_ < 0.5) {
    level_ = targetOf(stage_);
    enter(stage_ == Stage::attack ? Stage::decay
                                  : (stage_ == Stage::decay ? Stage::sustain : Stage::idle));
  }
  const double level = level_;
  switch (stage_) {
    case Stage::idle: break;
    case Stage::attack:
      level_ += increment_;
      remaining_ -= 1.0;
      break;
    case Stage::sustain: level_ += (times_.sustain - level_) * kSustainFollow; break;
    case Stage::decay:
    case Stage::release:
      level_ = asymptote_ + (level_ - asymptote_) * factor_;
      remaining_ -= 1.0;
      break;
  }
  return level;
}

void AdsrEnvelope::enter(Stage stage) RT_SAFE {
  stage_ = stage;
  remaining_ = framesOf(stage);
  asymptote_ = asymptoteFrom(level_);
  aim();
}

double AdsrEnvelope::asymptoteFrom(double level) const RT_SAFE {
  const double target = targetOf(stage_);
  return target - (level - target) * (kBend / (1.0 - kBend));
}

/// From the present level, along the same curve, to the target in `remaining_` frames.
void AdsrEnvelope::aim() RT_SAFE {
  if (remaining_ < 0.5) return;
  const double target = targetOf(stage_);
  increment_ = (target - level_) / remaining_;
  const double left = (target - asymptote_) / (level_ - asymptote_);
  factor_ = left > 0.0 && left < 1.0 ? std::exp(std::log(left) / remaining_) : 1.0;
}

double AdsrEnvelope::framesOf(Stage stage) const RT_SAFE {
  switch (stage) {
    case Stage::attack: return times_.attackFrames;
    case Stage::decay: return times_.decayFrames;
    case Stage::release: return times_.releaseFrames;
    case Stage::idle:
    case Stage::sustain: break;
  }
  return 0.0;
}

double AdsrEnvelope::targetOf(Stage stage) const RT_SAFE {
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
