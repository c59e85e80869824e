// SPDX-License-Identifier: GPL-3.0-or-later
// Sixteen lines behind an I2C bus: 0 to 7 are GPA0 to GPA7, 8 to 15 GPB0 to GPB7.
// Source: Microchip, MCP23017 data sheet DS20001952.
#pragma once

#include <cstdint>
#include <vector>

#include "panel/i2c-chip.hpp"

namespace downbeat::panel {

class Mcp23017 : public I2cChip {
 public:
  Mcp23017(PanelRoom room, const PanelDevicePlan& plan, const std::vector<std::uint32_t>& controls);

  [[nodiscard]] bool begin(const platform::I2cDevice& i2c) override;
  [[nodiscard]] bool look(const platform::I2cDevice& i2c, HostMicros now) override;
  [[nodiscard]] std::int64_t pollMicros() const override { return 2'000; }

 private:
  [[nodiscard]] static std::uint32_t closedOf(const PanelControlPlan& plan, std::uint16_t levels);
  [[nodiscard]] std::uint16_t outputs();

  std::uint16_t inputs_ = 0xFFFF;  ///< a bit for each line that is one
  std::uint16_t pulledUp_ = 0;
  std::uint16_t driven_ = 0;  ///< as the chip was told last
};

}  // namespace downbeat::panel
