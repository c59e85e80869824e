// SPDX-License-Identifier: GPL-3.0-or-later
// Where the song is during one quantum of a graph. Usually one piece; a start, a stop or the end of
// a loop cuts the quantum into several.
#pragma once

#include <array>
#include <cstdint>

#include "base/units.hpp"
#include "rack/node.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

struct GraphTime {
  static constexpr std::uint32_t kMax = 8;
  struct Piece {
    std::uint32_t offset = 0;  ///< first frame inside the quantum
    bool hasStarted = false;   ///< the song begins to play here
    MusicalTime time{};        ///< at that frame
  };
  std::array<Piece, kMax> pieces{};
  std::uint32_t count = 1;

  /// The piece that holds `frame`.
  [[nodiscard]] const Piece& at(std::uint32_t frame) const RT_SAFE {
    std::uint32_t i = count;
    while (i > 1 && pieces[i - 1].offset > frame) --i;
    return pieces[i == 0 ? 0 : i - 1];
  }
  /// The musical time of `frame`.
  [[nodiscard]] MusicalTime timeAt(std::uint32_t frame) const RT_SAFE {
    const Piece& piece = at(frame);
    MusicalTime time = piece.time;
    if (time.isPlaying) time.beat += time.beatsPerFrame * (frame - piece.offset);
    return time;
  }
  /// The first frame after `frame` at which another piece begins, or the end of the quantum.
  [[nodiscard]] std::uint32_t endAfter(std::uint32_t frame) const RT_SAFE {
    for (std::uint32_t i = 1; i < count; ++i) {
      if (pieces[i].offset > frame) return pieces[i].offset;
    }
    return kQuantumFrames;
  }
};

}  // namespace downbeat::rack
