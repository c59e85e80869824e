// SPDX-License-Identifier: GPL-3.0-or-later
// A pattern or a list of commands as events in beats of the rack, in the order of playing. A
// pattern repeats; commands are played once, or once in every round of the rack.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/rack-event.hpp"
#include "sequencer/pattern-plan.hpp"

namespace downbeat::sequencer {

struct BeatEvent {
  double beat = 0.0;  ///< rack beats from the start of the loop
  RtRackEvent event;  ///< its frame is filled in when it is played
};

struct EventLoop {
  std::vector<BeatEvent> events;  ///< ascending; parameters before triggers
  double lengthBeats = 0.0;       ///< 0: played once
  double roundBeats = 0.0;        ///< then all of it begins again; 0: never
  double endBeats = 0.0;          ///< nothing is played from there on; 0: no end
};

/// Index of a parameter id in the table of a node's type, or -1.
using ParamIndexOf = std::function<int(std::uint32_t node, std::uint32_t paramId)>;

/// Beats from the start of the pattern at which a step sounds. Odd steps come later by
/// (swingPercent / 100 x 0.5)^swingExponent of a step.
[[nodiscard]] double beatOfStep(const PatternPlan& plan, std::uint32_t step);

/// Locks on parameters that the node does not have are left out. A note's length is in frames at
/// `bpm`: it does not follow a tempo that changes while it sounds. Thread: control.
[[nodiscard]] EventLoop makePatternLoop(const PatternPlan& plan, std::uint32_t node,
                                        const ParamIndexOf& paramIndexOf, double sampleRate,
                                        double bpm = 120.0);

/// `nodeIndexOf` gives a node's index in the rack, or -1: such a command is left out.
[[nodiscard]] EventLoop makeCommandLoop(const std::vector<CommandPlan>& commands,
                                        const std::function<int(const std::string&)>& nodeIndexOf,
                                        const ParamIndexOf& paramIndexOf, double sampleRate);

}  // namespace downbeat::sequencer
