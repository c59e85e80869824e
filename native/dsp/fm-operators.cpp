// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/fm-operators.hpp"

#include "dsp/lane-math.hpp"

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

template <std::uint32_t kGroups>
void FmOperators::renderGroups(const std::array<const float*, kOperators>& levels, float* out,
                               std::uint32_t frames) RT_SAFE {
  std::array<std::array<LanePhases, kGroups>, kOperators> phase;
  std::array<std::array<LanePhases, kGroups>, kOperators> step;
  std::array<std::array<Lanes, kGroups>, kOperators> gain;
  std::array<Lanes, kGroups> feedback;
  std::array<Lanes, kGroups> newer;
  std::array<Lanes, kGroups> older;
  std::array<Lanes, kGroups> sum{};
  for (std::uint32_t g = 0; g < kGroups; ++g) {
    for (std::uint32_t op = 0; op < kOperators; ++op) {
      phase[op][g] = loadPhases(&phase_[op][g * kLaneCount]);
      step[op][g] = loadPhases(&now_.step[op][g * kLaneCount]);
      gain[op][g] = loadLanes(&now_.gain[op][g * kLaneCount]);
    }
    feedback[g] = loadLanes(&now_.feedback[g * kLaneCount]);
    newer[g] = loadLanes(&fedBack_[0][g * kLaneCount]);
    older[g] = loadLanes(&fedBack_[1][g * kLaneCount]);
  }
  for (std::uint32_t i = 0; i < frames; ++i) {
    for (std::uint32_t half = 0; half < 2; ++half) {
      float all = 0.0F;
      for (std::uint32_t g = 0; g < kGroups; ++g) {
        const std::uint32_t lane = g * kLaneCount;
        const std::uint32_t at = i * kVoices + lane;
        // Fed back as the mean of two, which keeps it from hunting.
        const Lanes own = 0.5F * feedback[g] * (newer[g] + older[g]);
        const Lanes raw = sineOf(pushed(phase[kOp4][g], own)) * loadLanes(levels[kOp4] + at);
        older[g] = newer[g];
        newer[g] = raw;
        const Lanes out4 = raw * gain[kOp4][g];
        const Lanes on3 = loadLanes(&routes.from4To3[lane]) * out4;
        const Lanes out3 =
            sineOf(pushed(phase[kOp3][g], on3)) * (loadLanes(levels[kOp3] + at) * gain[kOp3][g]);
        const Lanes on2 =
            loadLanes(&routes.from4To2[lane]) * out4 + loadLanes(&routes.from3To2[lane]) * out3;
        const Lanes out2 =
            sineOf(pushed(phase[kOp2][g], on2)) * (loadLanes(levels[kOp2] + at) * gain[kOp2][g]);
        const Lanes on1 = loadLanes(&routes.from4To1[lane]) * out4 +
                          loadLanes(&routes.from3To1[lane]) * out3 +
                          loadLanes(&routes.from2To1[lane]) * out2;
        const Lanes out1 =
            sineOf(pushed(phase[kOp1][g], on1)) * (loadLanes(levels[kOp1] + at) * gain[kOp1][g]);
        sum[g] = (loadLanes(&routes.heard[kOp1][lane]) * out1 +
                  loadLanes(&routes.heard[kOp2][lane]) * out2) +
                 (loadLanes(&routes.heard[kOp3][lane]) * out3 +
                  loadLanes(&routes.heard[kOp4][lane]) * out4);
        all += sumOf(sum[g]);
        for (std::uint32_t op = 0; op < kOperators; ++op) phase[op][g] += step[op][g];
      }
      out[2 * i + half] = all;
    }
    if (!isMoving_) continue;
    for (std::uint32_t g = 0; g < kGroups; ++g) {
      for (std::uint32_t op = 0; op < kOperators; ++op) {
        step[op][g] += loadPhases(&delta_.step[op][g * kLaneCount]);
        gain[op][g] += loadLanes(&delta_.gain[op][g * kLaneCount]);
      }
      feedback[g] += loadLanes(&delta_.feedback[g * kLaneCount]);
    }
  }
  for (std::uint32_t g = 0; g < kGroups; ++g) {
    for (std::uint32_t op = 0; op < kOperators; ++op) {
      storePhases(&phase_[op][g * kLaneCount], phase[op][g]);
      storePhases(&now_.step[op][g * kLaneCount], step[op][g]);
      storeLanes(&now_.gain[op][g * kLaneCount], gain[op][g]);
    }
    storeLanes(&now_.feedback[g * kLaneCount], feedback[g]);
    storeLanes(&fedBack_[0][g * kLaneCount], newer[g]);
    storeLanes(&fedBack_[1][g * kLaneCount], older[g]);
    storeLanes(&last_[g * kLaneCount], sum[g]);
  }
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
