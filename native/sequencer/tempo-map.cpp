// SPDX-License-Identifier: GPL-3.0-or-later
#include "sequencer/tempo-map.hpp"

#include <cmath>

namespace downbeat::sequencer {

TempoMap::TempoMap(const std::vector<TempoPoint>& points) {
  knots_.reserve(points.size() + 1);
  for (const TempoPoint& point : points) {
    const double bpm = clampTempo(point.bpm).bpm;
    if (knots_.empty()) {
      knots_.push_back({0.0, 0.0, bpm});
      continue;
    }
    const Knot& last = knots_.back();
    if (!(point.beat >= last.beat) || bpm == last.bpm) continue;
    if (point.beat == last.beat) {
      // Two tempi at one beat: the later one holds.
      knots_.back().bpm = bpm;
      continue;
    }
    const double seconds = last.seconds + (point.beat - last.beat) * 60.0 / last.bpm;
    knots_.push_back({point.beat, seconds, bpm});
  }
  if (knots_.empty()) knots_.push_back({0.0, 0.0, 120.0});
}

Tempo TempoMap::tempoAt(Beats beat) const RT_SAFE {
  std::size_t low = 0;
  std::size_t high = knots_.size();
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    (knots_[middle].beat <= beat.value ? low : high) = middle;
  }
  return Tempo{knots_[low].bpm};
}

double TempoMap::secondsAt(Beats beat) const RT_SAFE {
  std::size_t low = 0;
  std::size_t high = knots_.size();
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    (knots_[middle].beat <= beat.value ? low : high) = middle;
  }
  return knots_[low].seconds + (beat.value - knots_[low].beat) * 60.0 / knots_[low].bpm;
}

Beats TempoMap::beatAt(double seconds) const RT_SAFE {
  std::size_t low = 0;
  std::size_t high = knots_.size();
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    (knots_[middle].seconds <= seconds ? low : high) = middle;
  }
  return {knots_[low].beat + (seconds - knots_[low].seconds) * knots_[low].bpm / 60.0};
}

bool TempoMap::operator==(const TempoMap& other) const {
  if (knots_.size() != other.knots_.size()) return false;
  for (std::size_t i = 0; i < knots_.size(); ++i) {
    if (knots_[i].beat != other.knots_[i].beat || knots_[i].bpm != other.knots_[i].bpm) {
      return false;
    }
  }
  return true;
}

}  // namespace downbeat::sequencer
