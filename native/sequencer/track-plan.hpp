// SPDX-License-Identifier: GPL-3.0-or-later
// A track that lives, line by line as in engine/binding/plan/track-plan.ts: its patterns, scales
// and parameters, and who plays it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/midi-group.hpp"

namespace downbeat::sequencer {

struct TrackLockPlan {
  std::uint32_t param = 0;  ///< of a node: parameter id of its type's table
  double value = 0.0;
  double rampMs = 0.0;
  midi::MidiGroup group{};  ///< of gear, instead
};

/// `hit`: the next note of the pattern's line; without one a node is struck, and gear plays the
/// root. `note`: the nearest of the scale. `rest`: locks alone.
enum class StepKind : std::uint8_t { hit, note, degree, rest };

struct PitchPlan {
  StepKind kind = StepKind::degree;  ///< note or degree
  std::int32_t number = 0;           ///< note 0 to 127; degree -64 to 64, 0 is the root
};

/// One thing that happens on a step; several may share one.
struct TrackStepPlan {
  std::uint32_t step = 0;
  StepKind kind = StepKind::hit;
  std::int32_t number = 0;
  double velocity = 1.0;      ///< above 0 to 1
  double gate = 1.0;          ///< times that of the track, above 0
  double probability = 1.0;   ///< 0 to 1
  std::uint32_t ratchet = 1;  ///< 1 to 16 times in its step
  // Plays in round `at` of every `every` rounds of the pattern; every 0: in the first of all.
  std::uint32_t at = 1;
  std::uint32_t every = 1;
  bool isNot = false;  ///< in all other rounds
  std::vector<TrackLockPlan> locks{};
};

struct TrackPatternPlan {
  std::uint32_t lengthSteps = 16;  ///< 1 to kMaxTrackSteps
  std::vector<PitchPlan> line{};   ///< notes for hits, in the order of their steps, again and again
  std::vector<TrackStepPlan> steps{};  ///< ascending by step
  TrackStepPlan plain{};               ///< what euclid's hits are, where no step is written
};

struct TrackPlan {
  std::string id;
  std::string node;          ///< "rack:node", or empty for gear
  std::string port;          ///< id of a MidiPortPlan, or empty for a node
  std::uint8_t channel = 0;  ///< 0 to 15
  std::uint64_t seed = 0;
  std::uint32_t resolution = 16;  ///< steps in a bar of four beats, 1 to 192
  double swingExponent = 1.0;
  std::vector<TrackPatternPlan> patterns;           ///< 1 to 16
  std::vector<std::vector<std::uint8_t>> scales{};  ///< semitones above the root, ascending from 0
  /// Id and value: where the track begins, and where it drifts to when nobody plays.
  std::vector<std::pair<std::uint32_t, double>> params{};
  std::vector<std::pair<std::uint32_t, double>> ambient{};
};

struct AmbiencePlan {
  double returnMs = 500.0;  ///< how long the way back from the ambient values takes
};

}  // namespace downbeat::sequencer
