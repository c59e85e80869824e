// SPDX-License-Identifier: GPL-3.0-or-later
// The slow oscillator of `poly`: it runs with the node, or with the song when it counts in beats.
#pragma once

#include <cmath>
#include <cstdint>

#include "dsp/fast-math.hpp"
#include "dsp/noise.hpp"
#include "rack/node.hpp"
#include "rack/nodes/poly-patch.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack::poly {

/// Thread: audio.
class Lfo {
 public:
  void reset() RT_SAFE { from_ = to_ = 0.0; }

  /// One tick on. `frame` is how far into the call of `time` it begins.
  void tick(const Patch& patch, const MusicalTime& time, std::uint32_t frame) RT_SAFE {
    from_ = to_;
    double perFrame = patch.lfoCyclesPerFrame;
    if (patch.lfoBeats > 0.0) {
      perFrame = time.beatsPerFrame / patch.lfoBeats;
      if (time.isPlaying) from_ = inSong(time.beat + frame * time.beatsPerFrame, patch.lfoBeats);
    }
    to_ = from_ + perFrame * dsp::kVoiceTickFrames;
  }

  /// Cycles since the start, `frame` frames into the tick.
  [[nodiscard]] double at(std::uint32_t frame) const RT_SAFE {
    return from_ + (to_ - from_) * frame / dsp::kVoiceTickFrames;
  }
  [[nodiscard]] double end() const RT_SAFE { return to_; }

  /// -1 to 1. A new random value each cycle.
  [[nodiscard]] static float valueOf(double cycles, LfoWave wave, const dsp::Noise& noise) RT_SAFE {
    const double whole = std::floor(cycles);
    const auto turn = static_cast<float>(cycles - whole);
    switch (wave) {
      case LfoWave::triangle:
        return turn < 0.25F ? 4.0F * turn
                            : (turn < 0.75F ? 2.0F - 4.0F * turn : 4.0F * turn - 4.0F);
      case LfoWave::saw: return 2.0F * turn - 1.0F;
      case LfoWave::square: return turn < 0.5F ? 1.0F : -1.0F;
      case LfoWave::random:
        return noise.at(static_cast<std::uint32_t>(static_cast<std::int64_t>(whole)));
      case LfoWave::sine: break;
    }
    return turn < 0.25F   ? dsp::sinPi(2.0F * turn)
           : turn < 0.75F ? dsp::sinPi(1.0F - 2.0F * turn)
                          : dsp::sinPi(2.0F * turn - 2.0F);
  }

 private:
  /// Where the song has it, when it is not there: after a start or a jump. Otherwise it goes on by
  /// counting frames, so that it is the same however they are cut.
  [[nodiscard]] double inSong(double beat, double beats) const RT_SAFE {
    constexpr double kTolerance = 0.005;  // cycles
    constexpr double kGrid = 1048576.0;
    double away = beat / beats - from_;
    away -= std::floor(away + 0.5);
    if (std::fabs(away) < kTolerance) return from_;
    return std::floor((from_ + away) * kGrid + 0.37) / kGrid;
  }

  double from_ = 0.0;
  double to_ = 0.0;
};

}  // namespace downbeat::rack::poly
