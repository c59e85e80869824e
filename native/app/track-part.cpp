// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/track-part.hpp"

#include <cmath>

namespace downbeat::app {
namespace {

constexpr double kMaxVelocity = 127.0;

}  // namespace

void TrackPart::visit(const midi::SongPiece& piece, midi::LiveListener& listener) RT_SAFE {
  const rt::Latest<sequencer::RtTrackValues>& latest = track_->values().latest();
  const std::uint64_t version = latest.version();
  if (version != seen_ && latest.read(moment_.values)) seen_ = version;
  moment_.ambience = track_->ambience().amount();
  moment_.lineOffset = piece.lineOffset;
  track_->visit(moment_, piece.from, piece.to, [&listener](const sequencer::TrackHit& hit) RT_SAFE {
    if (hit.hasLocks) {
      for (const sequencer::TrackLockPlan& lock : hit.step->locks) {
        if (lock.group.count > 0) listener.onGroup(hit.beat, lock.group);
      }
    }
    if (!hit.isSound || hit.note < 0) return;
    const double velocity = std::floor(static_cast<double>(hit.velocity) * kMaxVelocity + 0.5);
    listener.onNote(hit.beat, hit.length, static_cast<std::uint8_t>(hit.note),
                    static_cast<std::uint8_t>(velocity < 1.0 ? 1.0 : velocity));
  });
}

}  // namespace downbeat::app
