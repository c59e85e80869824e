// SPDX-License-Identifier: GPL-3.0-or-later
// The answer to `status`: what the engine says of itself. engine/binding/engine-status.ts is the
// other side of every field.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

namespace downbeat::engine {

class EngineHost;

/// Thread: control.
class StatusReport {
 public:
  [[nodiscard]] static nlohmann::json make(const EngineHost& host, std::int64_t controllerPid);
};

}  // namespace downbeat::engine
