// SPDX-License-Identifier: GPL-3.0-or-later
// When a JACK cycle is heard: JACK measures the start of each cycle with a filter of its own, and
// its ports know how long sound takes to the loudspeaker. RtAudio hides both behind its client, so
// this is a second one, which is never activated: it has no ports and costs nothing.
#pragma once

#include <cstdint>
#include <memory>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::audio {

/// Thread: worker for `open` and the destructor, audio for the rest: inside JACK's process
/// callback.
class JackClock {
 public:
  /// Null where there is no JACK, no server, or no port of this process. Call when RtAudio's stream
  /// runs; it must be closed before this one is destroyed.
  [[nodiscard]] static std::unique_ptr<JackClock> open();
  virtual ~JackClock() = default;

  /// Once in every callback; `frames` are those of its block. False when the server does not tell
  /// (PipeWire's does so to active clients only). Otherwise `host` is when the first frame of the
  /// block is at the loudspeaker.
  [[nodiscard]] virtual bool heardAt(std::uint32_t frames, HostMicros& host) RT_SAFE = 0;
  /// From the first frame of a cycle to the loudspeaker, by the output port; and from the
  /// microphone to the first frame, by the input port: 0 without one.
  [[nodiscard]] virtual std::uint32_t outputLatencyFrames() const RT_SAFE = 0;
  [[nodiscard]] virtual std::uint32_t inputLatencyFrames() const RT_SAFE = 0;
};

}  // namespace downbeat::audio
