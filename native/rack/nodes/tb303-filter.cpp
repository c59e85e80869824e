// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/tb303-filter.hpp"

#include "dsp/fast-math.hpp"
#include "rack/nodes/tb303-params.hpp"

namespace downbeat::rack {
namespace {

using Param = Tb303Param;

constexpr float kMinCutoffHz = 20.0F;
constexpr float kMaxCutoffHz = 18000.0F;
constexpr float kEnvelopeOctaves = 5.0F;
constexpr float kAccentOctaves = 2.0F;
constexpr float kAccentResonance = 0.12F;
constexpr std::uint32_t kControlFrames = 8;  // 0.17 ms at 48 kHz

}  // namespace

void Tb303Filter::reset() RT_SAFE {
  ladder_.reset();
  stateVariable_.reset();
  jump();
}

void Tb303Filter::update(const ParamBank& params) RT_SAFE {
  // CC74 moves from the set cutoff (0) up to fully open (1), evenly in octaves.
  const float base = dsp::fastLog2(params[Param::kCutoffHz]);
  const float open = dsp::fastLog2(kMaxCutoffHz);
  cutoffOctave_ = base + (open - base) * params[Param::kCc74];
  resonance_ = dsp::clampTo(params[Param::kResonance] + params[Param::kCc71], 0.0F, 1.0F);
  envelopeOctaves_ =
      kEnvelopeOctaves * dsp::clampTo(params[Param::kEnvMod] + params[Param::kCc1], 0.0F, 1.0F);
  keytrack_ = params[Param::kKeytrack];
  isStateVariable_ = params[Param::kFilterAlgo] >= 0.5F;
  type_ = static_cast<int>(params[Param::kFilterType] + 0.5F);
  jump();
}

float Tb303Filter::next(float in, const Motion& motion) RT_SAFE {
  if (framesToControl_ == 0) control(motion);
  --framesToControl_;
  auto chosen = [this](const auto& out)
                    RT_SAFE { return type_ == 0 ? out.low : (type_ == 1 ? out.band : out.high); };
  return isStateVariable_ ? chosen(stateVariable_.next(in)) : chosen(ladder_.next(in));
}

void Tb303Filter::control(const Motion& motion) RT_SAFE {
  framesToControl_ = kControlFrames;
  const float octave = cutoffOctave_ + envelopeOctaves_ * motion.envelope +
                       kAccentOctaves * motion.sweep +
                       motion.semitones * (1.0F / 12.0F) * keytrack_;
  const float hz = dsp::clampTo(dsp::fastExp2(octave), kMinCutoffHz, kMaxCutoffHz);
  const float cutoff = hz / sampleRate_;
  const float resonance = dsp::clampTo(resonance_ + kAccentResonance * motion.accent, 0.0F, 1.0F);
  const float q = 0.6F + 14.0F * resonance * resonance;
  if (isJump_ && isStateVariable_)
    stateVariable_.jumpTo(cutoff, q);
  else if (isJump_)
    ladder_.jumpTo(cutoff, resonance);
  else if (isStateVariable_)
    stateVariable_.glideTo(cutoff, q, kControlFrames);
  else
    ladder_.glideTo(cutoff, resonance, kControlFrames);
  isJump_ = false;
}

}  // namespace downbeat::rack
