// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/live-cursor.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace downbeat::sequencer {
namespace {

// Beats: what is further back is a jump that nobody announced.
constexpr double kUnannounced = 4.0;
constexpr double kHalfFrame = 0.5;

std::uint32_t wholeFrames(double frames) RT_SAFE {
  const double rounded = std::floor(frames + 0.5);
  return rounded > 1.0 ? static_cast<std::uint32_t>(std::min(rounded, 4.0e9)) : 1U;
}

}  // namespace

LiveCursor::LiveCursor(std::shared_ptr<const LiveTrack> track, std::uint32_t node,
                       const ParamIndexOf& paramIndexOf, double sampleRate)
    : track_(std::move(track)), node_(node), sampleRate_(sampleRate) {
  for (const TrackPatternPlan& pattern : track_->plan().patterns) {
    for (const TrackStepPlan& step : pattern.steps) {
      for (const TrackLockPlan& lock : step.locks) {
        const int index = paramIndexOf(node, lock.param);
        const auto isKnown = [&lock](const Param& param) { return param.id == lock.param; };
        if (index < 0 || std::any_of(params_.begin(), params_.end(), isKnown)) continue;
        params_.push_back({lock.param, static_cast<std::uint32_t>(index)});
      }
    }
  }
}

void LiveCursor::advance(const SongSpan& span, Frames firstFrame, EventList& events) RT_SAFE {
  if (!span.isPlaying) {
    isPlaced_ = false;
    return;
  }
  const double framesPerBeat = span.framesPerBeat > 1.0 ? span.framesPerBeat : 1.0;
  const std::int64_t spanFrame = firstFrame.value + span.offset;
  const std::int64_t endFrame = spanFrame + span.frames;
  const double to = span.anchorBeat.value +
                    (static_cast<double>(endFrame) - kHalfFrame - span.anchorFrame) / framesPerBeat;
  if (span.hasJumped || !isPlaced_ || to - doneBeat_ > kUnannounced ||
      doneBeat_ - to > kUnannounced) {
    // Where one that was stopped here left off: at the frame that is nearest.
    doneBeat_ = span.songBeat.value - kHalfFrame / framesPerBeat;
    isPlaced_ = true;
  }
  if (!(to > doneBeat_)) return;
  moment_.values = track_->values().now();
  moment_.ambience = track_->ambience().amount();
  moment_.lineOffset = span.lineBeat.value - span.songBeat.value;
  track_->visit(moment_, doneBeat_, to, [&](const TrackHit& hit) RT_SAFE {
    const std::int64_t frame =
        std::clamp(span.frameOf({hit.beat}), spanFrame, endFrame - 1) - firstFrame.value;
    add(hit, static_cast<std::uint32_t>(frame), framesPerBeat, events);
  });
  doneBeat_ = to;
}

void LiveCursor::lock(const TrackLockPlan& lock, RtRackEvent event, EventList& events) const
    RT_SAFE {
  for (const Param& param : params_) {
    if (param.id != lock.param) continue;
    event.kind = RtRackEventKind::setParam;
    event.param = param.index;
    event.rampFrames = lock.rampMs > 0.0 ? wholeFrames(lock.rampMs * sampleRate_ * 1e-3) : 0;
    event.value = static_cast<float>(lock.value);
    events.add(event);
  }
}

void LiveCursor::add(const TrackHit& hit, std::uint32_t frame, double framesPerBeat,
                     EventList& events) const RT_SAFE {
  RtRackEvent event;
  event.frame = frame;
  event.node = node_;
  if (hit.hasLocks) {
    for (const TrackLockPlan& each : hit.step->locks) lock(each, event, events);
  }
  if (!hit.isSound) return;
  event.value = hit.velocity;
  event.kind = RtRackEventKind::trigger;
  if (hit.note >= 0) {
    event.kind = RtRackEventKind::noteOn;
    event.param = static_cast<std::uint32_t>(hit.note);
    event.rampFrames = wholeFrames(hit.length * framesPerBeat);
  }
  events.add(event);
}

}  // namespace downbeat::sequencer
