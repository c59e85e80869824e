// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/boundary-wait.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::app {
namespace {

// Beats: closer together two places are one.
constexpr double kSamePlace = 1e-6;

}  // namespace

std::int64_t BoundaryWait::frameIn(const SongSpans& spans, Beats cycle) RT_SAFE {
  for (std::uint32_t i = 0; i < spans.count; ++i) {
    const SongSpan& span = spans.spans[i];
    if (!span.isPlaying) {
      hasLatest_ = false;
      continue;
    }
    const std::int64_t first = spans.firstFrame.value + span.offset;
    const double frame = 1.0 / span.framesPerBeat;
    // From half a frame earlier: a boundary that rounds to the first frame is that frame.
    const double from = (span.songBeat.value - 0.5 * frame) / cycle.value;
    Beats boundary = cycle * std::ceil(from - 1e-9);
    const Beats onLine = span.lineBeat + (boundary - span.songBeat);
    // Passed without having come: the line has jumped over it, and it is looked for anew.
    if (!hasLatest_ || latest_.value < span.lineBeat.value - frame) latest_ = onLine;
    hasLatest_ = true;
    if (latest_.value < onLine.value - kSamePlace) {
      boundary = span.songBeat + (latest_ - span.lineBeat);
    }
    const std::int64_t due = std::max(first, span.frameOf(boundary));
    if (due < first + span.frames) return due;
  }
  return kLater;
}

}  // namespace downbeat::app
