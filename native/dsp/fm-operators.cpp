// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/fm-operators.hpp"

#include "dsp/lane-math.hpp"
#include "dsp/sine.hpp"

namespace downbeat::dsp {
namespace {

constexpr std::uint32_t kOp1 = 0;
constexpr std::uint32_t kOp2 = 1;
constexpr std::uint32_t kOp3 = 2;
constexpr std::uint32_t kOp4 = 3;

}  // namespace

void FmOperators::restart(std::uint32_t voice) RT_SAFE {
  for (PerVoice<std::uint32_t>& phase : phase_) phase[voice] = 0;
  for (PerVoice<float>& value : fedBack_) value[voice] = 0.0F;
  last_[voice] = 0.0F;
}

void FmOperators::aim(std::uint32_t voice, std::uint32_t frames) RT_SAFE {
  const float part = frames == 0 ? 0.0F : 1.0F / static_cast<float>(frames);
  const auto divisor = static_cast<std::int64_t>(frames == 0 ? 1 : frames);
  for (std::uint32_t op = 0; op < kOperators; ++op) {
    if (frames == 0) {
      now_.step[op][voice] = goal.step[op][voice];
      now_.gain[op][voice] = goal.gain[op][voice];
    }
    const std::int64_t way = static_cast<std::int64_t>(goal.step[op][voice]) - now_.step[op][voice];
    delta_.step[op][voice] = static_cast<std::uint32_t>(way / divisor);
    delta_.gain[op][voice] = (goal.gain[op][voice] - now_.gain[op][voice]) * part;
  }
  if (frames == 0) now_.feedback[voice] = goal.feedback[voice];
  delta_.feedback[voice] = (goal.feedback[voice] - now_.feedback[voice]) * part;
  if (frames > 0) isMoving_ = true;
}

void FmOperators::arrive() RT_SAFE {
  if (!isMoving_) return;
  now_ = goal;
  delta_ = Moving{};
  isMoving_ = false;
}

// Operator by operator, not frame by frame: inside a pass no half frame waits for the one before,
// but for operator 4, which is fed back.
template <std::uint32_t kGroups>
void FmOperators::renderGroups(const std::array<const float*, kOperators>& levels, float* out,
                               std::uint32_t frames) RT_SAFE {
  using Row = std::array<Lanes, kGroups>;
  std::array<Row, 2 * kMaxFrames> outs4;
  std::array<Row, 2 * kMaxFrames> outs3;
  std::array<Row, 2 * kMaxFrames> outs2;

  // One operator for all frames: `turn` says by how much its phase is pushed, `said` takes what it
  // says at level 1 times its envelope and its gain.
  const auto pass = [&](std::uint32_t op, const auto& turn, const auto& said) RT_SAFE {
    std::array<LanePhases, kGroups> phase;
    std::array<LanePhases, kGroups> step;
    Row gain;
    for (std::uint32_t g = 0; g < kGroups; ++g) {
      phase[g] = loadPhases(&phase_[op][g * kLaneCount]);
      step[g] = loadPhases(&now_.step[op][g * kLaneCount]);
      gain[g] = loadLanes(&now_.gain[op][g * kLaneCount]);
    }
    for (std::uint32_t i = 0; i < frames; ++i) {
      for (std::uint32_t half = 0; half < 2; ++half) {
        for (std::uint32_t g = 0; g < kGroups; ++g) {
          const std::uint32_t at = 2 * i + half;
          const Lanes level = loadLanes(levels[op] + i * kVoices + g * kLaneCount);
          said(at, g, sineOf(pushed(phase[g], turn(at, g))), level, gain[g]);
          phase[g] += step[g];
        }
      }
      if (!isMoving_) continue;
      for (std::uint32_t g = 0; g < kGroups; ++g) {
        step[g] += loadPhases(&delta_.step[op][g * kLaneCount]);
        gain[g] += loadLanes(&delta_.gain[op][g * kLaneCount]);
      }
    }
    for (std::uint32_t g = 0; g < kGroups; ++g) {
      storePhases(&phase_[op][g * kLaneCount], phase[g]);
      storePhases(&now_.step[op][g * kLaneCount], step[g]);
      storeLanes(&now_.gain[op][g * kLaneCount], gain[g]);
    }
  };
  const auto rowOf = [](const PerVoice<float>& values) RT_SAFE {
    Row row;
    for (std::uint32_t g = 0; g < kGroups; ++g) row[g] = loadLanes(&values[g * kLaneCount]);
    return row;
  };

  Row newer = rowOf(fedBack_[0]);
  Row older = rowOf(fedBack_[1]);
  Row feedback = rowOf(now_.feedback);
  const Row feedbackDelta = rowOf(delta_.feedback);
  pass(
      kOp4,
      [&](std::uint32_t at, std::uint32_t g) RT_SAFE {
        if (isMoving_ && at % 2 == 0 && at > 0) feedback[g] += feedbackDelta[g];
        // Fed back as the mean of two, which keeps it from hunting.
        return 0.5F * feedback[g] * (newer[g] + older[g]);
      },
      [&](std::uint32_t at, std::uint32_t g, Lanes sine, Lanes level, Lanes gain) RT_SAFE {
        older[g] = newer[g];
        newer[g] = sine * level;
        outs4[at][g] = newer[g] * gain;
      });
  for (std::uint32_t g = 0; g < kGroups; ++g) {
    storeLanes(&fedBack_[0][g * kLaneCount], newer[g]);
    storeLanes(&fedBack_[1][g * kLaneCount], older[g]);
    if (isMoving_) feedback[g] += feedbackDelta[g];
    storeLanes(&now_.feedback[g * kLaneCount], feedback[g]);
  }

  const Row from4To3 = rowOf(routes.from4To3);
  pass(
      kOp3, [&](std::uint32_t at, std::uint32_t g) RT_SAFE { return from4To3[g] * outs4[at][g]; },
      [&](std::uint32_t at, std::uint32_t g, Lanes sine, Lanes level, Lanes gain)
          RT_SAFE { outs3[at][g] = sine * (level * gain); });

  const Row from4To2 = rowOf(routes.from4To2);
  const Row from3To2 = rowOf(routes.from3To2);
  pass(
      kOp2,
      [&](std::uint32_t at, std::uint32_t g)
          RT_SAFE { return from4To2[g] * outs4[at][g] + from3To2[g] * outs3[at][g]; },
      [&](std::uint32_t at, std::uint32_t g, Lanes sine, Lanes level, Lanes gain)
          RT_SAFE { outs2[at][g] = sine * (level * gain); });

  const Row from4To1 = rowOf(routes.from4To1);
  const Row from3To1 = rowOf(routes.from3To1);
  const Row from2To1 = rowOf(routes.from2To1);
  const Row heard1 = rowOf(routes.heard[kOp1]);
  const Row heard2 = rowOf(routes.heard[kOp2]);
  const Row heard3 = rowOf(routes.heard[kOp3]);
  const Row heard4 = rowOf(routes.heard[kOp4]);
  Row sum;
  pass(
      kOp1,
      [&](std::uint32_t at, std::uint32_t g) RT_SAFE {
        return from4To1[g] * outs4[at][g] + from3To1[g] * outs3[at][g] + from2To1[g] * outs2[at][g];
      },
      [&](std::uint32_t at, std::uint32_t g, Lanes sine, Lanes level, Lanes gain) RT_SAFE {
        sum[g] = (heard1[g] * (sine * (level * gain)) + heard2[g] * outs2[at][g]) +
                 (heard3[g] * outs3[at][g] + heard4[g] * outs4[at][g]);
        if (g == 0) out[at] = 0.0F;
        out[at] += sumOf(sum[g]);
      });
  for (std::uint32_t g = 0; g < kGroups; ++g) storeLanes(&last_[g * kLaneCount], sum[g]);
}

void FmOperators::render(const std::array<const float*, kOperators>& levels, float* out,
                         std::uint32_t frames, std::uint32_t voices) RT_SAFE {
  if (frames == 0) return;
  if (voices <= kLaneCount) {
    renderGroups<1>(levels, out, frames);
  } else {
    renderGroups<2>(levels, out, frames);
  }
}

}  // namespace downbeat::dsp
