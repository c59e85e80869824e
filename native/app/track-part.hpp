// SPDX-License-Identifier: GPL-3.0-or-later
// A live track as the midi thread plays it: where the sequencer and a synth meet.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "midi/live-part.hpp"
#include "rt/rt-safe.hpp"
#include "sequencer/live-track.hpp"

namespace downbeat::app {

class TrackPart final : public midi::LivePart {
 public:
  explicit TrackPart(std::shared_ptr<const sequencer::LiveTrack> track)
      : track_(std::move(track)) {}

  void visit(const midi::SongPiece& piece, midi::LiveListener& listener) RT_SAFE override;
  [[nodiscard]] double longestBeats() const RT_SAFE override { return track_->longestBeats(); }

 private:
  const std::shared_ptr<const sequencer::LiveTrack> track_;

  // Midi.
  sequencer::TrackMoment moment_;
  std::uint64_t seen_ = 0;  ///< version of the values in `moment_`
};

}  // namespace downbeat::app
