// SPDX-License-Identifier: GPL-3.0-or-later
// Four voices of a subtractive synthesizer side by side: up to four pairs of oscillators each,
// noise, a filter and a level. Whoever plays them sets values and slopes; here the sound is made.
#pragma once

#include <array>
#include <cstdint>

#include "dsp/lanes.hpp"
#include "dsp/noise.hpp"
#include "dsp/voice-filter.hpp"
#include "dsp/voice-oscillators.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Slopes are set anew at least this often.
inline constexpr std::uint32_t kVoiceTickFrames = 16;
inline constexpr std::uint32_t kVoiceOscillators = 2;
inline constexpr std::uint32_t kMaxUnison = 4;

enum class VoiceWave : std::uint8_t { saw, square, triangle, sine };

/// What all voices share, for each frame of a tick.
struct VoiceTick {
  using Levels = std::array<float, kVoiceTickFrames>;
  struct Source {
    Levels level{};
    bool isHeard = false;  ///< false when every level is 0
  };
  std::array<VoiceWave, kVoiceOscillators> waves{};
  std::array<Source, kVoiceOscillators> oscillators;
  Source noise;
  FilterTaps taps;
  bool isSteep = false;  ///< two filters in a row, 24 dB an octave
};

/// Thread: audio.
struct VoiceGroup {
  struct Pitch {
    LaneWords phase{};
    LaneWords step{};
    LaneWords slope{};
    LaneTables tables;
  };
  std::array<std::array<Pitch, kMaxUnison>, kVoiceOscillators> pitches;
  std::array<LaneWords, kVoiceOscillators> width{};  ///< of the square, as a phase
  std::array<LaneWords, kVoiceOscillators> widthSlope{};
  LaneWords noiseCounter{};

  /// Gain of an oscillator pair: 0 where there is none, 1 on both sides where there is only one.
  std::array<Lanes, kMaxUnison> left{};
  std::array<Lanes, kMaxUnison> right{};
  std::uint32_t unison = 0;  ///< most pairs of any voice; above 1 the group is stereo

  Lanes g = allLanes(0.1F);
  Lanes gSlope{};
  Lanes damping = allLanes(1.0F);
  Lanes dampingSlope{};
  std::array<VoiceFilter, 2> filters;       ///< left and right; mono uses the left
  std::array<VoiceFilter, 2> steepFilters;  ///< before them, when the tick is steep

  Lanes level{};
  Lanes levelSlope{};

  /// Adds frames `first` to `first + frames` of the tick to left[0..] and right[0..].
  void render(const VoiceTick& tick, const Noise& noise, std::uint32_t first, std::uint32_t frames,
              Lanes* leftOut, Lanes* rightOut) RT_SAFE;
  /// From now on with `count` pairs at most.
  void setUnison(std::uint32_t count) RT_SAFE;
  /// To be called once a tick.
  void flush() RT_SAFE;

 private:
  using Buffer = std::array<Lanes, kVoiceTickFrames>;
  void fillOscillators(const VoiceTick& tick, std::uint32_t pair, std::uint32_t first,
                       std::uint32_t frames, Buffer& out) RT_SAFE;
  void addNoise(const VoiceTick& tick, const Noise& noise, std::uint32_t first,
                std::uint32_t frames, Buffer& out) RT_SAFE;
  void advanceWidths(std::uint32_t frames) RT_SAFE;
};

/// The damping of the first of two filters in a row: with a second of 0.765 they are Butterworth's.
inline constexpr float kSteepDamping = 1.8477591F;
/// A saw, a square and a sine that sound about as loud.
inline constexpr float kSquareLevel = 0.6F;
inline constexpr float kSineLevel = 0.8F;

}  // namespace downbeat::dsp
