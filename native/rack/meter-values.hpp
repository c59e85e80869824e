// SPDX-License-Identifier: GPL-3.0-or-later
// What a meter says about the sound that passes it.
#pragma once

#include <array>
#include <cstdint>

namespace downbeat::rack {

/// Left and right. 1 is full scale.
struct MeterValues {
  std::array<float, 2> peak{};           ///< highest sample, held and then falling
  std::array<float, 2> rms{};            ///< over about 300 ms; a sine at full scale has 0.7071
  std::array<std::uint32_t, 2> overs{};  ///< samples beyond full scale since the start or a reset
};

}  // namespace downbeat::rack
