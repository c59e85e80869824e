// SPDX-License-Identifier: GPL-3.0-or-later
// The place of one live track in the song, for a node of a rack: hands out every hit exactly once,
// at its frame.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/song-span.hpp"
#include "rt/rt-safe.hpp"
#include "sequencer/event-list.hpp"
#include "sequencer/event-loop.hpp"
#include "sequencer/live-track.hpp"

namespace downbeat::sequencer {

/// Thread: construction on control, the rest on audio.
class LiveCursor {
 public:
  /// `node`: index in the rack. Locks on parameters that the node does not have are left out.
  LiveCursor(std::shared_ptr<const LiveTrack> track, std::uint32_t node,
             const ParamIndexOf& paramIndexOf, double sampleRate);

  /// As PatternCursor's.
  void advance(const SongSpan& span, Frames firstFrame, EventList& events) RT_SAFE;

  /// The most that one quantum is likely to bring.
  static constexpr std::size_t kRoom = 128;

 private:
  void lock(const TrackLockPlan& lock, RtRackEvent event, EventList& events) const RT_SAFE;
  void add(const TrackHit& hit, std::uint32_t frame, double framesPerBeat, EventList& events) const
      RT_SAFE;

  std::shared_ptr<const LiveTrack> track_;
  std::uint32_t node_;
  double sampleRate_;
  struct Param {
    std::uint32_t id;
    std::uint32_t index;
  };
  std::vector<Param> params_;  ///< that locks move and the node has
  double doneBeat_ = 0.0;      ///< of the song: everything before was played
  bool isPlaced_ = false;
  TrackMoment moment_;
};

}  // namespace downbeat::sequencer
