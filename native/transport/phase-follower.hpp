// SPDX-License-Identifier: GPL-3.0-or-later
// How the beat line catches up with Link, or with a MIDI clock, without a jump: it runs a little
// faster or slower until the error is gone. A small error is slewed so gently that nobody hears it;
// a big one (a join in the middle of playing) is bent away like a record under a finger. The
// integral part learns how far the converter's clock is from the host's, so that no steady error
// remains.
#pragma once

#include "rt/rt-safe.hpp"

namespace downbeat::transport {

/// Thread: audio.
class PhaseFollower {
 public:
  static constexpr double kSlewRange = 0.010;  ///< s: errors up to here are slewed
  static constexpr double kMaxSlew = 0.003;    ///< part of the pace
  static constexpr double kMaxBend = 0.125;    ///< part of the pace, beyond kSlewRange
  static constexpr double kCaughtUp = 0.001;   ///< s

  void reset() RT_SAFE;
  /// A late start: also a small error is bent away, down to kCaughtUp.
  void catchUp() RT_SAFE { isCatchingUp_ = true; }
  /// The error now: Link's beat minus ours, in seconds. Once per block.
  void measure(double errorSeconds) RT_SAFE;
  /// The factor for the pace of the next `seconds`. Link's pace stays the reference.
  [[nodiscard]] double advance(double seconds) RT_SAFE;
  /// What is left, by the newest measurement and what was done since.
  [[nodiscard]] double errorSeconds() const RT_SAFE { return error_; }

 private:
  double error_ = 0.0;
  double drift_ = 0.0;         // learned, part of the pace
  double sinceMeasure_ = 0.0;  // s
  bool isCatchingUp_ = false;
};

}  // namespace downbeat::transport
