// SPDX-License-Identifier: GPL-3.0-or-later
// Encoders, buttons and LEDs on lines of GPIO chips: every edge in its order, by the kernel's time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "panel/panel-worker.hpp"
#include "platform/gpio-lines.hpp"

namespace downbeat::panel {

class GpioWorker : public PanelWorker {
 public:
  GpioWorker(PanelRoom room, const std::vector<std::uint32_t>& controls);

 private:
  /// A control with its lines; they are asked for again and again until they are there.
  struct Wire {
    std::uint32_t control = 0;
    ControlReader reader;
    std::optional<platform::GpioLines> lines;
    HostMicros retryAt{};
    RetryPause pause;
    bool isLit = false;
  };

  void run() override;
  void open(Wire& wire, HostMicros now);
  void lose(Wire& wire, const std::string& sentence, HostMicros now);
  void read(Wire& wire);
  /// The kernel had no room for some edges: what it still has is old, the levels are now.
  void resume(Wire& wire);
  void light(Wire& wire, HostMicros now);
  [[nodiscard]] const PanelControlPlan& planOf(const Wire& wire) {
    return room().hub.plan.controls[wire.control];
  }

  std::vector<Wire> wires_;
};

}  // namespace downbeat::panel
