// SPDX-License-Identifier: GPL-3.0-or-later
// Which presses of a button count: short ones, long ones, or the second of two.
#pragma once

#include <cstdint>

#include "base/units.hpp"
#include "mapping/mapping-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

/// Thread: made on control, one after that.
class PressGate {
 public:
  static constexpr std::int64_t kLongMicros = 500'000;
  static constexpr std::int64_t kDoubleMicros = 300'000;

  enum class Passes : std::uint8_t { nothing, press, release, tap };  ///< tap: both at once

  explicit PressGate(Press kind) : kind_(kind) {}

  /// Does it let everything through?
  [[nodiscard]] bool isOpen() const RT_SAFE { return kind_ == Press::any; }
  /// The button is down or up at `now`; what of it counts.
  [[nodiscard]] Passes hear(bool isDown, HostMicros now) RT_SAFE;
  /// True once: it has been held long enough, and the press counts now.
  [[nodiscard]] bool ripens(HostMicros now) RT_SAFE;
  [[nodiscard]] bool isWaiting() const RT_SAFE {
    return kind_ == Press::longPress && isDown_ && !hasPassed_;
  }
  void reset() RT_SAFE { isDown_ = hasPassed_ = hasTap_ = false; }

 private:
  Press kind_;
  bool isDown_ = false;
  bool hasPassed_ = false;  ///< the press that is held counts
  bool hasTap_ = false;     ///< a press was there that may be the first of two
  HostMicros downAt_{};
};

}  // namespace downbeat::mapping
