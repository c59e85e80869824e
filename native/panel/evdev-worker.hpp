// SPDX-License-Identifier: GPL-3.0-or-later
// Encoders and buttons that the kernel reads itself (overlays such as rotary-encoder and
// gpio-keys): an input device, which is ours alone while it is open.
#pragma once

#include <cstdint>
#include <vector>

#include "panel/panel-worker.hpp"
#include "platform/keyboard-device.hpp"

namespace downbeat::panel {

class EvdevWorker : public PanelWorker {
 public:
  /// `controls`: those of one device.
  EvdevWorker(PanelRoom room, std::uint32_t device, const std::vector<std::uint32_t>& controls);

 private:
  void run() override;
  /// Reads until the device is gone or the thread is to end.
  void read(platform::KeyboardDevice& device);
  void take(const platform::KeyStroke& stroke, HostMicros now);

  std::uint32_t device_;
  std::vector<ControlReader> readers_;
};

}  // namespace downbeat::panel
