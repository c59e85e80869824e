// SPDX-License-Identifier: GPL-3.0-or-later
// Where a control stands, where its target is, and what the one makes of the other. Pure: every
// function gives the state that would be, so that what could not be sent has not happened.
#pragma once

#include <cstdint>
#include <type_traits>

#include "mapping/mapping-plan.hpp"
#include "mapping/value-shape.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

struct ControlState {
  // The control.
  std::int32_t raw = -1;    ///< -1: it has not said
  bool isDown = false;      ///< pressed
  bool isAttached = false;  ///< it is where its value is
  // The target.
  bool isKnown = false;
  double position = 0.0;  ///< before steps and curve, 0 to 1
  double output = 0.0;    ///< after them
  double value = 0.0;
  double rest = 0.0;  ///< of an endless knob: part of a step that was turned already
};
static_assert(std::is_trivially_copyable_v<ControlState>);

/// How the control of one entry is read. Thread: made on control, any after that.
struct ControlRule {
  Reading reading = Reading::absolute;
  Takeover takeover = Takeover::jump;
  double stepSize = 0.0;
  ValueShape shape;

  [[nodiscard]] bool isAbsolute() const RT_SAFE { return reading == Reading::absolute; }
  [[nodiscard]] bool isButton() const RT_SAFE {
    return reading == Reading::toggle || reading == Reading::momentary;
  }

  /// A control with a place of its own says it.
  [[nodiscard]] ControlState turned(const ControlState& state, std::uint32_t raw) const RT_SAFE;
  /// An endless knob was turned; with acceleration by more than it clicked.
  [[nodiscard]] ControlState clicked(const ControlState& state, double clicks) const RT_SAFE;
  [[nodiscard]] ControlState pressed(const ControlState& state) const RT_SAFE;
  [[nodiscard]] ControlState released(const ControlState& state) const RT_SAFE;
  /// Somebody else moved the target.
  [[nodiscard]] ControlState followed(const ControlState& state, double value) const RT_SAFE;
  /// The control moved and means nothing by it.
  [[nodiscard]] ControlState stood(const ControlState& state, std::uint32_t raw) const RT_SAFE;

 private:
  void moveTo(ControlState& state, double position) const RT_SAFE;
  void pickUp(const ControlState& state, ControlState& next) const RT_SAFE;
  void scale(const ControlState& state, ControlState& next) const RT_SAFE;
};

}  // namespace downbeat::mapping
