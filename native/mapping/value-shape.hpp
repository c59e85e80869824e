// SPDX-License-Identifier: GPL-3.0-or-later
// The way from a control to the value of its target, and back: the part of its way that counts,
// steps, a curve, and the two ends.
#pragma once

#include <cstdint>
#include <vector>

#include "mapping/mapping-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

/// Parts of the way that are no difference: parameters may be single precision.
inline constexpr double kRounding = 1.0e-6;

/// A control stands at a raw number, 0 to its top. What counts of its way is the position, 0 to 1;
/// steps and curve make it the output, 0 to 1; the value is the target's own number. Every stage
/// keeps the order and reaches both ends exactly.
/// Thread: made on control, any after that.
class ValueShape {
 public:
  /// `top`: the raw number of the end, 127 or 16383.
  ValueShape(const EntryPlan& plan, std::uint32_t top);

  [[nodiscard]] double positionOf(std::uint32_t raw) const RT_SAFE;
  [[nodiscard]] double outputOf(double position) const RT_SAFE;
  [[nodiscard]] double valueOf(double output) const RT_SAFE;

  /// The output whose value is nearest.
  [[nodiscard]] double outputFor(double value) const RT_SAFE;
  /// A position with this output; with steps the nearest step.
  [[nodiscard]] double positionFor(double output) const RT_SAFE;
  /// The raw number whose value is nearest to `value`; `stands` when it is one of them. Where many
  /// are, the end of the way or their middle.
  [[nodiscard]] std::uint32_t rawFor(double value, std::int64_t stands) const RT_SAFE;

  /// Is a control at `raw` where the value is, or next to it?
  [[nodiscard]] bool isNear(std::uint32_t raw, double value) const RT_SAFE;
  /// Rounding apart.
  [[nodiscard]] bool isSame(double value, double other) const RT_SAFE;
  [[nodiscard]] std::uint32_t top() const RT_SAFE { return top_; }
  /// Places that an endless knob goes through; 0: it moves freely.
  [[nodiscard]] std::uint32_t places() const RT_SAFE { return places_; }
  /// Are the places values of the player's own choice, one after the other?
  [[nodiscard]] bool isSequence() const RT_SAFE { return isSequence_; }
  /// Of values: which of the places this output is, and an output that is it.
  [[nodiscard]] std::uint32_t placeOf(double output) const RT_SAFE;
  [[nodiscard]] double outputAtPlace(std::uint32_t place) const RT_SAFE;

 private:
  [[nodiscard]] double outputAt(std::uint32_t raw) const RT_SAFE;
  [[nodiscard]] double curved(double x) const RT_SAFE;
  [[nodiscard]] double uncurved(double y) const RT_SAFE;
  /// The lowest raw number whose output is at least, or above, `output`; top + 1: none.
  [[nodiscard]] std::uint32_t lowestFrom(double output, bool isAbove) const RT_SAFE;

  std::uint32_t top_;
  double from_;
  double way_;
  double deadzone_;
  std::uint32_t steps_;
  std::uint32_t places_;
  double low_;
  double high_;
  std::vector<double> curve_;
  std::vector<double> values_;
  double span_;  ///< from the least to the greatest value
  bool isSequence_;
};

}  // namespace downbeat::mapping
