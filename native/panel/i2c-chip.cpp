// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/i2c-chip.hpp"

#include "panel/ads1115.hpp"
#include "panel/mcp23017.hpp"
#include "panel/mpr121.hpp"

namespace downbeat::panel {

std::unique_ptr<I2cChip> makeI2cChip(PanelRoom room, std::uint32_t device,
                                     const std::vector<std::uint32_t>& controls) {
  const PanelDevicePlan& plan = room.hub.plan.devices[device];
  switch (plan.chip) {
    case PanelChip::mcp23017: return std::make_unique<Mcp23017>(room, plan, controls);
    case PanelChip::mpr121: return std::make_unique<Mpr121>(room, plan, controls);
    case PanelChip::ads1115: return std::make_unique<Ads1115>(room, plan, controls);
    case PanelChip::gpio:
    case PanelChip::evdev: break;
  }
  return nullptr;
}

}  // namespace downbeat::panel
