// SPDX-License-Identifier: GPL-3.0-or-later
// A track that decides step by step what it plays: chance, conditions, ratchets, direction, scale.
//
// Every decision is a function of the track's seed, the number of the step in the song and the
// parameters, with nothing remembered. So the audio thread and the midi thread decide the same, a
// locate or a swap of the plan changes nothing, and an offline render is what was heard.
//
// Whatever moves a step in time moves it later: who starts on a step hears that step.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "rt/rt-safe.hpp"
#include "sequencer/ambience.hpp"
#include "sequencer/euclid.hpp"
#include "sequencer/step-dice.hpp"
#include "sequencer/track-plan.hpp"
#include "sequencer/track-values.hpp"

namespace downbeat::sequencer {

/// What counts while a piece of the song is played.
struct TrackMoment {
  RtTrackValues values{};
  float ambience = 0.0F;
  double lineOffset = 0.0;  ///< beat of the line where the song is at beat 0
};

/// One sound, or the locks of a step without one.
struct TrackHit {
  double beat = 0.0;       ///< of the song
  double length = 0.0;     ///< beats
  std::int32_t note = -1;  ///< 0 to 127; -1: struck without one
  float velocity = 1.0F;   ///< above 0 to 1
  bool isSound = true;
  bool hasLocks = false;  ///< those of `step` hold from here on
  const TrackStepPlan* step = nullptr;
};

/// Thread: construction and destruction on control, the rest on any.
class LiveTrack {
 public:
  /// `values` and `ambience` are those of the track before it, when there was one of this id.
  LiveTrack(TrackPlan plan, std::uint64_t sessionSeed, std::shared_ptr<TrackValues> values,
            std::shared_ptr<Ambience> ambience);

  /// Calls `visit(const TrackHit&)` for everything that begins in song beats [from, to), in the
  /// order of its steps.
  template <typename Visit>
  void visit(const TrackMoment& moment, double from, double to, Visit&& visit) const RT_SAFE {
    if (!(to > from)) return;
    const auto last = static_cast<std::int64_t>(std::floor(to / stepBeats_));
    auto index = static_cast<std::int64_t>(std::floor(from / stepBeats_)) - kStepsLate;
    if (index < 0) index = 0;
    for (; index <= last; ++index) {
      StepContext step;
      if (!enter(moment, {from, to}, index, step)) continue;
      for (std::uint32_t i = step.first; i < step.end; ++i) {
        const TrackStepPlan& entry = step.pattern->steps[i];
        visitEntry(step, entry, i, from, to, visit);
      }
      if (step.isPlain) visitEntry(step, step.pattern->plain, kPlainEntry, from, to, visit);
    }
  }

  [[nodiscard]] const TrackPlan& plan() const { return plan_; }
  [[nodiscard]] TrackValues& values() const RT_SAFE { return *values_; }
  [[nodiscard]] const std::shared_ptr<TrackValues>& sharedValues() const { return values_; }
  [[nodiscard]] const Ambience& ambience() const RT_SAFE { return *ambience_; }
  [[nodiscard]] const TrackValues::All& planned() const RT_SAFE { return planned_; }
  /// Beats: no note is longer.
  [[nodiscard]] double longestBeats() const RT_SAFE { return longestBeats_; }

  /// Values of a plan, the rest as a track begins.
  [[nodiscard]] static TrackValues::All valuesOf(const TrackPlan& plan);

 private:
  /// Steps: no hit is so much later than its step.
  static constexpr std::int64_t kStepsLate = 2;
  static constexpr std::uint32_t kPlainEntry = 0xFFFF;

  struct Pattern {
    std::vector<TrackStepPlan> steps;
    TrackStepPlan plain;
    std::vector<PitchPlan> line;
    std::uint32_t length = 16;
    std::uint64_t hits = 0;  ///< steps that sound, whatever chance says
    bool hasRatchets = false;
    std::array<std::uint32_t, kMaxTrackSteps + 1> firstOf{};  ///< entries, by step
  };
  struct StepContext {
    const TrackMoment* moment = nullptr;
    const Pattern* pattern = nullptr;
    std::int64_t index = 0;
    std::int64_t round = 0;
    double line = 0.0;
    double swing = 0.0;       ///< steps by which odd ones are later
    double late = 0.0;        ///< beats
    double level = 1.0;       ///< factor of every velocity
    std::uint32_t hit = 0;    ///< which of the pattern's hits this one is
    std::uint32_t first = 0;  ///< entries
    std::uint32_t end = 0;    ///< of the entries
    bool isPlain = false;     ///< a hit that is not written
    bool sounds = false;      ///< locks alone when not
  };

