// SPDX-License-Identifier: GPL-3.0-or-later
// What a synth is to play and nobody has written down: notes that are decided as the song goes. The
// midi thread asks for every piece of the song as it comes, and looks ahead; the same question has
// the same answer.
#pragma once

#include <cstdint>

#include "base/midi-group.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// A piece of the song, [from, to) in its beats.
struct SongPiece {
  double from = 0.0;
  double to = 0.0;
  double lineOffset = 0.0;  ///< beat of the line where the song is at beat 0
};

/// Thread: midi.
class LiveListener {
 public:
  /// What has to be said before the next note.
  virtual void onGroup(double beat, const MidiGroup& group) RT_SAFE = 0;
  /// `beat`: of the song; `length` in beats; velocity 1 to 127.
  virtual void onNote(double beat, double length, std::uint8_t note, std::uint8_t velocity)
      RT_SAFE = 0;

 protected:
  ~LiveListener() = default;  // lives on the stack of who asks
};

/// Thread: construction and destruction on control, the rest on midi.
class LivePart {
 public:
  virtual ~LivePart() = default;
  virtual void visit(const SongPiece& piece, LiveListener& listener) RT_SAFE = 0;
  /// Beats: no note is longer.
  [[nodiscard]] virtual double longestBeats() const RT_SAFE = 0;
};

}  // namespace downbeat::midi
