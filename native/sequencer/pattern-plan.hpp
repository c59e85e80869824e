// SPDX-License-Identifier: GPL-3.0-or-later
// What a rack plays, line by line as in engine/binding/plan/pattern-plan.ts: patterns with locks,
// and commands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace downbeat::sequencer {

struct LockPlan {
  std::uint32_t step = 0;   ///< counted from the start of the pattern
  std::uint32_t param = 0;  ///< parameter id of the node type's table
  double value = 0.0;
  double rampMs = 0.0;
};

/// For nodes that play several notes at once.
struct NotePlan {
  std::uint32_t step = 0;
  std::uint32_t note = 60;   ///< 0 to 127
  double velocity = 1.0;     ///< above 0 to 1
  double lengthSteps = 1.0;  ///< above 0
};

struct PatternPlan {
  std::string node;
  std::uint32_t resolution = 16;   ///< steps in a bar of four beats, 1 to 192
  std::uint32_t lengthSteps = 16;  ///< steps until the pattern begins again
  double swingPercent = 0.0;       ///< 0 to 100
  double swingExponent = 1.0;
  std::vector<std::uint32_t> hits;  ///< steps that trigger, ascending
  std::vector<LockPlan> locks;      ///< a lock on a rest applies too
  std::vector<NotePlan> notes{};
};

enum class CommandKind : std::uint8_t { trigger, setParam, setParamRamp };

struct CommandPlan {
  double beat = 0.0;  ///< song beats of the rack
  std::string node;
  CommandKind kind = CommandKind::trigger;
  std::uint32_t param = 0;
  double value = 0.0;  ///< parameter value, or velocity 0 to 1
  double rampMs = 0.0;
};

}  // namespace downbeat::sequencer
