// SPDX-License-Identifier: GPL-3.0-or-later
// Where the racks of a session come together: sources into buses, the main bus into the master.
// Sources are the racks; the outputs of other buses join them as further sources.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "session/bus.hpp"
#include "session/master.hpp"

namespace downbeat::session {

struct StripPlan {
  std::string id;
  double gain = 1.0;  ///< factor
  bool muted = false;
  bool soloed = false;  ///< then only soloed strips are heard
  std::uint32_t latencyFrames = 0;
};

struct MixPlan {
  std::vector<StripPlan> strips;
  MasterSettings master;
};

/// Levels, mutes and solos move within 5 ms.
/// Thread: construction on control, the rest on audio.
class Mixer {
 public:
  /// `previous`: the mixer that plays now, at the same sample rate, or null. It is not touched
  /// before `takeOver`.
  Mixer(const MixPlan& plan, double sampleRate, const Mixer* previous);

  /// Once, before the first quantum.
  void takeOver(bool hasNewShape) RT_SAFE;

  /// One quantum: `sources` in the order of the plan's strips, kQuantumFrames into `left` and
  /// `right`.
  void process(const StereoQuantum* sources, std::size_t count, float* left, float* right) RT_SAFE;

  /// Of the slowest strip and the limiter.
  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE {
    return main_.latencyFrames() + master_->latencyFrames();
  }
  /// Quanta silenced because the sum was not finite.
  [[nodiscard]] std::uint64_t faults() const RT_SAFE { return faults_; }

 private:
  Bus main_;
  MasterSettings masterSettings_;
  std::shared_ptr<Master> master_;
  std::uint64_t faults_ = 0;
};

}  // namespace downbeat::session
