// SPDX-License-Identifier: GPL-3.0-or-later
// Tempo as steps along the song: which tempo holds at a beat, and beats to seconds and back.
#pragma once

#include <cstddef>
#include <vector>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::sequencer {

/// From `beat` on the tempo is `bpm`.
struct TempoPoint {
  double beat = 0.0;
  double bpm = 120.0;
};

/// Never empty: without points the tempo is 120. Positions before beat 0 have the first tempo.
/// Thread: construction on control, the rest on any.
class TempoMap {
 public:
  TempoMap() : TempoMap(std::vector<TempoPoint>{}) {}
  /// `points` ascend in beats; the first counts from beat 0 wherever it says it is.
  explicit TempoMap(const std::vector<TempoPoint>& points);

  [[nodiscard]] Tempo tempoAt(Beats beat) const RT_SAFE;
  [[nodiscard]] double secondsAt(Beats beat) const RT_SAFE;
  [[nodiscard]] Beats beatAt(double seconds) const RT_SAFE;

  /// Changes of tempo only: a point that repeats the tempo before it is not kept.
  [[nodiscard]] std::size_t pointCount() const RT_SAFE { return knots_.size(); }
  [[nodiscard]] TempoPoint point(std::size_t index) const RT_SAFE {
    return {knots_[index].beat, knots_[index].bpm};
  }
  [[nodiscard]] bool operator==(const TempoMap& other) const;

 private:
  struct Knot {
    double beat;
    double seconds;
    double bpm;
  };
  std::vector<Knot> knots_;
};

}  // namespace downbeat::sequencer
