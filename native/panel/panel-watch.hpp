// SPDX-License-Identifier: GPL-3.0-or-later
// What the panel has seen, so that bad hardware can be told from lost interrupts: counters of each
// control, the newest edges, and what is not there and why.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <type_traits>
#include <vector>

#include "base/panel-plan.hpp"
#include "base/units.hpp"
#include "rt/spsc-queue.hpp"

namespace downbeat::panel {

inline constexpr std::size_t kMaxControls = 256;

/// Of one control, since the board was taken.
struct ControlFigures {
  std::uint64_t edges = 0;
  std::uint64_t steps = 0;         ///< detents, presses or new places
  std::int64_t position = 0;       ///< encoder: detents up less detents down
  std::uint64_t skipped = 0;       ///< encoder: both contacts changed at once
  std::uint64_t bounces = 0;       ///< button: edges that were no press
  std::uint64_t lost = 0;          ///< edges that the kernel had no room for
  std::uint64_t bounceMicros = 0;  ///< button: the longest bounce
};

struct RtPanelSight {
  enum class Kind : std::uint8_t { edge, step, skipped, bounce, lost, press, release, place };
  HostMicros at{};
  std::uint32_t control = 0;  ///< place in the plan
  Kind kind = Kind::edge;
  std::uint8_t line = 0;   ///< edge: 0, or 1 for the second contact of an encoder
  std::int32_t value = 0;  ///< edge: 1 is closed; step: -1 or 1; bounce: microseconds after the
                           ///< press; lost: edges; press: velocity; place: 0 to 16383
};
static_assert(std::is_trivially_copyable_v<RtPanelSight>);

/// What is wrong with a device, or with one control of it; empty is fine.
struct PanelComplaint {
  std::string subject;  ///< id of the device or control
  std::string sentence;
  friend bool operator==(const PanelComplaint& a, const PanelComplaint& b) {
    return a.subject == b.subject && a.sentence == b.sentence;
  }
};

/// Outlives every panel that writes into it. Thread: as grouped below.
class PanelWatch {
 public:
  // Control.

  [[nodiscard]] PanelPlan plan() const;
  /// Of a control of `plan`, by its place.
  [[nodiscard]] ControlFigures figures(std::size_t control) const;
  [[nodiscard]] std::vector<PanelComplaint> complaints() const;
  /// Changes whenever `complaints` or the plan does.
  [[nodiscard]] std::uint64_t version() const { return version_.load(std::memory_order_acquire); }
  /// The next of what was seen; false when nothing waits.
  [[nodiscard]] bool pop(RtPanelSight& sight) { return sights_.pop(sight); }
  /// Sights that nobody took in time.
  [[nodiscard]] std::uint64_t missed() const { return sights_.dropped(); }

  // Worker: whoever opens a panel.

  /// Returns what this panel is called by `end`.
  [[nodiscard]] std::uint64_t begin(const PanelPlan& plan);
  /// Unless another has begun.
  void end(std::uint64_t serial);

  // The panel's threads, one at a time.

  void see(const RtPanelSight& sight);
  /// `subject`: a device or control of the plan. An empty sentence takes it back.
  void complain(const std::string& subject, const std::string& sentence);

 private:
  struct Counters {
    std::atomic<std::uint64_t> edges{0};
    std::atomic<std::uint64_t> steps{0};
    std::atomic<std::int64_t> position{0};
    std::atomic<std::uint64_t> skipped{0};
    std::atomic<std::uint64_t> bounces{0};
    std::atomic<std::uint64_t> lost{0};
    std::atomic<std::uint64_t> bounceMicros{0};
  };

  std::array<Counters, kMaxControls> counters_;
  rt::SpscQueue<RtPanelSight, 8192> sights_;
  std::atomic<std::uint64_t> version_{0};
  mutable std::mutex mutex_;
  std::uint64_t serial_ = 0;
  PanelPlan plan_;
  std::vector<PanelComplaint> complaints_;
};

}  // namespace downbeat::panel
