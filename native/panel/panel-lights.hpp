// SPDX-License-Identifier: GPL-3.0-or-later
// How bright each LED is to be, from whoever says so to the threads that drive the lines.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "panel/panel-watch.hpp"
#include "platform/wake-pipe.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::panel {

/// Outlives the panel: whoever says how bright they are may let go later. Thread: `addSleeper` on
/// whoever makes the panel, before all else; `set` on one, the rest on any.
class PanelLights {
 public:
  /// A line is on or off: this bright and more is on.
  static constexpr std::uint8_t kOn = 64;

  /// `control`: place of the LED in the plan.
  void set(std::size_t control, std::uint8_t brightness) RT_SAFE {
    if (control >= kMaxControls) return;
    if (values_[control].exchange(brightness, std::memory_order_acq_rel) == brightness) return;
    for (const auto& sleeper : sleepers_) sleeper->wake();
  }
  [[nodiscard]] bool isOn(std::size_t control) const RT_SAFE {
    return control < kMaxControls && values_[control].load(std::memory_order_acquire) >= kOn;
  }

  /// Is woken by each change.
  [[nodiscard]] platform::WakePipe& addSleeper() {
    sleepers_.push_back(std::make_unique<platform::WakePipe>());
    return *sleepers_.back();
  }

 private:
  std::vector<std::unique_ptr<platform::WakePipe>> sleepers_;
  std::array<std::atomic<std::uint8_t>, kMaxControls> values_{};
};

}  // namespace downbeat::panel
