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

/// A sine whose pitch mostly rests. Frames are counted in runs of 32: when the pitch has rested
/// since before a run, four of its frames become all of them by three turns, which takes half as
/// long as asking for each. Noise and distortion stay below -130 dB, and frames are the same to the
/// bit however they are cut.
/// Thread: audio.
class SteadySine {
 public:
  static constexpr std::uint32_t kRunFrames = 32;

  /// As after construction, to the bit.
  void reset() RT_SAFE {
    isTurning_ = false;
    step_ = 0;
  }

  /// `out[i]` = gain sin(phase + i step). `count`: all frames before these, asked for or not.
  void fill(float* out, std::uint32_t frames, std::uint32_t count, std::uint32_t phase,
            std::uint32_t step, float gain) RT_SAFE {
    const bool isRun = frames == kRunFrames && count % kRunFrames == 0;
    if (isRun && step == step_ && step == turnedStep_) {  // as below, at once
      isTurning_ = true;
      first_ = phase;
      return fillRun(out, gain);
    }
    fillParts(out, frames, count, phase, step, gain);
  }

 private:
  static constexpr std::uint32_t kQuarter = 0x40000000U;

  void fillParts(float* out, std::uint32_t frames, std::uint32_t count, std::uint32_t phase,
                 std::uint32_t step, float gain) RT_SAFE {
    while (frames > 0) {
      const std::uint32_t at = count % kRunFrames;
      look(at, phase, step);
      const std::uint32_t toEnd = kRunFrames - at;
      const std::uint32_t part = frames < toEnd ? frames : toEnd;
      if (!isTurning_) {
        fillOneByOne(out, part, phase, step, gain);
      } else if (part == kRunFrames) {
        fillRun(out, gain);
      } else if (part < kLaneCount) {
        for (std::uint32_t i = 0; i < part; ++i) out[i] = sineInRun(at + i, gain);
      } else {
        std::array<float, kRunFrames> run;
        fillRun(run.data(), gain);
        for (std::uint32_t i = 0; i < part; ++i) out[i] = run[at + i];
      }
      out += part;
      frames -= part;
      count += part;
      phase += part * step;
    }
  }

  struct Turn {
    float cosine = 1.0F;
    float sine = 0.0F;
  };
  /// Four frames, and what they are a quarter of a period later.
  struct Four {
    Lanes sines;
    Lanes cosines;
  };

  /// Turns only what has rested: a pitch that moves all the while would turn in vain.
  void look(std::uint32_t at, std::uint32_t phase, std::uint32_t step) RT_SAFE {
    if (at == 0) {
      isTurning_ = step == step_;
      first_ = phase;
      if (isTurning_ && turnedStep_ != step) {
        turnedStep_ = step;
        byFour_ = turnOf(4 * step);
        byEight_ = turnOf(8 * step);
        bySixteen_ = turnOf(16 * step);
      }
    } else {
      isTurning_ = isTurning_ && step == step_ && phase == first_ + at * step;
    }
    step_ = step;
  }

  static void fillOneByOne(float* out, std::uint32_t frames, std::uint32_t phase,
                           std::uint32_t step, float gain) RT_SAFE {
    LanePhases phases = phasesFrom(phase, step);
    std::uint32_t i = 0;
    for (; i + kLaneCount <= frames; i += kLaneCount) {
      storeLanes(out + i, sineOf(phases) * gain);
      phases += kLaneCount * step;
    }
    for (; i < frames; ++i) out[i] = sineOf(phase + i * step) * gain;
  }

  [[nodiscard]] static Turn turnOf(std::uint32_t phase) RT_SAFE {
    return {sineOf(phase + kQuarter), sineOf(phase)};
  }
  [[nodiscard]] static Four turned(Four from, Turn by) RT_SAFE {
    return {from.sines * by.cosine + from.cosines * by.sine,
            from.cosines * by.cosine - from.sines * by.sine};
  }

  void fillRun(float* out, float gain) const RT_SAFE {
    const LanePhases phases = phasesFrom(first_, turnedStep_);
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

  /// One frame of fillRun.
  [[nodiscard]] float sineInRun(std::uint32_t at, float gain) const RT_SAFE {
    const std::uint32_t phase = first_ + at % kLaneCount * turnedStep_;
    float sine = sineOf(phase) * gain;
    float cosine = sineOf(phase + kQuarter) * gain;
    const auto turn = [&](std::uint32_t frames, Turn by) RT_SAFE {
      if ((at & frames) == 0) return;
      const float before = sine;
      sine = before * by.cosine + cosine * by.sine;
      cosine = cosine * by.cosine - before * by.sine;
    };
    turn(4, byFour_);
    turn(8, byEight_);
    turn(16, bySixteen_);
    return sine;
  }

  bool isTurning_ = false;        ///< in the run that goes on
  std::uint32_t first_ = 0;       ///< phase that it began with
  std::uint32_t step_ = 0;        ///< of the newest frame
  std::uint32_t turnedStep_ = 0;  ///< of the turns
  Turn byFour_;
  Turn byEight_;
  Turn bySixteen_;
};

}  // namespace downbeat::dsp
