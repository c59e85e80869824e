// SPDX-License-Identifier: GPL-3.0-or-later
// A session played without a device: the same transport, player and quanta as live, driven as fast
// as the processor goes. The samples are those that live play makes from its start on, bit for bit,
// the limiter's look-ahead included.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "app/plan.hpp"
#include "base/status.hpp"
#include "rack/graph.hpp"

namespace downbeat::app {

struct OfflineRequest {
  double sampleRate = 48000.0;  ///< Hz, 8000 to 192000
  std::uint64_t frames = 0;     ///< exactly so many come out
  rack::NodeTypeLookup findType = &rack::findNodeType;
  /// Called now and then with the frames done. Optional.
  std::function<void(std::uint64_t framesDone)> progress;
  /// Becomes true when nobody wants the rest. Optional.
  const std::atomic<bool>* cancel = nullptr;
};

/// Takes stereo frames, interleaved. An Error ends the render and is its answer.
using OfflineSink = std::function<Status(const float* interleaved, std::size_t frames)>;

/// From song beat 0 on.
/// Thread: any but audio. Errors: PLAN_INVALID, RENDER_CANCELLED, and the sink's own.
[[nodiscard]] Status renderOffline(const Plan& plan, const OfflineRequest& request,
                                   const OfflineSink& sink);

/// Into a WAV file of 32-bit floats. What was there is replaced; a render that fails leaves
/// nothing. The same render gives the same bytes. Errors: as above, and FILE_FAILED.
[[nodiscard]] Status renderOfflineToFile(const Plan& plan, const OfflineRequest& request,
                                         const std::string& path);

}  // namespace downbeat::app
