// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-score.hpp"

#include <algorithm>
#include <cmath>

namespace downbeat::midi {
namespace {

/// Steps of a track as beats. Thread: control.
class StepGrid {
 public:
  explicit StepGrid(const MidiTrackPlan& plan)
      : beatsPerStep_(4.0 / static_cast<double>(plan.resolution)),
        lengthSteps_(static_cast<double>(plan.lengthSteps)) {
    if (plan.swingPercent > 0.0) {
      shiftSteps_ = std::pow(plan.swingPercent / 100.0 * 0.5, plan.swingExponent);
    }
  }

  [[nodiscard]] double cycleBeats() const { return lengthSteps_ * beatsPerStep_; }

  /// `step` may lie between steps and beyond the end of the cycle.
  [[nodiscard]] double beatOf(double step) const {
    const double cycle = std::floor(step / lengthSteps_);
    const double inCycle = step - cycle * lengthSteps_;
    return (cycle * lengthSteps_ + swung(inCycle)) * beatsPerStep_;
  }

 private:
  // Even steps last longer by the shift, odd ones shorter.
  [[nodiscard]] double swung(double step) const {
    const double whole = std::floor(step);
    const double part = step - whole;
    const bool isOdd = std::fmod(whole, 2.0) >= 1.0;
    return isOdd ? whole + shiftSteps_ + part * (1.0 - shiftSteps_)
                 : whole + part * (1.0 + shiftSteps_);
  }

  double beatsPerStep_;
  double lengthSteps_;
  double shiftSteps_ = 0.0;
};

/// Keeps the plan's order among events of the same beat.
template <typename Event>
void insertByBeat(std::vector<Event>& events, const Event& event) {
  const auto isEarlier = [](const Event& a, const Event& b) { return a.beat < b.beat; };
  events.insert(std::upper_bound(events.begin(), events.end(), event, isEarlier), event);
}

bool isSame(const ScoreNote& a, const ScoreNote& b) RT_SAFE {
  return a.beat == b.beat && a.length == b.length && a.note == b.note && a.velocity == b.velocity;
}

bool isSame(const ScoreTrack& a, const ScoreTrack& b) RT_SAFE {
  if (a.port.slot != b.port.slot || a.port.serial != b.port.serial || a.channel != b.channel ||
      a.cycleBeats != b.cycleBeats || a.notes.size() != b.notes.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.notes.size(); ++i) {
    if (!isSame(a.notes[i], b.notes[i])) return false;
  }
  return true;
}

}  // namespace

bool isSameWriting(const MidiScore& a, const MidiScore& b) RT_SAFE {
  if (a.tracks.size() != b.tracks.size()) return false;
  for (std::size_t i = 0; i < a.tracks.size(); ++i) {
    if (!isSame(a.tracks[i], b.tracks[i])) return false;
  }
  return true;
}

std::unique_ptr<MidiScore> makeMidiScore(
    const std::vector<MidiTrackPlan>& tracks,
    const std::function<MidiSlotRef(const std::string& portId)>& findPort) {
  auto score = std::make_unique<MidiScore>();
  for (const MidiTrackPlan& plan : tracks) {
    if (plan.muted || plan.resolution == 0 || plan.lengthSteps == 0) continue;
    ScoreTrack track;
    track.port = findPort(plan.port);
    if (track.port.serial == 0) continue;
    const StepGrid grid(plan);
    track.channel = plan.channel & 0x0F;
    track.cycleBeats = grid.cycleBeats();
    for (const MidiNotePlan& note : plan.notes) {
      if (note.step >= plan.lengthSteps || !(note.lengthSteps > 0.0)) continue;
      const double step = note.step;
      const double beat = grid.beatOf(step);
      const double length = grid.beatOf(step + note.lengthSteps) - beat;
      track.longestBeats = std::max(track.longestBeats, length);
      insertByBeat(track.notes, ScoreNote{beat, length, note.note, note.velocity});
    }
    for (const MidiControllerPlan& controller : plan.controllers) {
      if (controller.step >= plan.lengthSteps) continue;
      const double beat = grid.beatOf(controller.step);
      insertByBeat(track.controllers,
                   ScoreController{beat, controller.controller, controller.value});
    }
    score->tracks.push_back(std::move(track));
  }
  return score;
}

}  // namespace downbeat::midi
