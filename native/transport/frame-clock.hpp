// SPDX-License-Identifier: GPL-3.0-or-later
// Which host time belongs to which frame. A callback is entered a little late, and by a different
// amount each time; the frames leave the converter evenly. A second-order delay-locked loop draws
// the even line through the uneven times.
// Source: F. Adriaensen, "Using a DLL to filter time", Linux Audio Conference 2005.
#pragma once

#include <cstdint>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::transport {

/// Thread: `prepare` on control, the rest on audio.
class FrameClock {
 public:
  /// `sampleRate` in Hz, more than 0.
  void prepare(double sampleRate);

  /// Forgets the line; the next block begins a new one.
  void reset() RT_SAFE;

  /// Takes one block in, before it is rendered. `host` is what the driver states for `firstFrame`
  /// (callback entry and output latency). `isExact`: the time lies on an ideal line and is passed
  /// through. `hasBroken`: frames were lost (xrun, other device), the line begins again here.
  /// Returns the filtered time of `firstFrame` at the loudspeaker.
  HostMicros addBlock(Frames firstFrame, HostMicros host, bool isExact, bool hasBroken) RT_SAFE;

  /// The line through the newest block.
  [[nodiscard]] HostMicros hostAt(Frames frame) const RT_SAFE;
  /// Measured, not nominal. 1e6 / sample rate until there is something to measure.
  [[nodiscard]] double microsPerFrame() const RT_SAFE { return microsPerFrame_; }
  /// How often the line had to begin again because the times had left it for good.
  [[nodiscard]] std::uint64_t restarts() const RT_SAFE { return restarts_; }

 private:
  void begin(Frames frame, HostMicros host) RT_SAFE;

  double nominal_ = 1.0e6 / 48000.0;
  double microsPerFrame_ = 1.0e6 / 48000.0;
  HostMicros origin_{};  // doubles hold microseconds of a day, not of an epoch
  double micros_ = 0.0;  // since origin_, at frame_
  Frames frame_{};
  double settledSeconds_ = 0.0;
  double strangeSeconds_ = 0.0;
  std::uint64_t restarts_ = 0;
  bool hasLine_ = false;
};

}  // namespace downbeat::transport
