// SPDX-License-Identifier: GPL-3.0-or-later
// What moves the parameters of a node, line by line as in engine/binding/plan/modulation-plan.ts.
#pragma once

#include <cstdint>
#include <vector>

namespace downbeat::rack {

enum class LfoWave : std::uint8_t { sine, triangle, saw, square };

struct LfoPlan {
  LfoWave wave = LfoWave::sine;
  double freqHz = 1.0;     ///< 0.001 to 1000
  double phase = 0.0;      ///< 0 to 1, at the start of the song
  double syncBeats = 0.0;  ///< beats of one cycle, following the song; 0: by freqHz
};

enum class ModTarget : std::uint8_t { param, lfoFreq, lfoPhase };

struct ModRoutePlan {
  std::uint32_t lfo = 0;
  ModTarget target = ModTarget::param;
  std::uint32_t index = 0;  ///< parameter id, or index of the LFO that is moved
  double depth = 0.0;       ///< adds offset + depth x LFO (-1 to 1)
  double offset = 0.0;
  bool hasRange = false;  ///< instead: from min to max
  double min = 0.0;
  double max = 0.0;
  bool isExponential = false;  ///< equal steps are equal ratios, where min is above 0
  bool isUntilSet = false;     ///< somebody who sets the parameter ends this route
};

struct ModPlan {
  std::vector<LfoPlan> lfos;
  std::vector<ModRoutePlan> routes;
  [[nodiscard]] bool isEmpty() const { return routes.empty(); }
  [[nodiscard]] bool operator==(const ModPlan& other) const;
};

}  // namespace downbeat::rack
