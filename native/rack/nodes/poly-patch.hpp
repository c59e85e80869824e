// SPDX-License-Identifier: GPL-3.0-or-later
// What the parameters of `poly` mean to its voices, worked out only when they have moved.
#pragma once

#include <array>
#include <cstdint>

#include "dsp/pan.hpp"
#include "dsp/stepped-adsr.hpp"
#include "dsp/voice-group.hpp"
#include "rack/nodes/poly-params.hpp"
#include "rack/param-bank.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack::poly {

enum class LfoWave : std::uint8_t { sine, triangle, saw, square, random };

/// Thread: audio.
struct Patch {
  /// Of `count` stacked oscillator pairs, one.
  struct Stacked {
    double ratio = 1.0;  ///< of its pitch
    float left = 1.0F;
    float right = 1.0F;
  };
  using Stack = std::array<Stacked, dsp::kMaxUnison>;

  void update(const ParamBank& params, double sampleRate) RT_SAFE;

  // Pitch. The versions grow when what they name has changed.
  std::array<dsp::VoiceWave, dsp::kVoiceOscillators> waves{};
  std::array<double, dsp::kVoiceOscillators> ratios{1.0, 1.0};
  std::array<Stack, dsp::kMaxUnison> stacks;  ///< stacks[n - 1] has n pairs
  std::uint32_t pitchVersion = 0;
  std::uint32_t unison = 1;
  std::uint32_t voices = 8;
  std::uint32_t glideFrames = 0;
  float phaseSpread = 1.0F;

  // Sound.
  std::array<float, dsp::kVoiceOscillators> pulseWidths{};
  std::array<float, dsp::kVoiceOscillators> levels{};
  float noise = 0.0F;
  float left = 0.0F;
  float right = 0.0F;

  // Filter.
  dsp::FilterTaps taps;
  bool isSteep = false;
  float damping = 1.0F;
  float cutoffOctaves = -5.0F;  ///< above the sample rate
  float keytrack = 0.0F;        ///< octaves a semitone
  float envOctaves = 0.0F;
  float velocityOctaves = 0.0F;

  dsp::AdsrCurve amp;
  dsp::AdsrCurve filter;
  std::uint32_t curveVersion = 0;

  LfoWave lfoWave = LfoWave::sine;
  double lfoCyclesPerFrame = 0.0;
  double lfoBeats = 0.0;
  bool isLfoRetriggered = false;
  float lfoPitchOctaves = 0.0F;
  float lfoPulseWidth = 0.0F;
  float lfoCutoffOctaves = 0.0F;

 private:
  void updatePitch(const ParamBank& params) RT_SAFE;
  void updateStacks(float cents, float width) RT_SAFE;
  void updateFilter(const ParamBank& params, double sampleRate) RT_SAFE;

  std::array<float, 10> pitchInputs_{};
  float stackCents_ = -1.0F;
  float stackWidth_ = -1.0F;
};

}  // namespace downbeat::rack::poly
