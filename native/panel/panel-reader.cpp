// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/panel-reader.hpp"

#include <map>
#include <utility>

#include "panel/evdev-worker.hpp"
#include "panel/gpio-worker.hpp"
#include "panel/i2c-worker.hpp"

namespace downbeat::panel {

PanelReader::PanelReader(const PanelPlan& plan, PanelListener& listener, PanelWatch& watch)
    : hub_(plan, listener, watch), serial_(watch.begin(plan)) {
  const PanelRoom room{hub_, *lights_};
  std::vector<std::vector<std::uint32_t>> controlsOf(plan.devices.size());
  for (std::uint32_t i = 0; i < plan.controls.size(); ++i) {
    controlsOf[plan.controls[i].device].push_back(i);
  }
  std::vector<std::uint32_t> onLines;
  std::map<std::uint32_t, std::unique_ptr<I2cWorker>> buses;
  for (std::uint32_t i = 0; i < plan.devices.size(); ++i) {
    const std::vector<std::uint32_t>& controls = controlsOf[i];
    if (controls.empty()) continue;
    const PanelDevicePlan& device = plan.devices[i];
    switch (device.chip) {
      case PanelChip::gpio: onLines.insert(onLines.end(), controls.begin(), controls.end()); break;
      case PanelChip::evdev:
        workers_.push_back(std::make_unique<EvdevWorker>(room, i, controls));
        break;
      case PanelChip::mcp23017:
      case PanelChip::mpr121:
      case PanelChip::ads1115: {
        auto& bus = buses[device.bus];
        if (bus == nullptr) bus = std::make_unique<I2cWorker>(room);
        bus->add(i, controls);
        break;
      }
    }
  }
  if (!onLines.empty()) workers_.push_back(std::make_unique<GpioWorker>(room, onLines));
  for (auto& [number, bus] : buses) workers_.push_back(std::move(bus));
  for (const auto& worker : workers_) worker->start();
}

PanelReader::~PanelReader() {
  for (const auto& worker : workers_) worker->stop();
  hub_.watch.end(serial_);
}

}  // namespace downbeat::panel
