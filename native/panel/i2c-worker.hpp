// SPDX-License-Identifier: GPL-3.0-or-later
// One I2C bus with the panel's chips on it. A thread of its own, because a bus that hangs holds
// whoever asks for a second, and no other control shall wait for that.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "panel/i2c-chip.hpp"
#include "panel/panel-worker.hpp"
#include "platform/gpio-lines.hpp"
#include "platform/i2c-device.hpp"

namespace downbeat::panel {

class I2cWorker : public PanelWorker {
 public:
  using PanelWorker::PanelWorker;

  /// Before `start`. `controls`: those of the device.
  void add(std::uint32_t device, const std::vector<std::uint32_t>& controls);

 private:
  struct Seat {
    std::uint32_t device = 0;
    std::unique_ptr<I2cChip> chip;
    std::optional<platform::I2cDevice> i2c;
    std::optional<platform::GpioLines> interrupt;
    HostMicros nextAt{};
    RetryPause pause;
    int failures = 0;  ///< in a row
  };

  void run() override;
  void open(Seat& seat, HostMicros now);
  void openInterrupt(Seat& seat);
  void look(Seat& seat, HostMicros now);
  void lose(Seat& seat, const std::string& sentence, HostMicros now);
  [[nodiscard]] const PanelDevicePlan& planOf(const Seat& seat) {
    return room().hub.plan.devices[seat.device];
  }

  std::vector<Seat> seats_;
};

}  // namespace downbeat::panel
