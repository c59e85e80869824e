// SPDX-License-Identifier: GPL-3.0-or-later
// The straight line between engine frames and beats. The anchor moves only when the line bends or
// jumps, so a position is rounded once and errors never add up, however long the box plays.
#pragma once

#include <cmath>
#include <cstdint>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::transport {

/// Thread: audio.
class BeatLine {
 public:
  [[nodiscard]] Beats beatAt(double frame) const RT_SAFE {
    return {anchorBeat_.value + (frame - anchorFrame_) / framesPerBeat_};
  }
  [[nodiscard]] Beats beatAt(std::int64_t frame) const RT_SAFE {
    return beatAt(static_cast<double>(frame));
  }
  /// The frame at which `beat` sounds.
  [[nodiscard]] std::int64_t frameOf(Beats beat) const RT_SAFE {
    return static_cast<std::int64_t>(
        std::floor(anchorFrame_ + (beat - anchorBeat_).value * framesPerBeat_ + 0.5));
  }

  /// The line goes through `beat` at `frame` from now on, as fast as before.
  void place(std::int64_t frame, Beats beat) RT_SAFE {
    anchorFrame_ = static_cast<double>(frame);
    anchorBeat_ = beat;
  }
  /// The line goes on from where it is at `frame`, at another pace. It bends half a frame earlier,
  /// where rounding divides this frame from the one before: so every beat is heard on one side.
  void bend(std::int64_t frame, double framesPerBeat) RT_SAFE {
    if (framesPerBeat == framesPerBeat_) return;
    const double edge = static_cast<double>(frame) - 0.5;
    anchorBeat_ = beatAt(edge);
    anchorFrame_ = edge;
    framesPerBeat_ = framesPerBeat;
  }
  /// As if `frames` frames had passed.
  void skip(std::int64_t frames) RT_SAFE { anchorFrame_ -= static_cast<double>(frames); }

  [[nodiscard]] double anchorFrame() const RT_SAFE { return anchorFrame_; }
  [[nodiscard]] Beats anchorBeat() const RT_SAFE { return anchorBeat_; }
  [[nodiscard]] double framesPerBeat() const RT_SAFE { return framesPerBeat_; }

 private:
  double anchorFrame_ = 0.0;
  Beats anchorBeat_{};
  double framesPerBeat_ = 24000.0;
};

}  // namespace downbeat::transport
