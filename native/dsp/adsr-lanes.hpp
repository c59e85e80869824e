// SPDX-License-Identifier: GPL-3.0-or-later
// The envelope of envelope.hpp for eight voices at once. Between two corners every lane is one
// multiplication and one addition a frame, so the loop has no branch; the corners are known ahead.
#pragma once

#include <array>
#include <cstdint>

#include "dsp/envelope.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Shapes as AdsrEnvelope: a straight attack, bent decay and release; each ends exactly after its
/// time, rounded to whole frames. Thread: audio.
class AdsrLanes {
 public:
  static constexpr std::uint32_t kLanes = 8;
  static constexpr std::int32_t kNever = 0x7FFFFFFF;

  /// `smoothFrames`: a lane that is started again from a level above 0 takes at least this long to
  /// reach 1, and a sustain level that is moved while it sounds is followed in this time.
  void prepare(double smoothFrames) RT_SAFE;
  /// For all lanes. A segment under way keeps the part of it that is done.
  void setTimes(const AdsrTimes& times) RT_SAFE;
  void gateOn(std::uint32_t lane) RT_SAFE;
  void gateOff(std::uint32_t lane) RT_SAFE;
  /// Silence at once.
  void reset(std::uint32_t lane) RT_SAFE;
  void reset() RT_SAFE;

  /// How many frames can be rendered before a lane turns its next corner: at least 1.
  [[nodiscard]] std::int32_t framesToCorner() const RT_SAFE;
  /// The levels of `frames` frames, kLanes values each; at most `framesToCorner`.
  void render(float* levels, std::uint32_t frames) RT_SAFE;

  /// False from the frame on at which a release has ended.
  [[nodiscard]] bool isActive(std::uint32_t lane) const RT_SAFE {
    return stage_[lane] != Stage::idle;
  }
  /// Nothing comes any more before the gate opens again: idle, or held at a sustain level of 0.
  [[nodiscard]] bool isSpent(std::uint32_t lane) const RT_SAFE {
    return stage_[lane] == Stage::idle ||
           (stage_[lane] == Stage::sustain && level_[lane] == 0.0 && times_.sustain == 0.0);
  }
  [[nodiscard]] double level(std::uint32_t lane) const RT_SAFE { return level_[lane]; }

 private:
  enum class Stage : std::uint8_t { idle, attack, decay, sustain, release };
  void enter(std::uint32_t lane, Stage stage) RT_SAFE;
  void aim(std::uint32_t lane) RT_SAFE;
  void turnCorners(std::uint32_t lane) RT_SAFE;
  [[nodiscard]] double framesOf(Stage stage) const RT_SAFE;
  [[nodiscard]] double targetOf(Stage stage) const RT_SAFE;

  AdsrTimes times_;
  double smoothFrames_ = 96.0;
  // level = level * factor + increment, every frame.
  std::array<double, kLanes> level_{};
  std::array<double, kLanes> factor_{};
  std::array<double, kLanes> increment_{};
  std::array<double, kLanes> asymptote_{};  ///< where a bent segment would end if it never did
  std::array<std::int32_t, kLanes> remaining_{};
  std::array<Stage, kLanes> stage_{};
};

}  // namespace downbeat::dsp
