// SPDX-License-Identifier: GPL-3.0-or-later
// The place of one event loop in the song: hands out every event exactly once, at its frame.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/song-span.hpp"
#include "rt/rt-safe.hpp"
#include "sequencer/beat-map.hpp"
#include "sequencer/event-list.hpp"
#include "sequencer/event-loop.hpp"

namespace downbeat::sequencer {

/// While the song runs on, the cursor keeps its place, so an event is neither lost nor doubled
/// whatever the tempo does: one that is already late sounds at the first frame of the span. After a
/// start or a jump it looks for its place again: the first event whose frame is not before the
/// span (nor its beat before the song's), which is where a cursor that was stopped there left off.
/// Thread: construction on control, the rest on audio.
class PatternCursor {
 public:
  /// Both must outlive the cursor.
  PatternCursor(const EventLoop& loop, const BeatMap& map) : loop_(&loop), map_(&map) {}

  /// Adds the events of `span`, whose first frame is engine frame `firstFrame` of the quantum plus
  /// the span's offset. Event frames count inside the quantum.
  void advance(const SongSpan& span, Frames firstFrame, EventList& events) RT_SAFE;

  /// Forgets its place: the next playing span is a start.
  void leave() RT_SAFE { isPlaced_ = false; }

 private:
  void place(const SongSpan& span, std::int64_t spanFrame) RT_SAFE;
  void next() RT_SAFE;
  void nextRound() RT_SAFE;
  void measure() RT_SAFE;

  const EventLoop* loop_;
  const BeatMap* map_;
  [[nodiscard]] double rackBeat() const RT_SAFE;

  std::int64_t round_ = 0;  ///< of the rack
  std::int64_t cycle_ = 0;  ///< of the pattern, in its round
  std::size_t index_ = 0;
  Beats songBeat_{};  ///< of the next event
  bool isPlaced_ = false;
  bool isOver_ = false;  ///< played once, and done
};

}  // namespace downbeat::sequencer
