// SPDX-License-Identifier: GPL-3.0-or-later
// A value of 14 bits that comes as two bytes, one of which may stay away.
#pragma once

#include <cstdint>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

/// The second byte completes the value. A first byte that waits longer than kWaitMicros goes on
/// alone: with the other one as it is known, or, of a high byte, with the low byte that is nearest
/// to where the value came from. Who never sent a low byte has 7 bits: the high byte stands for
/// both, so that 0 and 127 are the ends.
/// Thread: one.
class BytePair {
 public:
  static constexpr std::int64_t kWaitMicros = 5'000;

  BytePair() = default;
  explicit BytePair(bool isLowFirst) RT_SAFE : isLowFirst_(isLowFirst) {}

  /// True: a value is complete, and `value` is it. That may be the one before, which waited in
  /// vain.
  [[nodiscard]] bool takeHigh(std::uint8_t byte, HostMicros now, std::uint32_t& value) RT_SAFE {
    if (isLowFirst_) {
      high_ = byte;
      isWaiting_ = false;
      value = join(high_, low_ >= 0 ? low_ : high_);
      return true;
    }
    const bool isComplete = letGo(value);
    const bool isFalling = high_ >= 0 && byte < high_;
    high_ = byte;
    alone_ = join(high_, low_ < 0 ? high_ : isFalling ? 127 : 0);
    wait(now);
    return isComplete;
  }
  [[nodiscard]] bool takeLow(std::uint8_t byte, HostMicros now, std::uint32_t& value) RT_SAFE {
    low_ = byte;
    if (isLowFirst_) {
      wait(now);
      return false;
    }
    isWaiting_ = false;
    if (high_ < 0) return false;
    value = join(high_, low_);
    return true;
  }
  /// What waits does not wait any longer.
  [[nodiscard]] bool letGo(std::uint32_t& value) RT_SAFE {
    const bool isComplete = isWaiting_ && high_ >= 0;
    isWaiting_ = false;
    if (isComplete) value = isLowFirst_ ? join(high_, low_) : alone_;
    return isComplete;
  }

  [[nodiscard]] bool isWaiting() const RT_SAFE { return isWaiting_; }
  [[nodiscard]] bool isLateAt(HostMicros now) const RT_SAFE {
    return isWaiting_ && now >= since_ + HostMicros{kWaitMicros};
  }

 private:
  static std::uint32_t join(int high, int low) RT_SAFE {
    return static_cast<std::uint32_t>(high * 128 + low);
  }
  void wait(HostMicros now) RT_SAFE {
    isWaiting_ = true;
    since_ = now;
  }

  bool isLowFirst_ = false;
  bool isWaiting_ = false;
  int high_ = -1;  ///< -1: none came yet
  int low_ = -1;
  std::uint32_t alone_ = 0;
  HostMicros since_{};
};

}  // namespace downbeat::mapping
