// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/value-shape.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::mapping {
namespace {

double unit(double x) RT_SAFE { return x > 0.0 ? std::min(x, 1.0) : 0.0; }

/// One of `count` equal zones.
std::size_t zoneOf(double x, std::size_t count) RT_SAFE {
  const double zone = std::floor(unit(x) * static_cast<double>(count));
  return std::min(static_cast<std::size_t>(zone), count - 1);
}

bool isTurn(Reading reading) {
  return reading == Reading::twosComplement || reading == Reading::binaryOffset ||
         reading == Reading::signedBit || reading == Reading::incDec;
}

}  // namespace

ValueShape::ValueShape(const EntryPlan& plan, std::uint32_t top)
    : top_(top),
      from_(plan.from),
      way_(plan.to > plan.from ? plan.to - plan.from : 1.0),
      deadzone_(plan.deadzone),
      steps_(plan.steps >= 2 ? plan.steps : 0),
      places_(steps_),
      low_(plan.low),
      high_(plan.high),
      curve_(plan.curve),
      values_(plan.values),
      span_(std::fabs(plan.high - plan.low)),
      isSequence_(!plan.values.empty()) {
  if (isTurn(plan.reading)) {  // it has no way of its own
    from_ = 0.0;
    way_ = 1.0;
    deadzone_ = 0.0;
  }
  if (curve_.size() < 2) curve_ = {0.0, 1.0};
  if (values_.empty() && plan.target.kind == TargetKind::midi) {
    values_.assign(plan.target.values.begin(), plan.target.values.end());
  }
  if (values_.empty()) return;
  const auto [least, greatest] = std::minmax_element(values_.begin(), values_.end());
  span_ = *greatest - *least;
  if (isSequence_ || (places_ == 0 && values_.size() >= 2)) {
    places_ = static_cast<std::uint32_t>(values_.size());
  }
}

double ValueShape::positionOf(std::uint32_t raw) const RT_SAFE {
  const double position =
      unit((static_cast<double>(raw) / static_cast<double>(top_) - from_) / way_);
  if (deadzone_ <= 0.0 || position == 0.0 || position == 1.0) return position;
  const double aside = position - 0.5;
  if (std::fabs(aside) <= deadzone_) return 0.5;
  const double beyond = aside > 0.0 ? aside - deadzone_ : aside + deadzone_;
  return unit(0.5 + beyond * 0.5 / (0.5 - deadzone_));
}

double ValueShape::outputOf(double position) const RT_SAFE {
  if (steps_ == 0) return curved(position);
  return curved(static_cast<double>(zoneOf(position, steps_)) / static_cast<double>(steps_ - 1));
}

double ValueShape::valueOf(double output) const RT_SAFE {
  if (!values_.empty()) return values_[zoneOf(output, values_.size())];
  if (output <= 0.0) return low_;
  if (output >= 1.0) return high_;
  const double value = low_ + (high_ - low_) * output;
  return std::min(std::max(value, std::min(low_, high_)), std::max(low_, high_));
}

double ValueShape::outputFor(double value) const RT_SAFE {
  if (values_.empty()) return low_ == high_ ? 0.0 : unit((value - low_) / (high_ - low_));
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < values_.size(); ++i) {
    if (std::fabs(values_[i] - value) < std::fabs(values_[nearest] - value)) nearest = i;
  }
  return outputAtPlace(static_cast<std::uint32_t>(nearest));
}

std::uint32_t ValueShape::placeOf(double output) const RT_SAFE {
  return values_.empty() ? 0 : static_cast<std::uint32_t>(zoneOf(output, values_.size()));
}

double ValueShape::outputAtPlace(std::uint32_t place) const RT_SAFE {
  if (place == 0) return 0.0;
  if (place + 1 >= values_.size()) return 1.0;
  return (static_cast<double>(place) + 0.5) / static_cast<double>(values_.size());
}

double ValueShape::positionFor(double output) const RT_SAFE {
  const double x = uncurved(output);
  if (steps_ == 0) return x;
  const double last = static_cast<double>(steps_ - 1);
  return std::floor(x * last + 0.5) / last;
}

std::uint32_t ValueShape::rawFor(double value, std::int64_t stands) const RT_SAFE {
  const double output = outputFor(value);
  std::uint32_t first = std::min(lowestFrom(output, false), top_);
  if (first > 0 && output - outputAt(first - 1) < std::fabs(outputAt(first) - output)) --first;
  const double nearest = outputAt(first);
  first = lowestFrom(nearest, false);
  const std::uint32_t last = lowestFrom(nearest, true) - 1;
  if (stands >= 0 && stands <= top_) {
    const auto here = static_cast<std::uint32_t>(stands);
    if ((here >= first && here <= last) || valueOf(outputAt(here)) == value) return here;
  }
  if (first == 0) return 0;
  return last == top_ ? top_ : first + (last - first) / 2;
}

bool ValueShape::isNear(std::uint32_t raw, double value) const RT_SAFE {
  if (isSame(valueOf(outputAt(raw)), value)) return true;
  const double output = outputFor(value);
  if (!isSame(valueOf(output), value)) return false;  // beyond the ends
  return output >= outputAt(raw > 0 ? raw - 1 : 0) - kRounding &&
         output <= outputAt(std::min(raw + 1, top_)) + kRounding;
}

bool ValueShape::isSame(double value, double other) const RT_SAFE {
  return std::fabs(value - other) <= kRounding * span_;
}

double ValueShape::outputAt(std::uint32_t raw) const RT_SAFE { return outputOf(positionOf(raw)); }

double ValueShape::curved(double x) const RT_SAFE {
  const std::size_t last = curve_.size() - 1;
  const double place = unit(x) * static_cast<double>(last);
  const std::size_t i = std::min(static_cast<std::size_t>(place), last);
  if (i == last) return curve_[last];
  const double y = curve_[i] + (curve_[i + 1] - curve_[i]) * (place - static_cast<double>(i));
  return std::min(y, curve_[i + 1]);
}

double ValueShape::uncurved(double y) const RT_SAFE {
  const std::size_t last = curve_.size() - 1;
  if (y <= curve_[0]) return 0.0;
  if (y >= curve_[last]) return 1.0;
  std::size_t below = 0;
  std::size_t above = last;
  while (above - below > 1) {
    const std::size_t middle = (below + above) / 2;
    (curve_[middle] <= y ? below : above) = middle;
  }
  const double part = (y - curve_[below]) / (curve_[above] - curve_[below]);
  return unit((static_cast<double>(below) + part) / static_cast<double>(last));
}

std::uint32_t ValueShape::lowestFrom(double output, bool isAbove) const RT_SAFE {
  std::uint32_t first = 0;
  std::uint32_t end = top_ + 1;
  while (first < end) {
    const std::uint32_t middle = (first + end) / 2;
    const double there = outputAt(middle);
    if (isAbove ? there > output : there >= output) {
      end = middle;
    } else {
      first = middle + 1;
    }
  }
  return first;
}

}  // namespace downbeat::mapping
