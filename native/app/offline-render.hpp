// SPDX-License-Identifier: GPL-3.0-or-later
// A session played without a device: the same transport, player and quanta as live, driven as fast
// as the processors go. The samples are those that live play makes from its start on, bit for bit,
// the limiter's look-ahead included, on any number of threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/plan.hpp"
#include "base/rack-event.hpp"
#include "base/status.hpp"
#include "rack/graph.hpp"

namespace downbeat::app {

/// One event as it was played.
struct OfflineEvent {
  std::uint64_t frame = 0;  ///< from the start of the render
  double beat = 0.0;        ///< of its rack, or of the song for the mix
  std::size_t rack = 0;     ///< in the order of the plan; the number of racks: the mix
  RtRackEvent event;
};

struct OfflineRequest {
  double sampleRate = 48000.0;  ///< Hz, 8000 to 192000
  std::uint64_t frames = 0;     ///< exactly so many come out
  /// Of them at the end: the transport stands, and what sounds rings out.
  std::uint64_t tailFrames = 0;
  std::uint32_t threads = 1;        ///< racks are shared out among them
  std::uint32_t sinkFrames = 4096;  ///< frames that the sink gets at once; no sample depends on it
  rack::NodeTypeLookup findType = &rack::findNodeType;
  /// Called now and then with the frames done. Optional.
  std::function<void(std::uint64_t framesDone)> progress;
  /// Becomes true when nobody wants the rest. Optional.
  const std::atomic<bool>* cancel = nullptr;
  /// Every event, ascending by frame within one rack. Optional.
  std::function<void(const OfflineEvent&)> onEvent;
  bool hasStems = false;
};

/// What the sink gets. A stem is what one rack or bus adds to the mix, as late as the mix is; the
/// stems added up in their order are the mix before the master's level and limiter.
struct OfflineChunk {
  const float* interleaved = nullptr;  ///< stereo
  std::size_t frames = 0;
  const std::vector<const float*>* stems = nullptr;  ///< stereo, interleaved; null without stems
};

/// An Error ends the render and is its answer.
using OfflineSink = std::function<Status(const OfflineChunk& chunk)>;

/// From song beat 0 on. The sink is called on the calling thread.
/// Thread: any but audio. Errors: PLAN_INVALID, RENDER_CANCELLED, and the sink's own.
[[nodiscard]] Status renderOffline(const Plan& plan, const OfflineRequest& request,
                                   const OfflineSink& sink);

/// Names of the stems in their order: "rack:ID" and "out:BUS". Errors: PLAN_INVALID.
[[nodiscard]] Result<std::vector<std::string>> stemNames(const Plan& plan,
                                                         const OfflineRequest& request);

}  // namespace downbeat::app
