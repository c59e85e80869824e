// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI routes for the status: what each has carried, what does nothing and why.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "midi/midi-port-manager.hpp"
#include "midi/router/router.hpp"
#include "rt/latest.hpp"

namespace downbeat::engine {

/// Thread: control.
class RouteReport {
 public:
  /// These are the routes from now on; the serial of their table.
  [[nodiscard]] std::uint32_t begin(const std::vector<midi::MidiRoutePlan>& routes);
  /// Sentences about routes that have been cut since the last call.
  [[nodiscard]] std::vector<std::string> poll(const rt::Latest<midi::RtRoutingState>& state);
  /// `ports`: as they are now.
  [[nodiscard]] nlohmann::json json(const std::vector<midi::MidiPortStatus>& ports) const;

 private:
  struct Line {
    std::string id;
    std::string from;
    std::string to;
    midi::RtRouteState state;
  };

  std::uint32_t serial_ = 0;
  std::vector<Line> lines_;
};

}  // namespace downbeat::engine
