// SPDX-License-Identifier: GPL-3.0-or-later
// Four levels that follow four signals: up with an attack, held, down with a release.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "dsp/lanes.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// A peak is caught at once, held for its time and then falls to 1/e in each release. The level
/// makes 63 % of its way up to that peak in each attack, and falls with it. With a hold of half a
/// period or more the level of a steady tone is its peak, without ripple.
/// Thread: audio.
class LevelFollowers {
 public:
  /// Of all four. Range: above 0 frames.
  void setTimes(double attackFrames, double releaseFrames) RT_SAFE {
    attack_ = static_cast<float>(1.0 - std::exp(-1.0 / attackFrames));
    fall_ = static_cast<float>(std::exp(-1.0 / releaseFrames));
  }
  /// Whole frames, below 2^24. A hold under way keeps what it has left, at most `frames`.
  void setHold(std::uint32_t lane, std::uint32_t frames) RT_SAFE {
    hold_[lane] = static_cast<float>(frames);
    if (left_[lane] > hold_[lane]) left_[lane] = hold_[lane];
  }
  /// `size`: how large the signals are at this frame, 0 or more.
  Lanes next(Lanes size) RT_SAFE {
    const LaneBits isHigher = size > peak_;
    // The next peak of a tone may fall between two frames: nearly as high is high enough.
    const LaneBits isCaught = size >= peak_ * kNear;
    const LaneBits isHeld = left_ > 0.0F;
    left_ = isCaught ? hold_ : (isHeld ? left_ - 1.0F : left_);
    const Lanes fallen = size + (peak_ - size) * fall_;
    peak_ = flushed(isHigher ? size : ((isCaught | isHeld) ? peak_ : fallen));
    const Lanes risen = level_ + (peak_ - level_) * attack_;
    level_ = flushed(peak_ > level_ ? risen : peak_);
    return level_;
  }
  /// Has every level come to rest at 0?
  [[nodiscard]] bool isSilent() const RT_SAFE { return sumOf(level_) + sumOf(peak_) == 0.0F; }
  void reset() RT_SAFE { left_ = peak_ = level_ = Lanes{}; }

 private:
  static constexpr float kNear = 0.995F;  // -0.04 dB

  float attack_ = 1.0F;
  float fall_ = 0.0F;
  Lanes hold_{};
  Lanes left_{};  ///< frames of the hold under way
  Lanes peak_{};
  Lanes level_{};
};

}  // namespace downbeat::dsp
