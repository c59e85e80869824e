// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of the acid bass.
#pragma once

#include <array>
#include <cstddef>

#include "rack/param-table.hpp"

namespace downbeat::rack {

struct Tb303Param {
  /// Indices into the table.
  enum Index : std::size_t {
    kWaveform,
    kTune,
    kGlideMs,
    kCutoffHz,
    kResonance,
    kEnvMod,
    kFilterDecayMs,
    kAmpDecayMs,
    kAmpGain,
    kNote,
    kVelocity,
    kAccent,
    kDrive,
    kPan,
    kEnvMode,
    kFilterAttackMs,
    kFilterSustain,
    kFilterReleaseMs,
    kAmpAttackMs,
    kAmpSustain,
    kAmpReleaseMs,
    kGateLenMs,
    kFilterAlgo,
    kFilterType,
    kKeytrack,
    kCc1,
    kCc74,
    kCc71,
    kCc7,
    kPitchBend,
    kLfo1,
    kLfo2,
    kCount
  };
};

extern const std::array<ParamInfo, Tb303Param::kCount> kTb303Params;

}  // namespace downbeat::rack
