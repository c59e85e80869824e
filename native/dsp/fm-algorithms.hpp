// SPDX-License-Identifier: GPL-3.0-or-later
// The eight ways to wire four operators, numbered as on the four-operator instruments of the
// eighties, and how bright a wiring may be before its spectrum folds back.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

struct FmAlgorithm {
  /// Bit m of turnedBy[k]: operator m + 1 turns the phase of operator k + 1.
  std::array<std::uint8_t, 4> turnedBy;
  std::uint8_t heard;  ///< bit k: operator k + 1 is heard; the others only turn
  std::uint8_t carriers;
};

inline constexpr std::array<FmAlgorithm, 8> kFmAlgorithms{{
    {{0b0010, 0b0100, 0b1000, 0}, 0b0001, 1},  // 4 > 3 > 2 > 1
    {{0b0010, 0b1100, 0, 0}, 0b0001, 1},       // (4 + 3) > 2 > 1
    {{0b1010, 0b0100, 0, 0}, 0b0001, 1},       // (4 + (3 > 2)) > 1
    {{0b0110, 0, 0b1000, 0}, 0b0001, 1},       // ((4 > 3) + 2) > 1
    {{0b0010, 0, 0b1000, 0}, 0b0101, 2},       // 2 > 1, 4 > 3
    {{0b1000, 0b1000, 0b1000, 0}, 0b0111, 3},  // 4 > 1, 2, 3
    {{0, 0, 0b1000, 0}, 0b0111, 3},            // 1, 2, 4 > 3
    {{0, 0, 0, 0}, 0b1111, 4},                 // 1, 2, 3, 4
}};

struct FmVoiceSpectrum {
  std::array<double, 4> hz{};
  std::array<float, 4> index{};  ///< radians; of no meaning for an operator that is heard
  float feedback = 0.0F;         ///< index of operator 4 on itself
};

/// The highest feedback whose harmonics above `room` times the pitch lie below -70 dB. Above an
/// index of 1 feedback makes noise, not a spectrum: what is above 1 is kept.
[[nodiscard]] inline float limitedFeedback(float feedback, double room) RT_SAFE {
  const float spare = room > 3.0 ? 0.11F * static_cast<float>(room - 3.0) : 0.0F;
  const float most = spare / (1.0F + spare);
  const float tone = feedback < 1.0F ? feedback : 1.0F;
  return (tone < most ? tone : most) + (feedback - tone);
}

/// Where a carrier's spectrum has fallen to -70 dB, with all indices times `scaleRoot`^3.
///
/// The highest momentary frequency, D = f + sum of I D of those that turn it, and what Bessel
/// functions leak beyond it, 5 I^(1/3) D of each, three quarters of that through another operator.
[[nodiscard]] inline double fmBandwidth(const FmAlgorithm& algorithm, const FmVoiceSpectrum& voice,
                                        const std::array<float, 4>& indexRoot,
                                        std::uint32_t carrier, float scaleRoot) RT_SAFE {
  std::array<double, 4> reach{};
  std::array<double, 4> leak{};
  for (std::uint32_t op = 4; op-- > carrier;) {
    const float fed = op == 3 ? (voice.feedback < 1.0F ? voice.feedback : 1.0F) : 0.0F;
    reach[op] = voice.hz[op] * (1.0 + 3.0 * fed);
    for (std::uint32_t by = op + 1; by < 4; ++by) {
      if ((algorithm.turnedBy[op] >> by & 1U) == 0) continue;
      const double root = scaleRoot * indexRoot[by];
      reach[op] += root * root * root * reach[by];
      leak[op] += root * (5.0 * reach[by] + 0.75 * leak[by]);
    }
  }
  return reach[carrier] + leak[carrier];
}

/// Factors for the indices, 0 to 1, with which every carrier stays below `topHz`.
[[nodiscard]] inline std::array<float, 4> fmIndexScales(const FmAlgorithm& algorithm,
                                                        const FmVoiceSpectrum& voice, double topHz)
    RT_SAFE {
  std::array<float, 4> scales{1.0F, 1.0F, 1.0F, 1.0F};
  std::array<float, 4> indexRoot;
  for (std::uint32_t op = 0; op < 4; ++op) indexRoot[op] = std::cbrt(voice.index[op]);
  for (std::uint32_t carrier = 0; carrier < 4; ++carrier) {
    if ((algorithm.heard >> carrier & 1U) == 0) continue;
    if (fmBandwidth(algorithm, voice, indexRoot, carrier, 1.0F) <= topHz) continue;
    float low = 0.0F;
    float high = 1.0F;
    for (int halving = 0; halving < 12; ++halving) {
      const float middle = 0.5F * (low + high);
      const bool fits = fmBandwidth(algorithm, voice, indexRoot, carrier, middle) <= topHz;
      (fits ? low : high) = middle;
    }
    // Everything that reaches this carrier.
    std::uint32_t tree = 1U << carrier;
    for (std::uint32_t op = carrier; op < 4; ++op) {
      if ((tree >> op & 1U) != 0) tree |= algorithm.turnedBy[op];
    }
    for (std::uint32_t op = carrier + 1; op < 4; ++op) {
      const float scale = low * low * low;
      if ((tree >> op & 1U) != 0 && scale < scales[op]) scales[op] = scale;
    }
  }
  return scales;
}

}  // namespace downbeat::dsp
