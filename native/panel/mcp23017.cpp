// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/mcp23017.hpp"

namespace downbeat::panel {
namespace {

// Both halves of a pair are written as one word, A first, as the chip has them after power.
constexpr std::uint8_t kDirection = 0x00;
constexpr std::uint8_t kInterruptOn = 0x04;
constexpr std::uint8_t kInterruptAgainst = 0x08;
constexpr std::uint8_t kConfig = 0x0A;
constexpr std::uint8_t kPullUp = 0x0C;
constexpr std::uint8_t kLevels = 0x12;
constexpr std::uint8_t kOutputs = 0x14;
constexpr std::uint8_t kMirroredInterrupts = 0x40;

std::uint16_t bitOf(const PanelLinePlan& line) {
  return static_cast<std::uint16_t>(1U << (line.number & 15));
}

}  // namespace

Mcp23017::Mcp23017(PanelRoom room, const PanelDevicePlan&,
                   const std::vector<std::uint32_t>& controls)
    : I2cChip(room, controls) {
  for (const std::uint32_t led : leds_) {
    inputs_ = static_cast<std::uint16_t>(inputs_ & ~bitOf(ledPlan(led).lines[0]));
  }
  for (const ControlReader& reader : readers_) {
    const PanelControlPlan& plan = reader.plan();
    if (plan.pull != PanelPull::up) continue;
    pulledUp_ = static_cast<std::uint16_t>(pulledUp_ | bitOf(plan.lines[0]));
    if (plan.kind == PanelControlKind::encoder) {
      pulledUp_ = static_cast<std::uint16_t>(pulledUp_ | bitOf(plan.lines[1]));
    }
  }
}

bool Mcp23017::begin(const platform::I2cDevice& i2c) {
  driven_ = outputs();
  const auto pressed = static_cast<std::uint16_t>(inputs_ & 0xFFFF);
  if (!i2c.writeByte(kConfig, kMirroredInterrupts) || !i2c.writeWord(kOutputs, driven_) ||
      !i2c.writeWord(kDirection, inputs_) || !i2c.writeWord(kPullUp, pulledUp_) ||
      !i2c.writeWord(kInterruptAgainst, 0) || !i2c.writeWord(kInterruptOn, pressed)) {
    return false;
  }
  const auto levels = i2c.readWord(kLevels);
  if (!levels) return false;
  for (ControlReader& reader : readers_) reader.begin(closedOf(reader.plan(), *levels));
  return true;
}

bool Mcp23017::look(const platform::I2cDevice& i2c, HostMicros now) {
  const auto levels = i2c.readWord(kLevels);
  if (!levels) return false;
  for (ControlReader& reader : readers_) {
    reader.look(closedOf(reader.plan(), *levels), now);
    reader.settle(now);
    reader.flush();
  }
  const std::uint16_t wanted = outputs();
  if (wanted == driven_) return true;
  driven_ = wanted;
  return i2c.writeWord(kOutputs, driven_);
}

std::uint32_t Mcp23017::closedOf(const PanelControlPlan& plan, std::uint16_t levels) {
  const auto isClosed = [&](const PanelLinePlan& line) {
    return ((levels & bitOf(line)) != 0) != plan.isActiveLow;
  };
  std::uint32_t closed = isClosed(plan.lines[0]) ? 1 : 0;
  if (plan.kind == PanelControlKind::encoder && isClosed(plan.lines[1])) closed |= 2;
  return closed;
}

std::uint16_t Mcp23017::outputs() {
  std::uint16_t all = 0;
  for (const std::uint32_t led : leds_) {
    if (room().lights.isOn(led) != ledPlan(led).isActiveLow) {
      all = static_cast<std::uint16_t>(all | bitOf(ledPlan(led).lines[0]));
    }
  }
  return all;
}

}  // namespace downbeat::panel
