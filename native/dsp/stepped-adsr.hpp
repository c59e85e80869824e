// SPDX-License-Identifier: GPL-3.0-or-later
// The envelope of envelope.hpp for those who look at it every few frames and walk straight between:
// it says what it will be some frames ahead, and when its stage ends, exactly.
#pragma once

#include <cstdint>

#include "dsp/envelope.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// The times of an envelope in whole frames, worked out once for many voices. Thread: audio.
class AdsrCurve {
 public:
  /// Steps of this length are the cheap ones.
  static constexpr std::uint32_t kStep = 16;
  struct Bend {
    std::uint32_t frames = 0;
    double logFactor = 0.0;   ///< of a frame, on the way to the asymptote
    double stepFactor = 1.0;  ///< of kStep frames
  };

  /// Returns whether anything is new. Times below 0 and not-a-number are 0.
  bool set(const AdsrTimes& times) RT_SAFE;

  std::uint32_t attackFrames = 0;
  Bend decay;
  Bend release;
  double sustain = 1.0;

 private:
  AdsrTimes times_{-1.0, -1.0, -1.0, -1.0};
};

/// The attack is straight and reaches 1 after its time, also from a level above 0; decay and
/// release are bent like a capacitor's and end exactly after theirs. Thread: audio.
class SteppedAdsr {
 public:
  static constexpr std::uint32_t kForever = 0xFFFFFFFFU;

  void gateOn(const AdsrCurve& curve) RT_SAFE;
  void gateOff(const AdsrCurve& curve) RT_SAFE;
  /// Straight to silence, whatever the curve says.
  void fade(std::uint32_t frames) RT_SAFE;
  void reset() RT_SAFE { *this = {}; }
  /// The curve is another one: a stage under way keeps the part of it that is done.
  void follow(const AdsrCurve& curve) RT_SAFE;

  [[nodiscard]] double level() const RT_SAFE { return level_; }
  /// Range: `frames` up to framesLeft().
  [[nodiscard]] double levelAfter(std::uint32_t frames, const AdsrCurve& curve) const RT_SAFE;
  /// The same, for who will most likely advance by that much: then it is not worked out again.
  double lookAhead(std::uint32_t frames, const AdsrCurve& curve) RT_SAFE {
    ahead_ = levelAfter(frames, curve);
    aheadFrames_ = frames;
    return ahead_;
  }
  void advance(std::uint32_t frames, const AdsrCurve& curve) RT_SAFE {
    if (frames == 0) return;
    level_ = frames == aheadFrames_ ? ahead_ : levelAfter(frames, curve);
    aheadFrames_ = 0;
    if (!isTimed()) return;
    left_ -= frames;
    if (left_ == 0) leave(curve);
  }

  /// Until this stage ends.
  [[nodiscard]] std::uint32_t framesLeft() const RT_SAFE { return isTimed() ? left_ : kForever; }
  /// As far as a straight line is as good as the curve, 1 or more.
  [[nodiscard]] std::uint32_t straightFrames() const RT_SAFE;
  /// False from the frame on at which a release has ended.
  [[nodiscard]] bool isActive() const RT_SAFE { return stage_ != Stage::idle; }
  /// Has it jumped, by a stage without a length, since the last time this was asked?
  bool takeJump() RT_SAFE {
    const bool hasJumped = hasJumped_;
    hasJumped_ = false;
    return hasJumped;
  }

 private:
  enum class Stage : std::uint8_t { idle, attack, decay, sustain, release, fade };
  [[nodiscard]] bool isTimed() const RT_SAFE {
    return stage_ != Stage::idle && stage_ != Stage::sustain;
  }
  [[nodiscard]] const AdsrCurve::Bend& bendOf(const AdsrCurve& curve) const RT_SAFE {
    return stage_ == Stage::decay ? curve.decay : curve.release;
  }
  [[nodiscard]] double target(const AdsrCurve& curve) const RT_SAFE {
    return stage_ == Stage::decay ? curve.sustain : 0.0;
  }
  void enter(Stage stage, const AdsrCurve& curve) RT_SAFE;
  void leave(const AdsrCurve& curve) RT_SAFE;

  Stage stage_ = Stage::idle;
  bool hasJumped_ = false;
  double level_ = 0.0;
  double asymptote_ = 0.0;    // where a bent stage would end if it never did
  std::uint32_t frames_ = 0;  // of this stage
  std::uint32_t left_ = 0;
  std::uint32_t aheadFrames_ = 0;  // 0: nothing looked ahead
  double ahead_ = 0.0;
};

}  // namespace downbeat::dsp
