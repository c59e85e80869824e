// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/stepped-adsr.hpp"

#include <cmath>

namespace downbeat::dsp {
namespace {

constexpr double kLogBend = -4.605170185988091;  // of kBend
// A sustain level that is moved while it sounds is followed in about 2 ms.
constexpr double kSustainLog = -0.01;
constexpr double kSustainStep = 0.8521437889662113;  // e^(16 * -0.01)
constexpr double kArrived = 1.0e-7;
// A straight line instead of a sixteenth of a bent stage is off by less than a percent of the step.
constexpr std::uint32_t kPieces = 16;

std::uint32_t framesIn(double frames) RT_SAFE {
  return frames > 0.0 ? static_cast<std::uint32_t>(frames < 4.0e9 ? frames + 0.5 : 4.0e9) : 0;
}

AdsrCurve::Bend bendFor(double time) RT_SAFE {
  const std::uint32_t frames = framesIn(time);
  if (frames == 0) return {};
  const double log = kLogBend / frames;
  return {frames, log, std::exp(AdsrCurve::kStep * log)};
}

}  // namespace

bool AdsrCurve::set(const AdsrTimes& times) RT_SAFE {
  const bool isSame = times.attackFrames == times_.attackFrames &&
                      times.decayFrames == times_.decayFrames && times.sustain == times_.sustain &&
                      times.releaseFrames == times_.releaseFrames;
  if (isSame) return false;
  if (times.decayFrames != times_.decayFrames) decay = bendFor(times.decayFrames);
  if (times.releaseFrames != times_.releaseFrames) release = bendFor(times.releaseFrames);
  attackFrames = framesIn(times.attackFrames);
  sustain = times.sustain;
  times_ = times;
  return true;
}

void SteppedAdsr::gateOn(const AdsrCurve& curve) RT_SAFE { enter(Stage::attack, curve); }

void SteppedAdsr::gateOff(const AdsrCurve& curve) RT_SAFE {
  if (stage_ == Stage::idle || stage_ == Stage::release || stage_ == Stage::fade) return;
  enter(Stage::release, curve);
}

void SteppedAdsr::fade(std::uint32_t frames) RT_SAFE {
  stage_ = Stage::fade;
  aheadFrames_ = 0;
  frames_ = left_ = frames > 0 ? frames : 1;
}

void SteppedAdsr::follow(const AdsrCurve& curve) RT_SAFE {
  aheadFrames_ = 0;
  if (!isTimed() || stage_ == Stage::fade) return;
  const std::uint32_t frames = stage_ == Stage::attack ? curve.attackFrames : bendOf(curve).frames;
  if (frames != frames_) {
    left_ = framesIn(static_cast<double>(left_) * frames / frames_);
    frames_ = frames;
  }
  if (left_ == 0) return leave(curve);
  if (stage_ == Stage::attack) return;
  const double rest = std::exp(bendOf(curve).logFactor * left_);
  // A hair's breadth before its end it goes straight, by an asymptote far away.
  asymptote_ = (target(curve) - rest * level_) / (1.0 - rest);
}

double SteppedAdsr::levelAfter(std::uint32_t frames, const AdsrCurve& curve) const RT_SAFE {
  switch (stage_) {
    case Stage::idle: return 0.0;
    case Stage::attack: return level_ + (1.0 - level_) * frames / left_;
    case Stage::fade: return level_ * (left_ - frames) / left_;
    case Stage::sustain: {
      const double distance = level_ - curve.sustain;
      if (std::fabs(distance) < kArrived) return curve.sustain;
      return curve.sustain +
             distance *
                 (frames == AdsrCurve::kStep ? kSustainStep : std::exp(kSustainLog * frames));
    }
    case Stage::decay:
    case Stage::release: break;
  }
  if (frames == left_) return target(curve);
  const AdsrCurve::Bend& bend = bendOf(curve);
  return asymptote_ +
         (level_ - asymptote_) *
             (frames == AdsrCurve::kStep ? bend.stepFactor : std::exp(bend.logFactor * frames));
}

std::uint32_t SteppedAdsr::straightFrames() const RT_SAFE {
  if (stage_ != Stage::decay && stage_ != Stage::release) return framesLeft();
  const std::uint32_t piece = frames_ < kPieces ? 1 : frames_ / kPieces;
  return piece < left_ ? piece : left_;
}

void SteppedAdsr::enter(Stage stage, const AdsrCurve& curve) RT_SAFE {
  stage_ = stage;
  aheadFrames_ = 0;
  if (!isTimed()) return;
  frames_ = left_ = stage == Stage::attack ? curve.attackFrames : bendOf(curve).frames;
  if (left_ == 0) {
    hasJumped_ = true;
    return leave(curve);
  }
  const double goal = target(curve);
  asymptote_ = goal - (level_ - goal) * (kBend / (1.0 - kBend));
}

void SteppedAdsr::leave(const AdsrCurve& curve) RT_SAFE {
  switch (stage_) {
    case Stage::attack: level_ = 1.0; return enter(Stage::decay, curve);
    case Stage::decay: level_ = curve.sustain; break;
    case Stage::release:
    case Stage::fade: level_ = 0.0; break;
    case Stage::idle:
    case Stage::sustain: break;
  }
  // What has decayed to nothing stays nothing, also when the gate is still open.
  stage_ = stage_ == Stage::decay && level_ > 0.0 ? Stage::sustain : Stage::idle;
}

}  // namespace downbeat::dsp
