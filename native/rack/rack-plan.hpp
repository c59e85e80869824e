// SPDX-License-Identifier: GPL-3.0-or-later
// What a rack is made of, line by line as in engine/binding/plan/rack-plan.ts: nodes, connections,
// mixer. Its patterns and tempo map belong to the sequencer, its level to the session.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rack/modulation-plan.hpp"

namespace downbeat::rack {

struct ParamValuePlan {
  std::uint32_t id = 0;  ///< of the node type's table
  double value = 0.0;    ///< outside the table's range is clamped
};

/// A value of the node type's list of texts.
struct NodeText {
  std::string key;
  std::string value;
};

struct NodePlan {
  std::string id;
  std::string type;
  std::vector<ParamValuePlan> params;  ///< what is absent takes the table's initial value
  std::vector<NodeText> texts{};
  std::uint32_t channels = 0;  ///< of a type with any width; 0 is its default
  ModPlan mod{};
};

struct ConnectionPlan {
  std::string from;
  std::string to;
  double gain = 1.0;           ///< factor, 0 to 2
  double dry = 0.0;            ///< factor of a tap of `from` straight to the rack's output, 0 to 1
  std::uint32_t fromPort = 0;  ///< 0: every node has one output
  std::uint32_t toPort = 0;    ///< 0 main, 1 sidechain key
  bool isEarly = false;        ///< does not wait for slower paths into the same node
};

struct MixerInputPlan {
  std::string node;
  double gain = 1.0;  ///< factor, 0 to 4
};

struct MixerPlan {
  std::vector<MixerInputPlan> inputs;
  double gain = 1.0;  ///< factor, 0 to 4
  bool softClip = false;
};

struct RackPlan {
  std::string id;
  std::uint64_t seed = 0;
  std::vector<NodePlan> nodes;
  std::vector<ConnectionPlan> connections;
  bool hasMixer = false;  ///< without one, every node that feeds nothing else is heard at unity
  MixerPlan mixer;
};

}  // namespace downbeat::rack
