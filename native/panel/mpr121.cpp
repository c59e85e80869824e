// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/mpr121.hpp"

#include <utility>

namespace downbeat::panel {
namespace {

constexpr std::uint8_t kTouched = 0x00;
constexpr std::uint8_t kThresholds = 0x41;  ///< touch and release of each electrode
constexpr std::uint8_t kElectrodes = 0x5E;
constexpr std::uint8_t kReset = 0x80;
constexpr std::uint8_t kResetKey = 0x63;
constexpr std::uint8_t kCount = 12;
/// All twelve, and the baseline begins where the electrodes are.
constexpr std::uint8_t kAllOn = 0x8F;
constexpr std::int64_t kCheckMicros = 1'000'000;

/// Rising, falling and touched: how the baseline follows an electrode that nobody touches. Then two
/// readings in a row, 16 uA for half a microsecond, one reading in 4 ms.
constexpr std::pair<std::uint8_t, std::uint8_t> kSettings[] = {
    {0x2B, 0x01}, {0x2C, 0x01}, {0x2D, 0x0E}, {0x2E, 0x00}, {0x2F, 0x01},
    {0x30, 0x05}, {0x31, 0x01}, {0x32, 0x00}, {0x33, 0x00}, {0x34, 0x00},
    {0x35, 0x00}, {0x5B, 0x11}, {0x5C, 0x10}, {0x5D, 0x22}};

}  // namespace

bool Mpr121::begin(const platform::I2cDevice& i2c) {
  // Settings are taken only while no electrode is on, as after a reset.
  if (!i2c.writeByte(kReset, kResetKey) || !i2c.writeByte(kElectrodes, 0)) return false;
  for (std::uint8_t i = 0; i < kCount; ++i) {
    const auto at = static_cast<std::uint8_t>(kThresholds + 2 * i);
    if (!i2c.writeByte(at, static_cast<std::uint8_t>(touch_)) ||
        !i2c.writeByte(static_cast<std::uint8_t>(at + 1), static_cast<std::uint8_t>(release_))) {
      return false;
    }
  }
  for (const auto& [reg, value] : kSettings) {
    if (!i2c.writeByte(reg, value)) return false;
  }
  if (!i2c.writeByte(kElectrodes, kAllOn)) return false;
  for (ControlReader& reader : readers_) reader.begin(0);
  return true;
}

bool Mpr121::look(const platform::I2cDevice& i2c, HostMicros now) {
  // A chip that has lost its power for a moment answers, and feels nothing.
  if (now > checkedAt_ + HostMicros{kCheckMicros}) {
    checkedAt_ = now;
    const auto electrodes = i2c.readByte(kElectrodes);
    if (!electrodes) return false;
    if (*electrodes != kAllOn && !begin(i2c)) return false;
  }
  const auto status = i2c.readWord(kTouched);
  if (!status) return false;
  for (ControlReader& reader : readers_) {
    reader.look(touchedOf(reader.plan(), *status), now);
    reader.settle(now);
  }
  return true;
}

std::uint32_t Mpr121::touchedOf(const PanelControlPlan& plan, std::uint16_t status) {
  return plan.lines[0].number < kCount ? status >> plan.lines[0].number & 1U : 0;
}

}  // namespace downbeat::panel
