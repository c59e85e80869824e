// SPDX-License-Identifier: GPL-3.0-or-later
// A chip on an I2C bus: registers of one or two bytes.
#pragma once

#include <cstdint>
#include <optional>

#include "base/status.hpp"

namespace downbeat::platform {

/// Owns: the file descriptor. Thread: one, a worker; a bus that hangs holds it for a second.
class I2cDevice {
 public:
  I2cDevice() = default;
  ~I2cDevice();
  I2cDevice(I2cDevice&& other) noexcept;
  I2cDevice& operator=(I2cDevice&& other) noexcept;
  I2cDevice(const I2cDevice&) = delete;
  I2cDevice& operator=(const I2cDevice&) = delete;

  /// `address`: 7 bits. That something answers there is not looked at.
  /// Errors: `PANEL_DEVICE_MISSING` without the bus, `PANEL_DEVICE_FAILED` when it cannot be used
  /// or a driver of the kernel has the address.
  [[nodiscard]] static Result<I2cDevice> open(std::uint32_t bus, std::uint32_t address);

  /// Does something answer?
  [[nodiscard]] bool answers() const;
  [[nodiscard]] std::optional<std::uint8_t> readByte(std::uint8_t reg) const;
  /// The lower byte comes first on the wire, as SMBus has it.
  [[nodiscard]] std::optional<std::uint16_t> readWord(std::uint8_t reg) const;
  [[nodiscard]] bool writeByte(std::uint8_t reg, std::uint8_t value) const;
  [[nodiscard]] bool writeWord(std::uint8_t reg, std::uint16_t value) const;

 private:
  int fd_ = -1;
};

}  // namespace downbeat::platform
