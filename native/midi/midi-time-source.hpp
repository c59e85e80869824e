// SPDX-License-Identifier: GPL-3.0-or-later
// The clock that the midi thread goes by.
#pragma once

#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// The host clock, or a virtual one in tests. Thread: any.
class MidiTimeSource {
 public:
  virtual ~MidiTimeSource() = default;
  [[nodiscard]] virtual HostMicros now() const RT_SAFE = 0;
};

}  // namespace downbeat::midi
