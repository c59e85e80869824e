// SPDX-License-Identifier: GPL-3.0-or-later
// Four phases at once: from memory, to memory, all the same.
#pragma once

#include <cstdint>
#include <cstring>

#include "dsp/lanes.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

[[nodiscard]] inline LanePhases allPhases(std::uint32_t x) RT_SAFE {
  return LanePhases{x, x, x, x};
}

[[nodiscard]] inline LanePhases loadPhases(const std::uint32_t* from) RT_SAFE {
  LanePhases lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

inline void storePhases(std::uint32_t* to, LanePhases lanes) RT_SAFE {
  std::memcpy(to, &lanes, sizeof lanes);
}

/// A phase that is pushed by `turns` of 2^-24 each, up to 127 of them whole, either way.
[[nodiscard]] inline LanePhases pushed(LanePhases phase, Lanes turns) RT_SAFE {
  return phase + (reinterpret_cast<LanePhases>(__builtin_convertvector(turns, LaneBits)) << 8);
}

}  // namespace downbeat::dsp
