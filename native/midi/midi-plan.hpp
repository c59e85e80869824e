// SPDX-License-Identifier: GPL-3.0-or-later
// The MIDI part of the plan, line by line as in engine/binding/plan/midi-plan.ts: which ports to
// open, what clock they get, and the tracks of notes and controllers that a session sends to them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/panel-plan.hpp"

namespace downbeat::midi {

/// `match`: the first system port whose name fits the pattern; `virtualPort`: a port of ours that
/// others connect to ("virtual" in the plan); `serial`: a tty at `baud`; `keyboard`: one for
/// typing, an input alone; `panel`: the controls and lights on the front.
enum class MidiPortKind : std::uint8_t { match, virtualPort, serial, keyboard, panel };
/// Is the port a device file, which is there or not whatever the MIDI system says?
[[nodiscard]] inline bool hasPath(MidiPortKind kind) {
  return kind == MidiPortKind::serial || kind == MidiPortKind::keyboard;
}
/// Is it the MIDI system that knows whether the port is there?
[[nodiscard]] inline bool isOfSystem(MidiPortKind kind) {
  return kind == MidiPortKind::match || kind == MidiPortKind::virtualPort;
}

/// What a port's clock does while the song is stopped.
enum class MidiAtStop : std::uint8_t { keepClock, stopClock };

struct MidiPortPlan {
  std::string id;
  MidiPortKind kind = MidiPortKind::match;
  /// match: name pattern, case-insensitive, `*` is any text. virtual: the port's name. serial,
  /// keyboard: path. panel: the board.
  std::string name;
  bool input = false;
  bool output = true;
  bool clock = true;
  bool startStop = true;
  bool songPosition = true;
  double offsetMs = 0.0;  ///< -50 to 50: later is positive
  double tempoMultiple =
      1.0;  ///< 0.5, 1 or 2: the device hears the song at so many times its tempo
  MidiAtStop atStop = MidiAtStop::keepClock;
  std::uint32_t baud = 31250;        ///< serial only
  std::uint32_t bytesPerSecond = 0;  ///< what the device takes; 0: as fast as the port goes
  bool runningStatus = false;        ///< serial only: status bytes that repeat are left out
  bool askIdentity = false;          ///< who is there is not known: ask, input and output given
  PanelPlan panel;                   ///< panel only
};

[[nodiscard]] inline bool operator==(const MidiPortPlan& a, const MidiPortPlan& b) {
  return a.id == b.id && a.kind == b.kind && a.name == b.name && a.input == b.input &&
         a.output == b.output && a.clock == b.clock && a.startStop == b.startStop &&
         a.songPosition == b.songPosition && a.offsetMs == b.offsetMs &&
         a.tempoMultiple == b.tempoMultiple && a.atStop == b.atStop && a.baud == b.baud &&
         a.bytesPerSecond == b.bytesPerSecond && a.runningStatus == b.runningStatus &&
         a.askIdentity == b.askIdentity && a.panel == b.panel;
}
[[nodiscard]] inline bool operator!=(const MidiPortPlan& a, const MidiPortPlan& b) {
  return !(a == b);
}

struct MidiNotePlan {
  std::uint32_t step = 0;
  std::uint8_t note = 60;       ///< 0 to 127
  std::uint8_t velocity = 100;  ///< 1 to 127
  double lengthSteps = 1.0;     ///< more than 0
};

struct MidiControllerPlan {
  std::uint32_t step = 0;
  std::uint8_t controller = 1;  ///< 0 to 119
  std::uint8_t value = 0;       ///< 0 to 127
};

/// A track of notes and controllers for a synth on a MIDI port.
struct MidiTrackPlan {
  std::string id;
  std::string port;          ///< id of a MidiPortPlan
  std::uint8_t channel = 0;  ///< 0 to 15
  bool muted = false;
  std::uint32_t resolution = 16;   ///< steps in a bar of four beats, 1 to 192
  std::uint32_t lengthSteps = 16;  ///< steps until the track begins again
  double swingPercent = 0.0;       ///< 0 to 100
  double swingExponent = 1.0;
  std::vector<MidiNotePlan> notes;
  std::vector<MidiControllerPlan> controllers;
};

}  // namespace downbeat::midi
