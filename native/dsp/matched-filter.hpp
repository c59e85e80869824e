// SPDX-License-Identifier: GPL-3.0-or-later
// Second-order filters whose response is that of the analog one, not of its bilinear image: poles
// and zeros go over by z = e^s, and what then is missing is fitted at two or three frequencies up
// to a sixth of the sample rate. The result is laid out as a state-variable filter, which stays
// stable whatever its coefficients do.
#pragma once

#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// With s in units of the cutoff and A = 10^(gainDb / 40):
enum class FilterMode : std::uint8_t {
  lowPass,    ///< 1 / (s^2 + s/Q + 1)
  highPass,   ///< s^2 / (s^2 + s/Q + 1)
  bandPass,   ///< (s/Q) / (s^2 + s/Q + 1)
  notch,      ///< (s^2 + 1) / (s^2 + s/Q + 1)
  peak,       ///< (s^2 + s A/Q + 1) / (s^2 + s/(A Q) + 1)
  lowShelf,   ///< A (s^2 + s sqrt(A)/Q + A) / (A s^2 + s sqrt(A)/Q + 1)
  highShelf,  ///< A (A s^2 + s sqrt(A)/Q + 1) / (s^2 + s sqrt(A)/Q + A)
  allPass     ///< (s^2 - s/Q + 1) / (s^2 + s/Q + 1)
};

/// One stage with the states s1 (band) and s2 (low):
///   u   = direct x + first s1 + second s2
///   out = u + behind (u of the frame before)
///   s1' = damp s1 + turn (x - s2),  s2' = s2 + turn s1 + pull (x - s2)
///
/// That is the trapezoidal state-variable filter with its two states as they are. It never makes
/// the vector (s1, s2) longer by itself, so no order of different stages does either, nor does
/// anything between two of them: coefficients may jump and may be faded.
/// Source: A. Simper, cytomic.com/files/dsp/SvfLinearTrapAllOutputs.pdf
struct FilterStage {
  float damp = -1.0F;
  float turn = 0.0F;
  float pull = 0.0F;
  float direct = 1.0F;
  float first = 0.0F;
  float second = 0.0F;
  float behind = 0.0F;
};

/// The same poles, but what comes in goes out as it is.
[[nodiscard]] FilterStage bypassed(const FilterStage& stage) RT_SAFE;
[[nodiscard]] inline bool isBypassed(const FilterStage& stage) RT_SAFE {
  return stage.direct == 1.0F && stage.first == 0.0F && stage.second == 0.0F &&
         stage.behind == 0.0F;
}

/// Gain within 0.1 dB of the analog filter up to a sixth of the sample rate (8 kHz at 48 kHz), and
/// exact at 0 Hz. About 100 ns. The phase of an all-pass is that of the analog one at low
/// frequencies.
///
/// Range: cutoff 0.00005 to 0.45 of the sample rate, q 0.1 to 200 (10 for shelves), gain -24 to 24
/// dB; outside is clamped.
/// Thread: any.
/// Source: M. Vicanek, Matched Second Order Digital Filters (2016), for the fitted numerator.
[[nodiscard]] FilterStage matchedStage(FilterMode mode, double cutoff, double q, double gainDb)
    RT_SAFE;

}  // namespace downbeat::dsp
