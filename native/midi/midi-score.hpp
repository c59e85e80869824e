// SPDX-License-Identifier: GPL-3.0-or-later
// The tracks of a session as the midi thread plays them: every step already a song beat, swing
// included, sorted, with the slot of its port.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "midi/live-part.hpp"
#include "midi/midi-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Where a port id lives now. `serial` tells a slot that has been given to another port since.
struct MidiSlotRef {
  std::uint32_t slot = 0;
  std::uint32_t serial = 0;  ///< 0: there is no such port
};

struct ScoreNote {
  double beat = 0.0;    ///< from the start of the cycle
  double length = 0.0;  ///< beats
  std::uint8_t note = 0;
  std::uint8_t velocity = 0;
};

struct ScoreController {
  double beat = 0.0;
  std::uint8_t controller = 0;
  std::uint8_t value = 0;
};

struct ScoreTrack {
  MidiSlotRef port;
  std::uint8_t channel = 0;
  double cycleBeats = 4.0;
  double longestBeats = 0.0;                 ///< of its notes
  std::vector<ScoreNote> notes;              ///< ascending by beat
  std::vector<ScoreController> controllers;  ///< ascending by beat
};

/// A part that is decided as the song goes.
struct ScorePart {
  MidiSlotRef port;
  std::uint8_t channel = 0;
  std::shared_ptr<LivePart> part;
};

/// Its tracks are immutable once made. Thread: made and freed on control, used on midi.
struct MidiScore {
  std::vector<ScoreTrack> tracks;
  std::vector<ScorePart> parts;
};

/// Whether the same is written in both, whatever their parts decide.
[[nodiscard]] bool isSameWriting(const MidiScore& a, const MidiScore& b) RT_SAFE;

/// Muted tracks, tracks without a port and events outside their track are left out. Odd steps come
/// later by (swingPercent / 100 x 0.5)^swingExponent of a step; ends of notes move the same way, so
/// a step that lasts one step ends where the next one begins.
/// Thread: control.
[[nodiscard]] std::unique_ptr<MidiScore> makeMidiScore(
    const std::vector<MidiTrackPlan>& tracks,
    const std::function<MidiSlotRef(const std::string& portId)>& findPort);

/// Calls `visit(event, songBeat)` for every event of `events` in song beats [from, to), in order.
template <typename Event, typename Visit>
void visitEvents(const std::vector<Event>& events, double cycleBeats, double from, double to,
                 Visit&& visit) RT_SAFE;

}  // namespace downbeat::midi

#include "midi/midi-score-visit.hpp"
