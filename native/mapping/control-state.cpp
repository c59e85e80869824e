// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/control-state.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::mapping {
ControlState ControlRule::turned(const ControlState& state, std::uint32_t raw) const RT_SAFE {
  ControlState next = state;
  next.raw = static_cast<std::int32_t>(raw);
  if (takeover == Takeover::jump || state.isAttached || !state.isKnown) {
    next.isAttached = true;
    moveTo(next, shape.positionOf(raw));
  } else if (takeover == Takeover::pickup) {
    pickUp(state, next);
  } else {
    scale(state, next);
  }
  return next;
}

/// Passing the value counts, being near it does not: a fast hand is never near.
void ControlRule::pickUp(const ControlState& state, ControlState& next) const RT_SAFE {
  const double position = shape.positionOf(static_cast<std::uint32_t>(next.raw));
  const double present = shape.outputOf(position);
  const double before =
      state.raw < 0 ? present
                    : shape.outputOf(shape.positionOf(static_cast<std::uint32_t>(state.raw)));
  if (state.output < std::min(before, present) - kRounding) return;
  if (state.output > std::max(before, present) + kRounding) return;
  next.isAttached = true;
  moveTo(next, position);
}

/// The control goes a part of the way that it has left; so does the value. The two come nearer with
/// every turn, and reach the ends together.
void ControlRule::scale(const ControlState& state, ControlState& next) const RT_SAFE {
  const double present = shape.positionOf(static_cast<std::uint32_t>(next.raw));
  if (state.raw < 0) {
    if (std::fabs(shape.outputOf(present) - state.output) > kRounding) return;
    next.isAttached = true;
    moveTo(next, present);
    return;
  }
  const double before = shape.positionOf(static_cast<std::uint32_t>(state.raw));
  double position = state.position;
  if (present > before) {
    position = 1.0 - (1.0 - state.position) * (1.0 - present) / (1.0 - before);
  } else if (present < before) {
    position = state.position * present / before;
  } else {
    return;
  }
  // They meet when half an input step is left, unless that would move the value back.
  const bool isBack = present > before ? present < state.position : present > state.position;
  const double halfStep = 0.5 / static_cast<double>(shape.top());
  next.isAttached = !isBack && std::fabs(position - present) <= halfStep;
  moveTo(next, next.isAttached ? present : std::min(std::max(position, 0.0), 1.0));
}

ControlState ControlRule::clicked(const ControlState& state, double clicks) const RT_SAFE {
  ControlState next = state;
  const std::uint32_t places = shape.places();
  if (places < 2) {
    moveTo(next, std::min(std::max(state.position + clicks * stepSize, 0.0), 1.0));
    return next;
  }
  const double last = static_cast<double>(places - 1);
  const double turn = clicks * std::max(stepSize * last, 1.0);
  const double rest = state.rest * turn > 0.0 ? state.rest : 0.0;  // turning back starts anew
  const double whole = std::trunc(turn + rest + (turn > 0.0 ? kRounding : -kRounding));
  const double place = std::floor(state.position * last + 0.5) + whole;
  next.rest = place < 0.0 || place > last ? 0.0 : turn + rest - whole;
  moveTo(next, std::min(std::max(place, 0.0), last) / last);
  return next;
}

ControlState ControlRule::pressed(const ControlState& state) const RT_SAFE {
  ControlState next = state;
  next.isDown = true;
  if (reading == Reading::toggle && shape.isSequence()) {
    const std::uint32_t place =
        state.isKnown ? (shape.placeOf(state.output) + 1) % shape.places() : 0;
    moveTo(next, shape.positionFor(shape.outputAtPlace(place)));
    return next;
  }
  const bool isHigh = state.isKnown && state.output >= 0.5;
  moveTo(next, reading == Reading::toggle && isHigh ? 0.0 : 1.0);
  return next;
}

ControlState ControlRule::released(const ControlState& state) const RT_SAFE {
  ControlState next = state;
  next.isDown = false;
  if (reading == Reading::momentary) moveTo(next, 0.0);
  return next;
}

ControlState ControlRule::followed(const ControlState& state, double value) const RT_SAFE {
  if (state.isKnown && shape.isSame(state.value, value)) return state;
  ControlState next = state;
  next.isKnown = true;
  next.value = value;
  next.output = shape.outputFor(value);
  next.position = shape.positionFor(next.output);
  next.rest = 0.0;
  if (isAbsolute() && takeover != Takeover::jump) {
    next.isAttached = state.raw >= 0 && (state.isAttached || !state.isKnown) &&
                      shape.isNear(static_cast<std::uint32_t>(state.raw), value);
  }
  return next;
}

ControlState ControlRule::stood(const ControlState& state, std::uint32_t raw) const RT_SAFE {
  if (!isAbsolute()) return state;
  ControlState next = state;
  next.raw = static_cast<std::int32_t>(raw);
  if (takeover != Takeover::jump && state.isKnown) {
    next.isAttached = shape.isNear(raw, state.value);
  }
  return next;
}

void ControlRule::moveTo(ControlState& state, double position) const RT_SAFE {
  state.isKnown = true;
  state.position = position;
  state.output = shape.outputOf(position);
  state.value = shape.valueOf(state.output);
}

}  // namespace downbeat::mapping
