// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/poly-patch.hpp"

#include <cmath>

#include "dsp/fast-math.hpp"

namespace downbeat::rack::poly {
namespace {

constexpr double kBendSemitones = 2.0;
// One voice at full gain leaves room for a chord.
constexpr float kHeadroom = 0.6F;
// Resonance is loud: what goes in gets softer.
constexpr float kResonanceDip = 0.5F;
// From 2 (two poles on the real axis) down to a q of 25.
constexpr float kMostDamping = 2.0F;
constexpr float kLeastDamping = 0.04F;

// Where in detune and in the stereo picture each pair of a stack lies, -1 to 1. The order differs
// between the two, so that high is not always right.
struct Place {
  float detune;
  float pan;
};
constexpr Place kPlaces[dsp::kMaxUnison][dsp::kMaxUnison] = {
    {{0.0F, 0.0F}},
    {{-1.0F, -1.0F}, {1.0F, 1.0F}},
    {{-1.0F, -1.0F}, {0.0F, 0.0F}, {1.0F, 1.0F}},
    {{-1.0F, -1.0F}, {-1.0F / 3, 1.0F / 3}, {1.0F / 3, -1.0F / 3}, {1.0F, 1.0F}},
};

std::uint32_t wholeOf(float value) RT_SAFE { return static_cast<std::uint32_t>(value + 0.5F); }

}  // namespace

void Patch::update(const ParamBank& params, double sampleRate) RT_SAFE {
  updatePitch(params);
  updateStacks(params[kUnisonDetuneCents], params[kWidth]);
  updateFilter(params, sampleRate);

  unison = wholeOf(params[kUnison]);
  voices = wholeOf(params[kVoices]);
  const double framesPerMs = 0.001 * sampleRate;
  glideFrames = static_cast<std::uint32_t>(params[kGlideMs] * framesPerMs + 0.5);
  phaseSpread = params[kPhaseSpread];

  pulseWidths = {params[kOsc1PulseWidth], params[kOsc2PulseWidth]};
  const float into = 1.0F - kResonanceDip * params[kResonance];
  levels = {into * (1.0F - params[kOscMix]), into * params[kOscMix]};
  noise = into * params[kNoise];
  const dsp::PanGains pan = dsp::panGains(params[kPan]);
  left = kHeadroom * params[kGain] * pan.left;
  right = kHeadroom * params[kGain] * pan.right;

  const bool isAmpNew =
      amp.set({params[kAmpAttackMs] * framesPerMs, params[kAmpDecayMs] * framesPerMs,
               params[kAmpSustain], params[kAmpReleaseMs] * framesPerMs});
  const bool isFilterNew =
      filter.set({params[kFilterAttackMs] * framesPerMs, params[kFilterDecayMs] * framesPerMs,
                  params[kFilterSustain], params[kFilterReleaseMs] * framesPerMs});
  if (isAmpNew || isFilterNew) ++curveVersion;

  lfoWave = static_cast<LfoWave>(wholeOf(params[kLfoWave]));
  lfoCyclesPerFrame = params[kLfoHz] / sampleRate;
  lfoBeats = params[kLfoBeats];
  isLfoRetriggered = params[kLfoRetrigger] >= 0.5F;
  lfoPitchOctaves = params[kLfoPitchCents] * (1.0F / 1200.0F);
  lfoPulseWidth = params[kLfoPulseWidth];
  lfoCutoffOctaves = params[kLfoCutoffOctaves];
}

void Patch::updatePitch(const ParamBank& params) RT_SAFE {
  const std::array<float, 10> inputs{
      params[kOsc1Wave],      params[kOsc1Octave], params[kOsc1Semitones], params[kOsc1Cents],
      params[kOsc2Wave],      params[kOsc2Octave], params[kOsc2Semitones], params[kOsc2Cents],
      params[kTuneSemitones], params[kPitchBend],
  };
  if (inputs == pitchInputs_ && pitchVersion > 0) return;
  pitchInputs_ = inputs;
  ++pitchVersion;
  const double tune = inputs[8] + kBendSemitones * inputs[9];
  for (std::size_t o = 0; o < waves.size(); ++o) {
    const float* own = inputs.data() + 4 * o;
    waves[o] = static_cast<dsp::VoiceWave>(wholeOf(own[0]));
    const double semitones = 12.0 * std::round(own[1]) + own[2] + 0.01 * own[3] + tune;
    ratios[o] = std::exp2(semitones / 12.0);
  }
}

void Patch::updateStacks(float cents, float width) RT_SAFE {
  if (cents != stackCents_) ++pitchVersion;
  if (cents == stackCents_ && width == stackWidth_) return;
  stackCents_ = cents;
  stackWidth_ = width;
  for (std::uint32_t count = 1; count <= dsp::kMaxUnison; ++count) {
    for (std::uint32_t pair = 0; pair < count; ++pair) {
      const Place& place = kPlaces[count - 1][pair];
      Stacked& one = stacks[count - 1][pair];
      one.ratio = std::exp2(static_cast<double>(place.detune) * cents / 1200.0);
      if (count == 1) continue;  // exactly 1 on both sides
      // As loud together as one alone.
      const float level = std::sqrt(2.0F / static_cast<float>(count));
      const dsp::PanGains pan = dsp::panGains(place.pan * width);
      one.left = level * pan.left;
      one.right = level * pan.right;
    }
  }
}

void Patch::updateFilter(const ParamBank& params, double sampleRate) RT_SAFE {
  switch (wholeOf(params[kFilterType])) {
    case 1: taps = {0.0F, 1.0F, 0.0F}; break;
    case 2: taps = {0.0F, 0.0F, 1.0F}; break;
    case 3: taps = {1.0F, 0.0F, 1.0F}; break;
    default: taps = {1.0F, 0.0F, 0.0F}; break;
  }
  isSteep = params[kFilterSlope] >= 0.5F;
  damping = kMostDamping + (kLeastDamping - kMostDamping) * params[kResonance];
  cutoffOctaves = dsp::fastLog2(params[kCutoffHz] / static_cast<float>(sampleRate));
  keytrack = params[kKeytrack] * (1.0F / 12.0F);
  envOctaves = params[kFilterEnvOctaves];
  velocityOctaves = params[kFilterVelocityOctaves];
}

}  // namespace downbeat::rack::poly
