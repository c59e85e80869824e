// SPDX-License-Identifier: GPL-3.0-or-later
// What every sound source and effect is. A node sees at most kQuantumFrames at a time; the graph
// splits its work at events, and walks frame by frame while one of its parameters ramps, so a node
// reads its parameters as constants inside `process` and is sample-accurate all the same.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "rack/param-bank.hpp"
#include "rack/param-table.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

struct PrepareInfo {
  double sampleRate = 48000.0;
  std::uint64_t seed = 0;  ///< of this node: from session seed, rack seed and node id
};

/// Planar buffers of one call. `in` is silent (never null) when nothing is connected and the type
/// has inputs; `key` is null when no sidechain is connected. `out` is to be overwritten.
struct NodeIo {
  const float* const* in = nullptr;
  const float* const* key = nullptr;
  float* const* out = nullptr;
  std::uint32_t frames = 0;
};

class Node {
 public:
  explicit Node(const NodeTypeInfo& type) : type_(type) {}
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Thread: control, before the first block. May allocate and fail.
  virtual Status prepare(const PrepareInfo& info) = 0;
  /// Silence, as after prepare; parameters keep their values. Thread: audio.
  virtual void reset() RT_SAFE = 0;
  /// A hit, now. Velocity 0..1. Thread: audio.
  virtual void trigger(float velocity) RT_SAFE { (void)velocity; }
  /// Thread: audio.
  virtual void process(const NodeIo& io) RT_SAFE = 0;
  /// Frames from input to output, constant after prepare. Thread: any.
  [[nodiscard]] virtual std::uint32_t latencyFrames() const RT_SAFE { return 0; }

  [[nodiscard]] const NodeTypeInfo& type() const RT_SAFE { return type_; }
  [[nodiscard]] ParamBank& params() RT_SAFE { return params_; }
  [[nodiscard]] const ParamBank& params() const RT_SAFE { return params_; }

 protected:
  ParamBank params_;

 private:
  const NodeTypeInfo& type_;
};

}  // namespace downbeat::rack
