// SPDX-License-Identifier: GPL-3.0-or-later
// Source: Linux I2C device interface, docs.kernel.org/i2c/dev-interface.html; SMBus 2.0.
#include <fcntl.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "platform/i2c-device.hpp"

namespace downbeat::platform {
namespace {

bool transfer(int fd, bool isRead, std::uint8_t reg, std::uint32_t size, i2c_smbus_data* data) {
  i2c_smbus_ioctl_data order{};
  order.read_write = isRead ? I2C_SMBUS_READ : I2C_SMBUS_WRITE;
  order.command = reg;
  order.size = size;
  order.data = data;
  return ::ioctl(fd, I2C_SMBUS, &order) == 0;
}

}  // namespace

I2cDevice::~I2cDevice() {
  if (fd_ >= 0) ::close(fd_);
}

I2cDevice::I2cDevice(I2cDevice&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

I2cDevice& I2cDevice::operator=(I2cDevice&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Result<I2cDevice> I2cDevice::open(std::uint32_t bus, std::uint32_t address) {
  const std::string path = "/dev/i2c-" + std::to_string(bus);
  I2cDevice device;
  device.fd_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (device.fd_ < 0) {
    const int error = errno;
    if (error == ENOENT || error == ENXIO || error == ENODEV) {
      return Error{"PANEL_DEVICE_MISSING", path + ": there is no such bus", ""};
    }
    const std::string why = error == EACCES
                                ? "not allowed; add this user to the group of the device (i2c)"
                                : std::strerror(error);
    return Error{"PANEL_DEVICE_FAILED", path + ": " + why, ""};
  }
  if (::ioctl(device.fd_, I2C_SLAVE, static_cast<unsigned long>(address)) != 0) {
    const std::string why = errno == EBUSY ? "a driver of the kernel has it" : std::strerror(errno);
    char text[8];
    std::snprintf(text, sizeof(text), "0x%02x", address);
    return Error{"PANEL_DEVICE_FAILED", path + " address " + text + ": " + why, ""};
  }
  return device;
}

bool I2cDevice::answers() const {
  i2c_smbus_data data{};
  return transfer(fd_, true, 0, I2C_SMBUS_BYTE, &data);
}

std::optional<std::uint8_t> I2cDevice::readByte(std::uint8_t reg) const {
  i2c_smbus_data data{};
  if (!transfer(fd_, true, reg, I2C_SMBUS_BYTE_DATA, &data)) return std::nullopt;
  return data.byte;
}

std::optional<std::uint16_t> I2cDevice::readWord(std::uint8_t reg) const {
  i2c_smbus_data data{};
  if (!transfer(fd_, true, reg, I2C_SMBUS_WORD_DATA, &data)) return std::nullopt;
  return data.word;
}

bool I2cDevice::writeByte(std::uint8_t reg, std::uint8_t value) const {
  i2c_smbus_data data{};
  data.byte = value;
  return transfer(fd_, false, reg, I2C_SMBUS_BYTE_DATA, &data);
}

bool I2cDevice::writeWord(std::uint8_t reg, std::uint16_t value) const {
  i2c_smbus_data data{};
  data.word = value;
  return transfer(fd_, false, reg, I2C_SMBUS_WORD_DATA, &data);
}

}  // namespace downbeat::platform
