// SPDX-License-Identifier: GPL-3.0-or-later
// A drum that plays itself: BPM and LOOP of kick and clap.
#pragma once

#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// Thread: audio.
class LoopClock {
 public:
  /// `isOn` and a bpm above 0 beat at once and then on every beat; a new tempo keeps the phase.
  void set(bool isOn, double bpm, double sampleRate) RT_SAFE {
    const double period = isOn && bpm > 0.0 ? 60.0 * sampleRate / bpm : 0.0;
    if (period > 0.0 && period_ > 0.0) {
      remaining_ *= period / period_;
    } else {
      remaining_ = 0.0;
    }
    period_ = period;
  }
  /// True when a beat falls on this frame; the next call is the next frame's.
  bool next() RT_SAFE {
    if (period_ <= 0.0) return false;
    // Rounded to the nearest frame, without adding up what was rounded.
    const bool isBeat = remaining_ < 0.5;
    if (isBeat) remaining_ += period_;
    remaining_ -= 1.0;
    return isBeat;
  }
  void reset() RT_SAFE { remaining_ = 0.0; }

 private:
  double period_ = 0.0;
  double remaining_ = 0.0;
};

}  // namespace downbeat::rack
