// SPDX-License-Identifier: GPL-3.0-or-later
// How late the ticks were, bin by bin: the answer to `clock`.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "midi/lateness-histogram.hpp"

namespace downbeat::engine {

class EngineHost;

/// Thread: control.
class ClockReport {
 public:
  /// count, p50Micros, p99Micros, p999Micros, maxMicros.
  [[nodiscard]] static nlohmann::json figures(const midi::LatenessSummary& summary);
  /// `all` ticks, and those of each port: figures, and how often each whole microsecond was seen.
  [[nodiscard]] static nlohmann::json make(const EngineHost& host);
  /// Counts from 0 again. A tick that is sent meanwhile may be lost to the count.
  static void reset(const EngineHost& host);
};

}  // namespace downbeat::engine
