// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of `poly`: its table is a schema, what follows from the values is in poly-patch.
#pragma once

#include <array>
#include <cstddef>

#include "rack/param-table.hpp"

namespace downbeat::rack::poly {

enum Param : std::size_t {
  kOsc1Wave,
  kOsc1Octave,
  kOsc1Semitones,
  kOsc1Cents,
  kOsc1PulseWidth,
  kOsc2Wave,
  kOsc2Octave,
  kOsc2Semitones,
  kOsc2Cents,
  kOsc2PulseWidth,
  kOscMix,
  kNoise,
  kPhaseSpread,
  kFilterType,
  kFilterSlope,
  kCutoffHz,
  kResonance,
  kKeytrack,
  kFilterEnvOctaves,
  kFilterVelocityOctaves,
  kFilterAttackMs,
  kFilterDecayMs,
  kFilterSustain,
  kFilterReleaseMs,
  kAmpAttackMs,
  kAmpDecayMs,
  kAmpSustain,
  kAmpReleaseMs,
  kLfoWave,
  kLfoHz,
  kLfoBeats,
  kLfoRetrigger,
  kLfoPitchCents,
  kLfoPulseWidth,
  kLfoCutoffOctaves,
  kGlideMs,
  kVoices,
  kUnison,
  kUnisonDetuneCents,
  kWidth,
  kTuneSemitones,
  kNote,
  kGateMs,
  kVelocity,
  kVelocitySensitivity,
  kGain,
  kPan,
  kPitchBend,
  kCount
};

inline constexpr const char* kWaves = "saw|sawtooth square|pulse triangle|tri sine";
inline constexpr Smoothing kStepped = Smoothing::step;
inline constexpr Smoothing kLinear = Smoothing::linear;
inline constexpr Smoothing kExponential = Smoothing::exponential;

// clang-format off
inline constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "OSC1_WAVE", "osc1Wave", "", 0.0F, 3.0F, 0.0F, kStepped, kWaves},
    {2, "OSC1_OCTAVE", "osc1Octave", "octaves", -4.0F, 4.0F, 0.0F, kStepped},
    {3, "OSC1_SEMITONES", "osc1Semitones", "semitones", -12.0F, 12.0F, 0.0F, kLinear},
    {4, "OSC1_CENTS", "osc1Cents", "cents", -100.0F, 100.0F, -4.0F, kLinear},
    {5, "OSC1_PULSE_WIDTH", "osc1PulseWidth", "", 0.05F, 0.95F, 0.5F, kLinear},
    {6, "OSC2_WAVE", "osc2Wave", "", 0.0F, 3.0F, 0.0F, kStepped, kWaves},
    {7, "OSC2_OCTAVE", "osc2Octave", "octaves", -4.0F, 4.0F, 0.0F, kStepped},
    {8, "OSC2_SEMITONES", "osc2Semitones", "semitones", -12.0F, 12.0F, 0.0F, kLinear},
    {9, "OSC2_CENTS", "osc2Cents", "cents", -100.0F, 100.0F, 4.0F, kLinear},
    {10, "OSC2_PULSE_WIDTH", "osc2PulseWidth", "", 0.05F, 0.95F, 0.5F, kLinear},
    {11, "OSC_MIX", "oscMix", "", 0.0F, 1.0F, 0.5F, kLinear},
    {12, "NOISE", "noise", "", 0.0F, 1.0F, 0.0F, kLinear},
    {13, "PHASE_SPREAD", "phaseSpread", "", 0.0F, 1.0F, 0.6F, kStepped},
    {20, "FILTER_TYPE", "filterType", "", 0.0F, 3.0F, 0.0F, kStepped, "lowpass|lp bandpass|bp highpass|hp notch"},
    {21, "FILTER_SLOPE", "filterSlope", "", 0.0F, 1.0F, 1.0F, kStepped, "12db 24db"},
    {22, "CUTOFF_HZ", "cutoff", "Hz", 20.0F, 18000.0F, 700.0F, kExponential},
    {23, "RESONANCE", "resonance", "", 0.0F, 1.0F, 0.25F, kLinear},
    {24, "KEYTRACK", "keytrack", "", 0.0F, 1.0F, 0.5F, kLinear},
    {25, "FILTER_ENV_OCTAVES", "filterEnvOctaves", "octaves", -8.0F, 8.0F, 2.0F, kLinear},
    {26, "FILTER_VELOCITY_OCTAVES", "filterVelocityOctaves", "octaves", -4.0F, 4.0F, 0.0F, kLinear},
    {27, "FILTER_ATTACK_MS", "filterAttackMs", "ms", 0.0F, 10000.0F, 20.0F, kLinear},
    {28, "FILTER_DECAY_MS", "filterDecayMs", "ms", 0.0F, 10000.0F, 900.0F, kLinear},
    {29, "FILTER_SUSTAIN", "filterSustain", "", 0.0F, 1.0F, 0.4F, kLinear},
    {30, "FILTER_RELEASE_MS", "filterReleaseMs", "ms", 1.0F, 10000.0F, 600.0F, kLinear},
    {31, "AMP_ATTACK_MS", "ampAttackMs", "ms", 0.0F, 10000.0F, 8.0F, kLinear},
    {32, "AMP_DECAY_MS", "ampDecayMs", "ms", 0.0F, 10000.0F, 1200.0F, kLinear},
    {33, "AMP_SUSTAIN", "ampSustain", "", 0.0F, 1.0F, 0.8F, kLinear},
    {34, "AMP_RELEASE_MS", "ampReleaseMs", "ms", 1.0F, 10000.0F, 450.0F, kLinear},
    {40, "LFO_WAVE", "lfoWave", "", 0.0F, 4.0F, 0.0F, kStepped, "sine triangle|tri saw|sawtooth square random"},
    {41, "LFO_HZ", "lfoHz", "Hz", 0.01F, 40.0F, 0.35F, kExponential},
    {42, "LFO_BEATS", "lfoBeats", "beats", 0.0F, 64.0F, 0.0F, kStepped},
    {43, "LFO_RETRIGGER", "lfoRetrigger", "", 0.0F, 1.0F, 0.0F, kStepped, "off on"},
    {44, "LFO_PITCH_CENTS", "lfoPitchCents", "cents", 0.0F, 1200.0F, 0.0F, kLinear},
    {45, "LFO_PULSE_WIDTH", "lfoPulseWidth", "", 0.0F, 0.45F, 0.15F, kLinear},
    {46, "LFO_CUTOFF_OCTAVES", "lfoCutoffOctaves", "octaves", 0.0F, 4.0F, 0.2F, kLinear},
    {50, "GLIDE_MS", "glideMs", "ms", 0.0F, 5000.0F, 0.0F, kLinear},
    {51, "VOICES", "voices", "", 1.0F, 8.0F, 8.0F, kStepped},
    {52, "UNISON", "unison", "", 1.0F, 4.0F, 2.0F, kStepped},
    {53, "UNISON_DETUNE_CENTS", "unisonDetuneCents", "cents", 0.0F, 100.0F, 7.0F, kLinear},
    {54, "WIDTH", "width", "", 0.0F, 1.0F, 0.5F, kLinear},
    {60, "TUNE_SEMITONES", "tune", "semitones", -24.0F, 24.0F, 0.0F, kLinear},
    {61, "NOTE_SEMITONES", "note", "semitones", 0.0F, 127.0F, 48.0F, kStepped},
    {62, "GATE_MS", "gateMs", "ms", 1.0F, 10000.0F, 400.0F, kStepped},
    {63, "VELOCITY", "velocity", "", 0.0F, 1.0F, 1.0F, kStepped},
    {64, "VELOCITY_SENSITIVITY", "velocitySensitivity", "", 0.0F, 1.0F, 1.0F, kStepped},
    {65, "GAIN", "gain", "", 0.0F, 1.5F, 0.8F, kLinear},
    {66, "PAN", "pan", "", -1.0F, 1.0F, 0.0F, kLinear},
    {105, "PITCH_BEND", "pitchBend", "", -1.0F, 1.0F, 0.0F, kLinear},
}};
// clang-format on

}  // namespace downbeat::rack::poly
