// SPDX-License-Identifier: GPL-3.0-or-later
// What a control of the panel did, for whoever plays by it.
#pragma once

#include <cstdint>

#include "base/units.hpp"

namespace downbeat::panel {

struct PanelEvent {
  /// `value`: of `turned` detents, never 0; of `pressed` a velocity, 1 to 127; of `moved` a place,
  /// 0 to 16383.
  enum class Kind : std::uint8_t { turned, pressed, released, moved };
  std::uint32_t control = 0;  ///< place in the plan
  Kind kind = Kind::turned;
  std::int32_t value = 0;
  HostMicros at{};
};

class PanelListener {
 public:
  virtual ~PanelListener() = default;
  /// Thread: those of the panel, one at a time.
  virtual void happened(const PanelEvent& event) = 0;
};

}  // namespace downbeat::panel
