// SPDX-License-Identifier: GPL-3.0-or-later
// How the song moves through one quantum of frames. Usually one span; a start, a stop or the end of
// a loop inside the quantum cuts it into several. The transport makes them, racks follow them.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat {

struct SongSpan {
  std::uint32_t offset = 0;  ///< first frame inside the quantum
  std::uint32_t frames = 0;
  bool isPlaying = false;
  bool hasJumped = false;  ///< the song position did not follow from the span before
  Beats songBeat{};        ///< position at the first frame (where it stands, when not playing)
  Beats lineBeat{};        ///< of the beat line there: it goes on where the song jumps
  // The line the span lies on. The anchor stays the same while the tempo does, so that positions
  // are rounded once and never add up errors.
  double anchorFrame = 0.0;  ///< engine frame
  Beats anchorBeat{};        ///< song position there
  double framesPerBeat = 24000.0;

  /// The engine frame at which `beat` sounds, rounded once.
  [[nodiscard]] std::int64_t frameOf(Beats beat) const RT_SAFE {
    return static_cast<std::int64_t>(
        std::floor(anchorFrame + (beat.value - anchorBeat.value) * framesPerBeat + 0.5));
  }
};

struct SongSpans {
  static constexpr std::uint32_t kMax = 8;
  std::array<SongSpan, kMax> spans{};
  std::uint32_t count = 0;
  Frames firstFrame{};  ///< engine frame of the quantum
};

}  // namespace downbeat
