// SPDX-License-Identifier: GPL-3.0-or-later
// A gain that moves in a straight line to where it is sent, so that no change of level clicks.
#pragma once

#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: audio (construction on control).
class GainRamp {
 public:
  GainRamp() = default;
  explicit GainRamp(float gain) : value_(gain), target_(gain) {}

  /// Sends the gain to `target` within `frames`, after `wait` frames in which it stays; 0 and 0 is
  /// at once. The same target again changes nothing.
  void moveTo(float target, std::uint32_t frames, std::uint32_t wait = 0) RT_SAFE {
    if (target == target_) return;
    target_ = target;
    wait_ = frames == 0 ? 0 : wait;
    remaining_ = frames;
    if (frames == 0) {
      value_ = target;
    } else {
      step_ = (target - value_) / static_cast<float>(frames);
    }
  }

  [[nodiscard]] bool isMoving() const RT_SAFE { return remaining_ > 0; }
  [[nodiscard]] float value() const RT_SAFE { return value_; }
  [[nodiscard]] float target() const RT_SAFE { return target_; }

  /// The gain of the next frame.
  float next() RT_SAFE {
    if (wait_ > 0) {
      --wait_;
    } else if (remaining_ > 0) {
      --remaining_;
      value_ = remaining_ == 0 ? target_ : value_ + step_;
    }
    return value_;
  }

 private:
  float value_ = 1.0F;
  float target_ = 1.0F;
  float step_ = 0.0F;
  std::uint32_t remaining_ = 0;
  std::uint32_t wait_ = 0;
};

}  // namespace downbeat::dsp
