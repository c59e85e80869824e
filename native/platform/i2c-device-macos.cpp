// SPDX-License-Identifier: GPL-3.0-or-later
// A Mac has no I2C bus for others.
#include "platform/i2c-device.hpp"

namespace downbeat::platform {

I2cDevice::~I2cDevice() = default;
I2cDevice::I2cDevice(I2cDevice&& other) noexcept = default;
I2cDevice& I2cDevice::operator=(I2cDevice&& other) noexcept = default;

Result<I2cDevice> I2cDevice::open(std::uint32_t, std::uint32_t) {
  return Error{"PANEL_DEVICE_MISSING", "there are I2C buses on Linux only", ""};
}
bool I2cDevice::answers() const { return fd_ >= 0; }
std::optional<std::uint8_t> I2cDevice::readByte(std::uint8_t) const { return std::nullopt; }
std::optional<std::uint16_t> I2cDevice::readWord(std::uint8_t) const { return std::nullopt; }
bool I2cDevice::writeByte(std::uint8_t, std::uint8_t) const { return false; }
bool I2cDevice::writeWord(std::uint8_t, std::uint16_t) const { return false; }

}  // namespace downbeat::platform
