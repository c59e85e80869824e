// SPDX-License-Identifier: GPL-3.0-or-later
// One source, two loudspeakers.
#pragma once

#include "dsp/fast-math.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

struct PanGains {
  float left;
  float right;
};

/// Equal power: left^2 + right^2 = 1, each 0.707 in the middle.
/// Range: -1 (left) to 1 (right); outside is clamped. Thread: any.
[[nodiscard]] inline PanGains panGains(float pan) RT_SAFE {
  const float turn = 0.25F * (clampTo(pan, -1.0F, 1.0F) + 1.0F);  // 0 to 1/2, in pi
  return {sinPi(0.5F - turn), sinPi(turn)};
}

}  // namespace downbeat::dsp
