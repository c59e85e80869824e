// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters of a node type as data: the one truth for names, ranges and defaults. TypeScript and
// the documentation read it through the addon.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/status.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// How a ramp moves: `step` parameters take the value at once whatever the ramp.
enum class Smoothing : std::uint8_t { step, linear, exponential };

struct ParamInfo {
  std::uint32_t id;  ///< number used by locks, commands and plans
  const char* name;  ///< "PITCH_DECAY_MS": locks and commands, matched without case
  const char* key;   ///< "pitchDecayMs": the key under `params` in a rack file
  const char* unit;  ///< "Hz", "ms", "dB", "semitones", "" for a ratio
  float min;
  float max;
  float initial;
  Smoothing smoothing;
  /// Names of whole values from `min` on, separated by spaces; other names for one value follow it
  /// after a bar: "saw|sawtooth square". Null when values have no names.
  const char* choices = nullptr;
};

/// What a node is told in words: a file, the address of a plugin. Constant while the node lives.
struct TextInfo {
  const char* key;      ///< "file": a key under `params` in a rack file
  const char* summary;  ///< one sentence for documentation and messages
  bool isFile;          ///< a path: relative to the rack file there, absolute in the plan
  bool isNeeded;        ///< without it the node cannot play
  /// The words it may be, separated by spaces, the first when nothing is given; null: any text.
  const char* choices = nullptr;
};

class Node;

enum class Width : std::uint8_t { fixed, any, anyInput, anyOutput };

struct NodeTypeInfo {
  const char* type;     ///< "kick"
  const char* summary;  ///< one sentence for lists and documentation
  const ParamInfo* params;
  std::size_t paramCount;
  std::uint32_t outputChannels;  ///< 1 or 2
  std::uint32_t inputChannels;   ///< 0: a source
  bool hasKeyInput;              ///< input port 1 is a sidechain key
  Node* (*make)();               ///< Thread: control. The caller owns the node.
  const TextInfo* texts = nullptr;
  std::size_t textCount = 0;
  /// Where the plan says how many channels (1 to 8); the numbers above are the default.
  Width width = Width::fixed;
  /// Of a type that comes from outside: it makes the node in place of `make`, which is null.
  Node* (*makeFrom)(const NodeTypeInfo& type) = nullptr;
};

/// A new node of any type. Thread: control. The caller owns the node.
[[nodiscard]] inline Node* makeNode(const NodeTypeInfo& type) {
  return type.makeFrom != nullptr ? type.makeFrom(type) : type.make();
}

/// All types that are built in, in the order of the documentation. Each is registered in
/// node-types.cpp by one line.
[[nodiscard]] const NodeTypeInfo* const* nodeTypes(std::size_t& count);

/// Any type by name: built in, "lv2:ADDRESS" of an LV2 plugin, or "author.name" of an external
/// node. It stays valid while the process lives. Errors: PLAN_INVALID with the reason why there is
/// none, and the nearest names. Thread: any but audio; the first time may take a moment, because
/// what is installed is looked at.
[[nodiscard]] Result<const NodeTypeInfo*> describeNodeType(const std::string& type);
/// The same without the reason: null.
[[nodiscard]] const NodeTypeInfo* findNodeType(const char* type);

}  // namespace downbeat::rack
