// SPDX-License-Identifier: GPL-3.0-or-later
// What knobs, keys and pads do, line by line as in engine/binding/plan/mapping-plan.ts. Every name
// is resolved as far as Node can: curves are points, synths are bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

/// `cc14`: two controllers, high and low byte. `note`: its velocity while it is held, then 0.
/// `pressure`: of the channel. `program`: the moment it is chosen. `control`: a name that others
/// move. The rest are made here: `lfo` goes round, `timer` presses, `envelope` is how loud it is.
enum class SourceKind : std::uint8_t {
  cc,
  cc14,
  note,
  nrpn,
  bend,
  pressure,
  program,
  control,
  lfo,
  timer,
  envelope
};
[[nodiscard]] constexpr bool isMidi(SourceKind kind) RT_SAFE { return kind <= SourceKind::program; }
[[nodiscard]] constexpr bool isMade(SourceKind kind) RT_SAFE { return kind >= SourceKind::lfo; }

/// From 0 to 1, once in a cycle: sine begins in the middle, triangle and saw at 0, square at 1;
/// random stays for a cycle.
enum class Wave : std::uint8_t { sine, triangle, saw, square, random };

/// Of what is made here.
struct MakerPlan {
  Wave wave = Wave::sine;  ///< lfo
  double beats = 4.0;      ///< lfo, timer: of a cycle; 0: `freqHz`
  double freqHz = 1.0;
  double phase = 0.0;  ///< lfo, timer: turns from where it begins
  std::string sound;   ///< envelope: "main", "input" or "rack:ID", before its fader
  double attackMs = 5.0;
  double releaseMs = 200.0;
};

struct SourcePlan {
  std::string port;  ///< id of a MidiPortPlan with an input; of MIDI
  SourceKind kind = SourceKind::cc;
  int channel = -1;  ///< 0 to 15; -1: any
  int number =
      -1;        ///< controller, note, program, or nrpn (0 to 16383); -1: any, of note and program
  int lsb = 32;  ///< cc14: the controller of the low byte
  bool lsbFirst = false;  ///< cc14, nrpn: the low byte of a value comes before the high one
  std::string control;    ///< control: its name
  MakerPlan maker;
};

/// What the source's value means. `absolute`: a position. `toggle`: a press changes between the
/// ends. `momentary`: a press is one end, the release the other. The rest are endless knobs that
/// say how far they were turned; `incDec` is controller 96 for up and 97 for down, of an nrpn or a
/// cc.
enum class Reading : std::uint8_t {
  absolute,
  toggle,
  momentary,
  twosComplement,
  binaryOffset,
  signedBit,
  incDec
};

/// Which presses of a button count. Long: held for half a second, and from then on. Short: let go
/// before that, and then. Double: the second of two within 0.3 s.
enum class Press : std::uint8_t { any, shortPress, longPress, doublePress };

/// What an absolute control does that is not where the value is. `jump`: the value goes to it.
/// `pickup`: nothing, until it passes the value. `scale`: the value moves in proportion to the ways
/// that are left to both, until they meet.
enum class Takeover : std::uint8_t { jump, pickup, scale };

/// `outside`: what is told of the move is all that happens here.
enum class TargetKind : std::uint8_t {
  param,
  play,
  transport,
  midi,
  bank,
  modifier,
  outside,
  scene
};

enum class TransportAction : std::uint8_t { play, stop, pause, playStop, rewind, loop, tempo };

/// A byte of a message to a synth: itself, or a part of the value.
inline constexpr std::uint8_t kValueByte = 128;  ///< all of it, 7 bits
inline constexpr std::uint8_t kHighByte = 129;   ///< bits 7 to 13
inline constexpr std::uint8_t kLowByte = 130;    ///< bits 0 to 6

struct MessageTemplate {
  std::uint8_t size = 0;                ///< 2 or 3
  std::array<std::uint8_t, 3> bytes{};  ///< the status, then data 0 to 127 or one of the above
};

/// Of a bank or a scene.
enum class Choice : std::uint8_t { choose, next, previous };

