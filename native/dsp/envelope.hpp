// SPDX-License-Identifier: GPL-3.0-or-later
// Envelopes whose times are exact to the frame: an exponential decay by its time constant, and an
// attack-decay-sustain-release that arrives where it should, when it should.
#pragma once

#include <cmath>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Falls to 37 % (-8.7 dB) in its time constant, for ever. Thread: audio.
class DecayEnvelope {
 public:
  /// Range: above 0 frames. A running decay goes on from where it is.
  void setTimeConstant(double frames) RT_SAFE { factor_ = std::exp(-1.0 / frames); }
  void start(double level) RT_SAFE { level_ = level; }
  /// The level of this frame; the next call is the next frame's.
  double next() RT_SAFE {
    const double level = level_;
    level_ = level > kSilence ? level * factor_ : 0.0;
    return level;
  }
  [[nodiscard]] double level() const RT_SAFE { return level_; }

 private:
  static constexpr double kSilence = 1.0e-7;  // -140 dB
  double level_ = 0.0;
  double factor_ = 0.0;
};

/// How much of a bent segment is left when it is cut: 1 % of the way to its asymptote.
inline constexpr double kBend = 0.01;

struct AdsrTimes {
  double attackFrames = 0.0;
  double decayFrames = 0.0;
  double sustain = 1.0;  ///< level, 0 to 1
  double releaseFrames = 0.0;
};

/// The attack is straight and reaches 1 after its time, also from a level above 0; decay and
/// release are bent like a capacitor's and end exactly after theirs. Thread: audio.
class AdsrEnvelope {
 public:
  /// A segment under way keeps the part of it that is done.
  void setTimes(const AdsrTimes& times) RT_SAFE;
  void gateOn() RT_SAFE;
  void gateOff() RT_SAFE;
  void reset() RT_SAFE;
  /// The level of this frame; the next call is the next frame's.
  double next() RT_SAFE;
  /// False from the frame on at which a release has ended.
  [[nodiscard]] bool isActive() const RT_SAFE { return stage_ != Stage::idle; }
  /// At rest on its sustain level: `next` says the same until a gate or a time changes.
  [[nodiscard]] bool isSteady() const RT_SAFE {
    return stage_ == Stage::sustain && level_ == times_.sustain;
  }

 private:
  enum class Stage : std::uint8_t { idle, attack, decay, sustain, release };
  void enter(Stage stage) RT_SAFE;
  void aim() RT_SAFE;
  [[nodiscard]] double asymptoteFrom(double level) const RT_SAFE;
  [[nodiscard]] double framesOf(Stage stage) const RT_SAFE;
  [[nodiscard]] double targetOf(Stage stage) const RT_SAFE;

  AdsrTimes times_;
  Stage stage_ = Stage::idle;
  double level_ = 0.0;
  double remaining_ = 0.0;  // frames of this stage
  double asymptote_ = 0.0;  // where a bent segment would end if it never did
  double factor_ = 1.0;
  double increment_ = 0.0;
};

}  // namespace downbeat::dsp
