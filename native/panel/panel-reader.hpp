// SPDX-License-Identifier: GPL-3.0-or-later
// The front panel: reads every control of a plan on threads of its own and drives its LEDs. What is
// not there costs itself: it is said, and asked for again.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/panel-plan.hpp"
#include "panel/control-reader.hpp"
#include "panel/panel-lights.hpp"
#include "panel/panel-watch.hpp"
#include "panel/panel-worker.hpp"

namespace downbeat::panel {

/// Thread: made and destroyed on a worker; the destructor waits for a bus that hangs, a second at
/// most.
class PanelReader {
 public:
  /// Both outlive the panel. `listener` is called until the destructor returns.
  PanelReader(const PanelPlan& plan, PanelListener& listener, PanelWatch& watch);
  ~PanelReader();
  PanelReader(const PanelReader&) = delete;
  PanelReader& operator=(const PanelReader&) = delete;

  [[nodiscard]] std::shared_ptr<PanelLights> lights() const { return lights_; }

 private:
  PanelHub hub_;
  std::shared_ptr<PanelLights> lights_ = std::make_shared<PanelLights>();
  std::uint64_t serial_;  ///< of the watch
  std::vector<std::unique_ptr<PanelWorker>> workers_;
};

}  // namespace downbeat::panel