  struct Window {
    double from;
    double to;
  };
  /// False when nothing of the step begins inside the window.
  [[nodiscard]] bool enter(const TrackMoment& moment, const Window& window, std::int64_t index,
                           StepContext& step) const RT_SAFE;
  /// Where a step of the song is in the pattern, and how often that has been played through.
  struct Place {
    std::uint32_t position;
    std::int64_t round;
  };
  [[nodiscard]] Place placeOf(Direction direction, std::uint32_t length, std::int64_t index) const
      RT_SAFE;
  /// Whether the dice, the round and the density let it play.
  [[nodiscard]] bool plays(const StepContext& step, const TrackStepPlan& entry,
                           std::uint32_t number) const RT_SAFE;
  [[nodiscard]] bool survives(std::uint64_t hits, std::uint32_t length, std::uint32_t position,
                              float density) const RT_SAFE;
  [[nodiscard]] double rank(std::uint32_t position) const RT_SAFE;
  [[nodiscard]] std::int32_t noteOf(const StepContext& step, const TrackStepPlan& entry) const
      RT_SAFE;
  [[nodiscard]] std::int32_t pitchOf(const PitchPlan& pitch, const StepContext& step) const RT_SAFE;
  [[nodiscard]] float value(const TrackMoment& moment, TrackParam param, double line) const RT_SAFE;
  [[nodiscard]] static double swung(double at, double swing) RT_SAFE;

  template <typename Visit>
  void visitEntry(const StepContext& step, const TrackStepPlan& entry, std::uint32_t number,
                  double from, double to, Visit& visit) const RT_SAFE {
    const auto index = static_cast<double>(step.index);
    const double begin = swung(index, step.swing) * stepBeats_ + step.late;
    const double end = swung(index + 1.0, step.swing) * stepBeats_ + step.late;
    const bool isSound = entry.kind != StepKind::rest;
    const bool isOne = !isSound || entry.ratchet <= 1;
    // Most of the time nothing begins: that is found out without the dice.
    if (isOne ? begin < from || begin >= to : end <= from || begin >= to) return;
    if (!plays(step, entry, number)) return;
    TrackHit hit;
    hit.step = &entry;
    hit.isSound = isSound;
    hit.hasLocks = !entry.locks.empty();
    if (!isSound) {
      hit.beat = begin;
      if (hit.hasLocks) visit(hit);
      return;
    }
    const double gate = entry.gate * gateOf(step);
    hit.note = noteOf(step, entry);
    const double velocity = entry.velocity * step.level;
    hit.velocity = static_cast<float>(velocity < 1.0 ? velocity : 1.0);
    if (!(hit.velocity > 0.0F)) return;
    const auto times = static_cast<double>(entry.ratchet);
    for (std::uint32_t i = 0; i < entry.ratchet; ++i) {
      const double at = index + static_cast<double>(i) / times;
      const double start = swung(at, step.swing) * stepBeats_;
      hit.beat = start + step.late;
      hit.length = swung(at + gate / times, step.swing) * stepBeats_ - start;
      if (hit.beat >= from && hit.beat < to) visit(hit);
      hit.hasLocks = false;
    }
  }
  [[nodiscard]] double gateOf(const StepContext& step) const RT_SAFE;

  // Constant.
  TrackPlan plan_;
  std::vector<Pattern> patterns_;
  StepDice dice_;
  double stepBeats_;
  double longestBeats_ = 0.0;
  TrackValues::All planned_;
  std::array<float, kTrackParams> ambient_{};
  std::uint32_t hasAmbient_ = 0;  ///< a bit for each parameter

  std::shared_ptr<TrackValues> values_;
  std::shared_ptr<Ambience> ambience_;
};

}  // namespace downbeat::sequencer