struct TargetPlan {
  TargetKind kind = TargetKind::param;
  std::string node;         ///< param, play: a name as commands know it, "rack:node", "xfader:ID"
  std::uint32_t param = 0;  ///< of the node's table
  TransportAction action = TransportAction::playStop;
  std::string port;  ///< midi: id of a MidiPortPlan with an output
  std::string key;   ///< midi: the parameter's id; empty: it is none, and nothing is remembered
  std::vector<MessageTemplate> messages;  ///< midi: 1 to 4
  std::vector<std::uint16_t> values;      ///< midi: what the steps send, 0 to 16383
  Choice choice = Choice::choose;
  std::uint32_t place = 0;  ///< bank, modifier, scene: which, as in MappingPlan
};

/// An endless knob that is turned this fast goes so many times as far. Between two speeds the
/// factor is between theirs, below the first and above the last it is theirs.
struct AccelerationPoint {
  double clicksPerSecond = 0.0;
  double factor = 1.0;
};

struct EntryPlan {
  std::string id;  ///< unique
  SourcePlan source;
  Reading reading = Reading::absolute;
  Takeover takeover = Takeover::pickup;
  Press press = Press::any;  ///< of a button
  double from = 0.0;         ///< part of the source's way that counts, 0 to 1
  double to = 1.0;           ///< above `from`
  double deadzone = 0.0;     ///< so much of the way on each side of the middle is the middle
  double hysteresis = 0.0;   ///< a smaller part of the way is a knob that trembles
  /// From position 0..1 to 0..1, equally spaced, 2 to 257 points, first 0, last 1, never falling.
  std::vector<double> curve{0.0, 1.0};
  std::uint32_t steps = 0;  ///< 2 or more: the position takes so many values only; 0: all
  /// What the places stand for, in the target's unit and in any order, in place of `low` to `high`
  /// and of the target's own values. A toggle goes to the next with each press.
  std::vector<double> values;
  double stepSize = 1.0 / 127.0;                ///< of an endless knob: position for one click
  std::vector<AccelerationPoint> acceleration;  ///< of an endless knob, by speed; empty: none
  double low = 0.0;  ///< of the target, at position 0; may be above `high`
  double high = 1.0;
  double rampMs = 0.0;  ///< param: smoothing
  int transpose = 0;    ///< play: semitones
  /// play: which note sounds for the source's 0 to 127, after `transpose`; empty: itself.
  std::vector<std::uint8_t> keys;
  bool hasFeedback = false;          ///< what moves the target is told to the source's port
  std::vector<std::uint32_t> banks;  ///< in which it counts, by their place; empty: all
  std::vector<std::uint32_t>
      scenes;         ///< of which one has to be there, by place; empty: any or none
  int modifier = -1;  ///< that has to be held, by its place; -1: none
  TargetPlan target;
};

/// When a scene that is asked for begins.
enum class SceneStart : std::uint8_t { now, beat, bar };

struct SceneValuePlan {
  std::string node;  ///< a name as commands know it
  std::uint32_t param = 0;
  double value = 0.0;  ///< in the parameter's unit
};

/// What a synth is told, as MidiDesk remembers it.
struct SceneSynthPlan {
  std::string port;
  std::string key;    ///< the parameter's id
  std::string shown;  ///< the value as it was written
  std::int32_t order = 0;
  bool isContinuous = false;
  /// One to four channel messages, or one system exclusive.
  std::vector<std::vector<std::uint8_t>> messages;
};

/// A snapshot of many parameters that is called back as one.
struct ScenePlan {
  std::string id;  ///< unique
  SceneStart start = SceneStart::now;
  double fadeMs = 0.0;    ///< ramp of every value
  double tempoBpm = 0.0;  ///< 0: the tempo stays
  std::vector<SceneValuePlan> values;
  std::vector<SceneSynthPlan> synths;
};

/// No scene was called yet.
inline constexpr std::uint32_t kNoScene = 0xFFFFFFFFU;

struct MappingPlan {
  std::vector<EntryPlan> entries;
  std::vector<std::string> banks;  ///< in order
  std::uint32_t bank = 0;          ///< that is there at the beginning
  std::vector<std::string> modifiers;
  std::vector<ScenePlan> scenes;   ///< in order
  std::uint32_t scene = kNoScene;  ///< that is there at the beginning
};

inline constexpr std::size_t kMaxEntries = 256;
inline constexpr std::size_t kMaxBanks = 64;
inline constexpr std::size_t kMaxModifiers = 32;
inline constexpr std::size_t kMaxScenes = 64;
inline constexpr std::size_t kMaxSceneValues = 4096;  ///< of one scene

}  // namespace downbeat::mapping
