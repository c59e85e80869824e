// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat link calibrate`: measures a loopback while the engine runs, and says by how much the
// device's own word about its latency is wrong.
#pragma once

#include <cstdint>
#include <future>
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "app/performer.hpp"
#include "audio/audio-driver.hpp"
#include "audio/latency-probe.hpp"
#include "audio/loopback.hpp"
#include "base/status.hpp"
#include "base/units.hpp"

namespace downbeat::engine {

/// Thread: control. The correlation runs on a worker of its own.
class Calibration {
 public:
  /// The probe is the performer's: it plays instead of the music for about a second.
  /// Errors: `CALIBRATION_FAILED`: no input, or one runs already.
  Status start(app::Performer& performer, const audio::AudioDriverInfo& info, HostMicros now);
  void poll(HostMicros now);
  /// Null before the first; else `state` (running, done, failed) and what was found.
  [[nodiscard]] nlohmann::json json() const;

 private:
  enum class State : std::uint8_t { none, playing, thinking, done, failed };
  void finish(const Result<audio::Loopback>& found);

  State state_ = State::none;
  audio::LatencyProbe* probe_ = nullptr;
  audio::AudioDriverInfo info_;
  HostMicros startedAt_{};
  std::future<Result<audio::Loopback>> answer_;
  audio::Loopback found_;
  Error error_;
};

}  // namespace downbeat::engine
