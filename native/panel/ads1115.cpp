// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/ads1115.hpp"

namespace downbeat::panel {
namespace {

constexpr std::uint8_t kResult = 0x00;
constexpr std::uint8_t kSetUp = 0x01;
/// One conversion of one input against ground, up to 4.096 V, 860 a second, no comparator.
constexpr std::uint16_t kConvert = 0xC000 | 0x0200 | 0x0100 | 0x00E0 | 0x0003;
constexpr double kFullVolts = 4.096;
constexpr double kFullCount = 32768.0;

/// The chip sends the high byte first, SMBus the low one.
std::uint16_t swapped(std::uint16_t word) {
  return static_cast<std::uint16_t>(word << 8 | word >> 8);
}

}  // namespace

bool Ads1115::begin(const platform::I2cDevice& i2c) {
  turn_ = 0;
  return i2c.readWord(kSetUp).has_value() && convert(i2c);
}

bool Ads1115::look(const platform::I2cDevice& i2c, HostMicros now) {
  if (readers_.empty()) return i2c.readWord(kSetUp).has_value();
  const auto result = i2c.readWord(kResult);
  if (!result) return false;
  const auto count = static_cast<std::int16_t>(swapped(*result));
  readers_[turn_].move(count * kFullVolts / kFullCount / topVolts_, now);
  turn_ = (turn_ + 1) % readers_.size();
  return convert(i2c);
}

bool Ads1115::convert(const platform::I2cDevice& i2c) const {
  if (readers_.empty()) return true;
  const std::uint32_t input = readers_[turn_].plan().lines[0].number & 3;
  return i2c.writeWord(kSetUp, swapped(static_cast<std::uint16_t>(kConvert | input << 12)));
}

}  // namespace downbeat::panel
