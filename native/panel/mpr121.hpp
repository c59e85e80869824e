// SPDX-License-Identifier: GPL-3.0-or-later
// Twelve electrodes that feel a finger, as buttons.
// Source: NXP, MPR121 data sheet and application notes AN3889, AN3890, AN3891, AN3892, AN3944.
#pragma once

#include <cstdint>
#include <vector>

#include "panel/i2c-chip.hpp"

namespace downbeat::panel {

class Mpr121 : public I2cChip {
 public:
  Mpr121(PanelRoom room, const PanelDevicePlan& plan, const std::vector<std::uint32_t>& controls)
      : I2cChip(room, controls), touch_(plan.touch), release_(plan.release) {}

  [[nodiscard]] bool begin(const platform::I2cDevice& i2c) override;
  [[nodiscard]] bool look(const platform::I2cDevice& i2c, HostMicros now) override;
  [[nodiscard]] std::int64_t pollMicros() const override { return 5'000; }

 private:
  [[nodiscard]] static std::uint32_t touchedOf(const PanelControlPlan& plan, std::uint16_t status);

  std::uint32_t touch_;
  std::uint32_t release_;
  HostMicros checkedAt_{};
};

}  // namespace downbeat::panel
