// SPDX-License-Identifier: GPL-3.0-or-later
// Four sine operators that turn each other's phases, eight voices side by side, at twice the sample
// rate. Who turns whom is a row of factors for each voice, so no loop branches.
#pragma once

#include <array>
#include <cstdint>

#include "dsp/half-band.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: audio.
class FmOperators {
 public:
  static constexpr std::uint32_t kVoices = 8;
  static constexpr std::uint32_t kOperators = 4;
  static constexpr std::uint32_t kMaxFrames = 16;
  /// A modulator's gain is its index in this unit: 2^-24 of a turn.
  static constexpr float kUnitsPerRadian = 0x1p24F / 6.2831853F;

  template <typename T>
  using PerVoice = std::array<T, kVoices>;
  template <typename T>
  using PerOperator = std::array<PerVoice<T>, kOperators>;

  /// Which operator (first index, 0 is operator 1) is turned by which higher one, and which are
  /// heard: 0 or 1.
  struct Routes {
    PerVoice<float> from4To3{}, from4To2{}, from4To1{}, from3To2{}, from3To1{}, from2To1{};
    PerOperator<float> heard{};
  };

  /// What a frame adds to steps and gains, so that they move in straight lines.
  struct Moving {
    PerOperator<std::uint32_t> step{};  ///< of half a frame, a fraction of 2^32
    PerOperator<float> gain{};          ///< level when heard, index in units when not
    PerVoice<float> feedback{};         ///< of operator 4, index in units at full envelope
  };

  void reset() RT_SAFE { *this = FmOperators{}; }
  /// Phases as at the first note, with nothing fed back.
  void restart(std::uint32_t voice) RT_SAFE;
  /// What `voice` said last.
  [[nodiscard]] float last(std::uint32_t voice) const RT_SAFE { return last_[voice]; }
  [[nodiscard]] bool isMoving() const RT_SAFE { return isMoving_; }

  /// Reaches `goal` in straight lines in `frames` frames, or at once for 0.
  void aim(std::uint32_t voice, std::uint32_t frames) RT_SAFE;
  /// All voices arrive exactly where they were sent; then nothing moves.
  void arrive() RT_SAFE;

  /// Levels of the envelopes: kVoices values a frame for each operator. Writes two values a frame.
  /// `voices` says how many of the first voices may sound; the others' levels must be 0.
  void render(const std::array<const float*, kOperators>& levels, float* out, std::uint32_t frames,
              std::uint32_t voices) RT_SAFE;

  Routes routes;
  Moving goal;

 private:
  template <std::uint32_t kGroups>
  void renderGroups(const std::array<const float*, kOperators>& levels, float* out,
                    std::uint32_t frames) RT_SAFE;

  Moving now_;
  Moving delta_;
  PerOperator<std::uint32_t> phase_{};
  std::array<PerVoice<float>, 2> fedBack_{};  ///< operator 4 one and two half frames ago
  PerVoice<float> last_{};
  bool isMoving_ = false;
};

}  // namespace downbeat::dsp
