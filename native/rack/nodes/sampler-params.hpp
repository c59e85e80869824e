// SPDX-License-Identifier: GPL-3.0-or-later
// What a sampler can be told.
#pragma once

#include <array>
#include <cstddef>

#include "rack/param-table.hpp"

namespace downbeat::rack::sampler {

enum Param : std::size_t {
  kNote,
  kRoot,
  kTune,
  kFine,
  kStart,
  kEnd,
  kReverse,
  kLoop,
  kSlices,
  kSlice,
  kSliceBy,
  kAttackMs,
  kDecayMs,
  kSustain,
  kReleaseMs,
  kGateMs,
  kGateBeats,
  kOneShot,
  kFadeMs,
  kCutoffHz,
  kResonance,
  kVelocity,
  kVelocitySense,
  kChoke,
  kPan,
  kGain,
  kVoices,
  kCount
};

/// The low-pass is not there.
inline constexpr float kOpenHz = 20000.0F;

inline constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "NOTE_SEMITONES", "noteSemitones", "semitones", 0.0F, 127.0F, 60.0F, Smoothing::step},
    {2, "ROOT_SEMITONES", "rootSemitones", "semitones", 0.0F, 127.0F, 60.0F, Smoothing::step},
    {3, "TUNE_SEMITONES", "tuneSemitones", "semitones", -48.0F, 48.0F, 0.0F, Smoothing::linear},
    {4, "FINE_CENTS", "fineCents", "cents", -100.0F, 100.0F, 0.0F, Smoothing::linear},
    {5, "START", "start", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
    {6, "END", "end", "", 0.0F, 1.0F, 1.0F, Smoothing::step},
    {7, "REVERSE", "reverse", "", 0.0F, 1.0F, 0.0F, Smoothing::step, "off on"},
    {8, "LOOP", "loop", "", 0.0F, 1.0F, 0.0F, Smoothing::step, "off on"},
    {9, "SLICES", "slices", "", 1.0F, 64.0F, 1.0F, Smoothing::step},
    {10, "SLICE", "slice", "", 0.0F, 63.0F, 0.0F, Smoothing::step},
    {11, "SLICE_BY", "sliceBy", "", 0.0F, 1.0F, 0.0F, Smoothing::step, "number note"},
    {12, "ATTACK_MS", "attackMs", "ms", 0.0F, 5000.0F, 0.0F, Smoothing::linear},
    {13, "DECAY_MS", "decayMs", "ms", 0.0F, 5000.0F, 0.0F, Smoothing::linear},
    {14, "SUSTAIN", "sustain", "", 0.0F, 1.0F, 1.0F, Smoothing::linear},
    {15, "RELEASE_MS", "releaseMs", "ms", 0.0F, 10000.0F, 10.0F, Smoothing::linear},
    {16, "GATE_MS", "gateMs", "ms", 0.0F, 10000.0F, 0.0F, Smoothing::step},
    {17, "GATE_BEATS", "gateBeats", "beats", 0.0F, 64.0F, 0.0F, Smoothing::step},
    {18, "ONE_SHOT", "oneShot", "", 0.0F, 1.0F, 0.0F, Smoothing::step, "off on"},
    {19, "FADE_MS", "fadeMs", "ms", 0.0F, 100.0F, 2.0F, Smoothing::step},
    {20, "CUTOFF_HZ", "cutoffHz", "Hz", 20.0F, kOpenHz, kOpenHz, Smoothing::exponential},
    {21, "RESONANCE", "resonance", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {22, "VELOCITY", "velocity", "", 0.0F, 1.0F, 1.0F, Smoothing::step},
    {23, "VELOCITY_SENSE", "velocitySense", "", 0.0F, 1.0F, 1.0F, Smoothing::step},
    {24, "CHOKE", "choke", "", 0.0F, 16.0F, 0.0F, Smoothing::step},
    {25, "PAN", "pan", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {26, "GAIN", "gain", "", 0.0F, 2.0F, 1.0F, Smoothing::linear},
    {27, "VOICES", "voices", "", 1.0F, 64.0F, 64.0F, Smoothing::step},
}};

inline constexpr std::array<TextInfo, 3> kTexts{{
    {"file", "One sound file: WAV, FLAC, OGG and others, mono or stereo.", true, false},
    {"kit", "A kit file: sounds with their notes and velocities. Instead of `file`.", true, false},
    {"load", "Where long sounds play from.", false, false, "auto memory disk"},
}};

}  // namespace downbeat::rack::sampler
