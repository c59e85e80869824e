// SPDX-License-Identifier: GPL-3.0-or-later
// What is on the front panel and where it is wired, line by line as in
// engine/binding/plan/panel-plan.ts. Here because a port carries it and the panel reads it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

namespace downbeat {

/// A line by its name, or by its number when the name is empty: of a GPIO chip the offset, of an
/// I2C chip the pin, electrode or input, of an input device the code of the key or axis.
struct PanelLinePlan {
  std::string name;
  std::uint32_t number = 0;
};

enum class PanelChip : std::uint8_t { gpio, mcp23017, mpr121, ads1115, evdev };

struct PanelDevicePlan {
  std::string id;
  PanelChip chip = PanelChip::gpio;
  std::vector<std::string> labels;  ///< gpio, and of an interrupt: chips that will do
  std::uint32_t bus = 1;            ///< I2C: /dev/i2c-N
  std::uint32_t address = 0;        ///< I2C
  bool hasInterrupt = false;        ///< I2C: a line that falls when there is news
  PanelLinePlan interrupt;
  std::string path;           ///< evdev
  std::uint32_t touch = 12;   ///< mpr121: thresholds
  std::uint32_t release = 6;  ///< mpr121
  double topVolts = 3.3;      ///< ads1115: at the top of a pot
};

enum class PanelControlKind : std::uint8_t { encoder, button, pot, led };
enum class PanelPull : std::uint8_t { none, up, down };

struct PanelControlPlan {
  std::string id;
  PanelControlKind kind = PanelControlKind::button;
  std::uint32_t device = 0;  ///< place in `devices`
  /// An encoder has two, except on an input device.
  std::array<PanelLinePlan, 2> lines;
  PanelPull pull = PanelPull::up;
  bool isActiveLow = true;
  double debounceMs = 5.0;             ///< button: later edges inside are the same press
  double steadyMs = 0.0;               ///< a level counts when it was there for so long; costs that
  std::uint32_t stepsPerDetent = 4;    ///< encoder: 1, 2 or 4 quarters
  double hysteresis = 0.004;           ///< pot: moves smaller than this part of its way are none
  bool isReversed = false;             ///< encoder, pot
  std::uint8_t number = 0;             ///< button: note; encoder: controller; pot: high controller
  std::uint8_t velocity = 127;         ///< button
  std::vector<std::uint32_t> shownBy;  ///< places of the LEDs that show it
};

struct PanelPlan {
  std::vector<PanelDevicePlan> devices;
  std::vector<PanelControlPlan> controls;
  int accent = -1;  ///< the button that makes pads loud while it is held; -1: none
  std::uint8_t accentVelocity = 127;
};

[[nodiscard]] inline bool operator==(const PanelLinePlan& a, const PanelLinePlan& b) {
  return a.name == b.name && a.number == b.number;
}
[[nodiscard]] inline bool operator==(const PanelDevicePlan& a, const PanelDevicePlan& b) {
  const auto tied = [](const PanelDevicePlan& p) {
    return std::tie(p.id, p.chip, p.labels, p.bus, p.address, p.hasInterrupt, p.interrupt, p.path,
                    p.touch, p.release, p.topVolts);
  };
  return tied(a) == tied(b);
}
[[nodiscard]] inline bool operator==(const PanelControlPlan& a, const PanelControlPlan& b) {
  const auto tied = [](const PanelControlPlan& p) {
    return std::tie(p.id, p.kind, p.device, p.lines, p.pull, p.isActiveLow, p.debounceMs,
                    p.steadyMs, p.stepsPerDetent, p.hysteresis, p.isReversed, p.number, p.velocity,
                    p.shownBy);
  };
  return tied(a) == tied(b);
}
[[nodiscard]] inline bool operator==(const PanelPlan& a, const PanelPlan& b) {
  return a.devices == b.devices && a.controls == b.controls && a.accent == b.accent &&
         a.accentVelocity == b.accentVelocity;
}
[[nodiscard]] inline bool operator!=(const PanelPlan& a, const PanelPlan& b) { return !(a == b); }

}  // namespace downbeat
