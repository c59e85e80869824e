// SPDX-License-Identifier: GPL-3.0-or-later
// What the front panel has seen, for whoever asks: counters of every control, the newest edges, and
// what is not there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "panel/panel-watch.hpp"

namespace downbeat::engine {

struct PanelNews {
  const char* event = "panelLost";
  const char* level = "warn";
  std::string sentence;
  std::string subject;  ///< the device or control
};

/// Thread: control.
class PanelDesk {
 public:
  /// Some seconds of a knob that is turned fast.
  static constexpr std::size_t kMaxSights = 4096;

  /// For whoever opens the panel.
  [[nodiscard]] std::shared_ptr<panel::PanelWatch> watch() const { return watch_; }
  /// Takes what was seen; what has gone and what is back since the last call.
  [[nodiscard]] std::vector<PanelNews> poll();
  /// Into a reply: `controls` with their figures, `complaints`, `newest`, `missed`, and `sights` of
  /// those after `since` (docs/engine-protocol.md).
  void report(const nlohmann::json& since, nlohmann::json& reply) const;

 private:
  struct Seen {
    std::uint64_t serial;
    panel::RtPanelSight sight;
  };

  std::shared_ptr<panel::PanelWatch> watch_ = std::make_shared<panel::PanelWatch>();
  std::uint64_t version_ = 0;
  std::vector<panel::PanelComplaint> said_;
  std::deque<Seen> seen_;
  std::uint64_t newest_ = 0;
};

}  // namespace downbeat::engine
