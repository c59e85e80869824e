// SPDX-License-Identifier: GPL-3.0-or-later
// Sines by the block: four frames at a time, in vectors on SSE2 and NEON.
#pragma once

#include <array>
#include <cstdint>

#include "dsp/fast-math.hpp"
#include "dsp/lanes.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// The phases of four frames from `phase` on.
[[nodiscard]] inline LanePhases phasesFrom(std::uint32_t phase, std::uint32_t step) RT_SAFE {
  return LanePhases{phase, phase + step, phase + 2 * step, phase + 3 * step};
}

/// As `sineOf` of fast-math.hpp, lane by lane.
[[nodiscard]] inline Lanes sineOf(LanePhases phases) RT_SAFE {
  const auto signs = reinterpret_cast<LaneBits>(phases ^ (phases << 1));
  const LanePhases mirror = reinterpret_cast<LanePhases>(signs >> 31) >> 1;
  const auto folded = reinterpret_cast<LaneBits>(phases ^ mirror);
  const Lanes x = __builtin_convertvector(folded, Lanes) * SineSeries::kRadians;
  const Lanes x2 = x * x;
  const Lanes series =
      SineSeries::kC3 + x2 * (SineSeries::kC5 + x2 * (SineSeries::kC7 + x2 * SineSeries::kC9));
  return x + x * (x2 * series);
}

/// A sine whose pitch mostly rests. From the second run of 32 frames at one pitch on, eight times
/// four of them come out of the first four by three turns, which takes half as long as asking for
/// each; noise and distortion stay below -130 dB.
/// Thread: audio.
class SteadySine {
 public:
  static constexpr std::uint32_t kRunFrames = 32;

  /// As after construction, to the bit.
  void reset() RT_SAFE { knownStep_ = turnedStep_ = 0; }

  /// `out[i]` = gain sin(phase + i step).
  void fill(float* out, std::uint32_t frames, std::uint32_t phase, std::uint32_t step, float gain)
      RT_SAFE {
    for (; frames >= kRunFrames && isKnown(step); frames -= kRunFrames) {
      run(out, phase, gain);
      out += kRunFrames;
      phase += kRunFrames * step;
    }
    LanePhases phases = phasesFrom(phase, step);
    std::uint32_t i = 0;
    for (; i + kLaneCount <= frames; i += kLaneCount) {
      storeLanes(out + i, sineOf(phases) * gain);
      phases += kLaneCount * step;
    }
    for (; i < frames; ++i) out[i] = sineOf(phase + i * step) * gain;
  }

 private:
  static constexpr std::uint32_t kQuarter = 0x40000000U;

  struct Turn {
    float cosine = 1.0F;
    float sine = 0.0F;
  };
  /// Four frames, and what they are a quarter of a period later.
  struct Four {
    Lanes sines;
    Lanes cosines;
  };

  /// Not at the first time: a pitch that moves all the while would turn in vain.
  [[nodiscard]] bool isKnown(std::uint32_t step) RT_SAFE {
    if (step != knownStep_) {
      knownStep_ = step;
      return false;
    }
    if (step != turnedStep_) {
      turnedStep_ = step;
      byFour_ = turnOf(4 * step);
      byEight_ = turnOf(8 * step);
      bySixteen_ = turnOf(16 * step);
    }
    return true;
  }

  [[nodiscard]] static Turn turnOf(std::uint32_t phase) RT_SAFE {
    return {sineOf(phase + kQuarter), sineOf(phase)};
  }
  [[nodiscard]] static Four turned(Four from, Turn by) RT_SAFE {
    return {from.sines * by.cosine + from.cosines * by.sine,
            from.cosines * by.cosine - from.sines * by.sine};
  }

  void run(float* out, std::uint32_t phase, float gain) const RT_SAFE {
    const LanePhases phases = phasesFrom(phase, turnedStep_);
    std::array<Four, 4> fours;
    fours[0] = {sineOf(phases) * gain, sineOf(phases + kQuarter) * gain};
    fours[1] = turned(fours[0], byFour_);
    fours[2] = turned(fours[0], byEight_);
    fours[3] = turned(fours[1], byEight_);
    for (std::uint32_t i = 0; i < 4; ++i) {
      storeLanes(out + i * kLaneCount, fours[i].sines);
      storeLanes(out + 16 + i * kLaneCount, turned(fours[i], bySixteen_).sines);
    }
  }

  std::uint32_t knownStep_ = 0;
  std::uint32_t turnedStep_ = 0;
  Turn byFour_;
  Turn byEight_;
  Turn bySixteen_;
};

}  // namespace downbeat::dsp
