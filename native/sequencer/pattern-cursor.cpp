// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/pattern-cursor.hpp"

#include <cmath>

namespace downbeat::sequencer {
namespace {

// Beats: song positions closer than this are the same place (a frame is over 1e-6 beats).
constexpr double kSamePlace = 1e-9;
// Far beyond any song, and cycle numbers still fit.
constexpr double kFarthestBeat = 1e12;
// Frames: later than this is a jump that nobody announced, not a change of tempo.
constexpr std::int64_t kTooLate = 1 << 16;

}  // namespace

void PatternCursor::advance(const SongSpan& span, Frames firstFrame, EventList& events) RT_SAFE {
  if (loop_->events.empty()) return;
  if (!span.isPlaying) {
    isPlaced_ = false;
    return;
  }
  const std::int64_t spanFrame = firstFrame.value + span.offset;
  const std::int64_t endFrame = spanFrame + span.frames;
  if (span.hasJumped || !isPlaced_) place(span, spanFrame);
  while (!isOver_) {
    std::int64_t frame = span.frameOf(songBeat_);
    if (frame >= endFrame) return;
    if (frame < spanFrame - kTooLate) {
      place(span, spanFrame);
      continue;
    }
    if (frame < spanFrame) frame = spanFrame;
    RtRackEvent event = loop_->events[index_].event;
    event.frame = static_cast<std::uint32_t>(frame - firstFrame.value);
    const bool hasRoom = !events.isFull();
    events.add(event);
    if (!hasRoom) {
      // What follows has no room either: the next quantum begins where it is.
      isPlaced_ = false;
      return;
    }
    next();
  }
}

void PatternCursor::place(const SongSpan& span, std::int64_t spanFrame) RT_SAFE {
  isPlaced_ = true;
  isOver_ = false;
  round_ = 0;
  cycle_ = 0;
  index_ = 0;
  double songBeat = span.songBeat.value;
  if (!(songBeat > -kFarthestBeat)) songBeat = -kFarthestBeat;
  if (songBeat > kFarthestBeat) songBeat = kFarthestBeat;
  // Two frames early, then event by event: the frame decides, not the beat.
  const double early = 2.0 / (span.framesPerBeat > 1.0 ? span.framesPerBeat : 1.0);
  double inRound = map_->rackBeatAt({songBeat - early}).value;
  if (loop_->roundBeats > 0.0 && inRound > 0.0) {
    round_ = static_cast<std::int64_t>(std::floor(inRound / loop_->roundBeats));
    inRound -= static_cast<double>(round_) * loop_->roundBeats;
  }
  if (loop_->lengthBeats > 0.0 && inRound > 0.0) {
    cycle_ = static_cast<std::int64_t>(std::floor(inRound / loop_->lengthBeats));
  }
  const double inCycle = inRound - static_cast<double>(cycle_) * loop_->lengthBeats;
  std::size_t low = 0;
  std::size_t high = loop_->events.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (loop_->events[middle].beat < inCycle) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  index_ = low;
  if (index_ == loop_->events.size()) {
    --index_;
    next();
  } else {
    measure();
  }
  while (!isOver_ && span.frameOf(songBeat_) < spanFrame &&
         songBeat_.value < songBeat - kSamePlace) {
    next();
  }
}

void PatternCursor::next() RT_SAFE {
  if (++index_ == loop_->events.size()) {
    index_ = 0;
    ++cycle_;
    if (!(loop_->lengthBeats > 0.0)) nextRound();
  }
  measure();
}

void PatternCursor::nextRound() RT_SAFE {
  ++round_;
  cycle_ = 0;
  index_ = 0;
  if (!(loop_->roundBeats > 0.0)) isOver_ = true;
}

double PatternCursor::rackBeat() const RT_SAFE {
  // Multiplied, not added up: the thousandth cycle is as exact as the first.
  return static_cast<double>(round_) * loop_->roundBeats +
         static_cast<double>(cycle_) * loop_->lengthBeats + loop_->events[index_].beat;
}

void PatternCursor::measure() RT_SAFE {
  const auto inRound = [this]() RT_SAFE {
    return static_cast<double>(cycle_) * loop_->lengthBeats + loop_->events[index_].beat;
  };
  if (loop_->roundBeats > 0.0 && inRound() >= loop_->roundBeats) nextRound();
  // What begins beyond its round is never heard.
  if (loop_->roundBeats > 0.0 && inRound() >= loop_->roundBeats) isOver_ = true;
  if (loop_->endBeats > 0.0 && rackBeat() >= loop_->endBeats) isOver_ = true;
  songBeat_ = map_->songBeatAt({rackBeat()});
}

}  // namespace downbeat::sequencer
