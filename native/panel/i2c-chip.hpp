// SPDX-License-Identifier: GPL-3.0-or-later
// A chip with contacts, electrodes or voltages behind an I2C bus.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "panel/panel-worker.hpp"
#include "platform/i2c-device.hpp"

namespace downbeat::panel {

/// Thread: one of the panel. A call that fails says so; whoever calls tries again later.
class I2cChip {
 public:
  virtual ~I2cChip() = default;
  I2cChip(const I2cChip&) = delete;
  I2cChip& operator=(const I2cChip&) = delete;

  /// Sets the chip up; what its inputs are now is how things begin.
  [[nodiscard]] virtual bool begin(const platform::I2cDevice& i2c) = 0;
  /// Reads it, and drives its LEDs.
  [[nodiscard]] virtual bool look(const platform::I2cDevice& i2c, HostMicros now) = 0;
  /// How often it is to be looked at, when no interrupt says when.
  [[nodiscard]] virtual std::int64_t pollMicros() const = 0;
  /// The same with an interrupt line, which may have been missed.
  [[nodiscard]] virtual std::int64_t calmMicros() const { return 50'000; }
  /// It does not answer any longer: nothing is held.
  void letGo(HostMicros now) {
    for (ControlReader& reader : readers_) reader.letGo(now);
  }
  [[nodiscard]] HostMicros dueAt() const {
    HostMicros due = ButtonGate::kNever;
    for (const ControlReader& reader : readers_) due = std::min(due, reader.dueAt());
    return due;
  }

 protected:
  I2cChip(PanelRoom room, const std::vector<std::uint32_t>& controls) : room_(room) {
    for (const std::uint32_t control : controls) {
      if (room.hub.plan.controls[control].kind == PanelControlKind::led) {
        leds_.push_back(control);
      } else {
        readers_.emplace_back(room.hub, control);
      }
    }
  }
  [[nodiscard]] PanelRoom& room() { return room_; }
  [[nodiscard]] const PanelControlPlan& ledPlan(std::uint32_t led) const {
    return room_.hub.plan.controls[led];
  }
  std::vector<ControlReader> readers_;
  std::vector<std::uint32_t> leds_;  ///< places in the plan

 private:
  PanelRoom room_;
};

/// For the controls of one device of the plan.
[[nodiscard]] std::unique_ptr<I2cChip> makeI2cChip(PanelRoom room, std::uint32_t device,
                                                   const std::vector<std::uint32_t>& controls);

}  // namespace downbeat::panel
