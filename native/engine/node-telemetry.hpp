// SPDX-License-Identifier: GPL-3.0-or-later
// What every node costs and how loud it is, thirty times a second into shared memory; and the guard
// that lets a node that costs too much be passed by before the others starve.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "app/rt-messages.hpp"
#include "app/session-player.hpp"
#include "app/shared-memory.hpp"
#include "base/units.hpp"

namespace downbeat::engine {

/// Thread: control.
class NodeTelemetry {
 public:
  NodeTelemetry();

  /// Another session plays. What was passed by may play again.
  void watch(const app::SessionPlayer& player);

  /// Call often. True when it wrote into `shared`.
  bool poll(HostMicros now, double sampleRate, app::SharedMemory& shared);

  /// The sentence about a node that was passed by since the last call; empty: none.
  [[nodiscard]] std::string takeMessage();

  [[nodiscard]] const std::vector<app::WatchedNode>& nodes() const { return nodes_; }
  /// Share of one processor, by index of the node. As of the last poll.
  [[nodiscard]] const app::RtTelemetry& newest() const { return *telemetry_; }

 private:
  void calibrate(HostMicros now);
  void guard(HostMicros now, double loadRatio);

  std::vector<app::WatchedNode> nodes_;
  std::unique_ptr<app::RtTelemetry> telemetry_;
  std::string message_;
  std::uint64_t firstCycles_ = 0;
  HostMicros firstAt_{};
  double cyclesPerMicro_ = 0.0;
  HostMicros writtenAt_{};
  HostMicros overloadedSince_{};
  bool isOverloaded_ = false;
};

}  // namespace downbeat::engine
