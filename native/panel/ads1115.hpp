// SPDX-License-Identifier: GPL-3.0-or-later
// Four voltages, as pots: one after the other, each some hundred times a second.
// Source: Texas Instruments, ADS111x data sheet SBAS444.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "panel/i2c-chip.hpp"

namespace downbeat::panel {

class Ads1115 : public I2cChip {
 public:
  Ads1115(PanelRoom room, const PanelDevicePlan& plan, const std::vector<std::uint32_t>& controls)
      : I2cChip(room, controls), topVolts_(plan.topVolts) {}

  [[nodiscard]] bool begin(const platform::I2cDevice& i2c) override;
  [[nodiscard]] bool look(const platform::I2cDevice& i2c, HostMicros now) override;
  [[nodiscard]] std::int64_t pollMicros() const override { return 2'000; }
  [[nodiscard]] std::int64_t calmMicros() const override { return pollMicros(); }

 private:
  /// Begins to measure the pot whose turn it is.
  [[nodiscard]] bool convert(const platform::I2cDevice& i2c) const;

  double topVolts_;
  std::size_t turn_ = 0;
};

}  // namespace downbeat::panel
