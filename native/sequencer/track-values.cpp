// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/track-values.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::sequencer {
namespace {

constexpr double kLongAgo = -1e300;

}  // namespace

float fitted(TrackParam param, float value) RT_SAFE {
  const TrackParamInfo& info = kTrackParamInfos[static_cast<std::size_t>(param)];
  if (!(value >= info.min)) return info.min;
  const float inside = std::min(value, info.max);
  return info.isWhole ? std::floor(inside + 0.5F) : inside;
}

TrackValues::TrackValues(const All& planned) : planned_(planned) {
  now_.before = planned;
  now_.after = planned;
  now_.from.fill(kLongAgo);
  latest_.write(now_);
}

bool TrackValues::set(std::uint32_t id, float value, const SongPlace& place) RT_SAFE {
  if (id == 0 || id > kTrackParams) return false;
  put(id - 1, fitted(static_cast<TrackParam>(id - 1), value), place);
  latest_.write(now_);
  return true;
}

void TrackValues::plan(const All& planned, const SongPlace& place) RT_SAFE {
  for (std::size_t i = 0; i < kTrackParams; ++i) {
    if (planned[i] != planned_[i]) put(i, planned[i], place);
  }
  planned_ = planned;
  latest_.write(now_);
}

bool TrackValues::get(std::uint32_t id, float& value) const RT_SAFE {
  if (id == 0 || id > kTrackParams) return false;
  value = now_.after[id - 1];
  return true;
}

void TrackValues::put(std::size_t index, float value, const SongPlace& place) RT_SAFE {
  if (now_.after[index] == value) return;
  // One that still waits for its bar was never heard.
  if (place.lineBeat.value >= now_.from[index]) now_.before[index] = now_.after[index];
  now_.after[index] = value;
  now_.from[index] = kLongAgo;
  if (!kTrackParamInfos[index].isAtBar || !place.isPlaying) return;
  const double song = place.songBeat.value;
  const double bar = std::ceil((song - RtTrackValues::kSameBeat) / kBeatsPerBar) * kBeatsPerBar;
  now_.from[index] = place.lineBeat.value + bar - song;
}

}  // namespace downbeat::sequencer
