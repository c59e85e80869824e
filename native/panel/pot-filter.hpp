// SPDX-License-Identifier: GPL-3.0-or-later
// A pot as 16,384 places that stand still when nobody turns it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "rt/rt-safe.hpp"

namespace downbeat::panel {

/// Thread: one.
class PotFilter {
 public:
  static constexpr int kTop = 16383;

  /// `hysteresis`: part of the way, 0 to 0.25. So much at each end is the end, too: no pot reaches
  /// both.
  explicit PotFilter(double hysteresis = 0.004, bool isReversed = false)
      : hysteresis_(std::clamp(hysteresis, 0.0, 0.25)), isReversed_(isReversed) {}

  /// `part`: where the pot is, 0 to 1. Its new place, if it has one.
  [[nodiscard]] std::optional<int> take(double part) RT_SAFE {
    double at = std::clamp(isReversed_ ? 1.0 - part : part, 0.0, 1.0);
    at = std::clamp((at - hysteresis_) / (1.0 - 2.0 * hysteresis_), 0.0, 1.0);
    const bool isEnd = at <= 0.0 || at >= 1.0;
    if (isKnown_ && std::abs(at - at_) <= hysteresis_ && !isEnd) return std::nullopt;
    const int place = static_cast<int>(std::lround(at * kTop));
    if (isKnown_ && place == place_) return std::nullopt;
    isKnown_ = true;
    at_ = at;
    place_ = place;
    return place;
  }

 private:
  double hysteresis_;
  bool isReversed_;
  bool isKnown_ = false;
  double at_ = 0.0;
  int place_ = 0;
};

}  // namespace downbeat::panel
