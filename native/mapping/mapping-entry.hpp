// SPDX-License-Identifier: GPL-3.0-or-later
// One line of the mapping as it plays. Inside of MappingTable only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mapping/acceleration.hpp"
#include "mapping/control-state.hpp"
#include "mapping/feedback-message.hpp"
#include "mapping/mapping-table.hpp"
#include "mapping/note-set.hpp"
#include "mapping/press-gate.hpp"
#include "mapping/source-decoder.hpp"

namespace downbeat::mapping {

struct MappingTable::Entry {
  /// What is not there by the resolver leaves it silent.
  Entry(const EntryPlan& plan, std::uint32_t index, const Resolver& resolver);

  /// Does it set something that has a value, as opposed to beginning something?
  [[nodiscard]] bool hasValue() const RT_SAFE;
  /// May one message be for both?
  [[nodiscard]] bool isSameControl(const Entry& other) const RT_SAFE;
  /// Has it something that a light can show?
  [[nodiscard]] bool isShowable() const RT_SAFE;
  /// Does a source that says this say that it is pressed? A key is, however softly.
  [[nodiscard]] bool isPress(std::uint32_t raw) const RT_SAFE {
    return shown.kind == SourceKind::note ? raw > 0 : raw * 2 >= decoder.top();
  }
  /// Presses are counted from `state`. What is held is remembered here, whatever comes of it.
  [[nodiscard]] Edge edgeOf(const ControlState& state, const SourceValue& value) RT_SAFE;
  /// What was asked for last, sent or not.
  [[nodiscard]] const ControlState& wanted() const RT_SAFE { return hasPending ? pending : state; }
  [[nodiscard]] bool needsMove(const ControlState& next) const RT_SAFE;
  /// With nothing in it but who does it.
  [[nodiscard]] Move moveOf(Move::Kind kind) const RT_SAFE;
  [[nodiscard]] Move moveFor(const ControlState& next) const RT_SAFE;
  [[nodiscard]] Move noteMove(Move::Kind kind, std::uint8_t note) const RT_SAFE;
  /// play: what sounds for a note of the source; outside 0 to 127: nothing.
  [[nodiscard]] int soundingOf(std::uint8_t note) const RT_SAFE;
  /// The value as others with the same target know it.
  [[nodiscard]] double toldValue(const ControlState& next) const RT_SAFE;
  [[nodiscard]] std::uint32_t rawToShow() const RT_SAFE;
  [[nodiscard]] bool isWaiting() const RT_SAFE;
  /// Goes on with what the same line holds; `before` holds nothing then.
  void takeHeld(Entry& before) RT_SAFE;
  /// Where the same control stands, and what it was shown.
  void continueControl(const Entry& before) RT_SAFE;

  // Fixed.
  std::uint32_t index;
  std::uint32_t idKey;
  std::uint32_t nameKey;           ///< of a named control; 0: it is none
  std::uint32_t sound = kNoSound;  ///< that an envelope listens to
  bool isSilent = false;
  std::uint32_t slot = 0;  ///< of the source
  int channel;             ///< of the source; -1: any
  SourceDecoder decoder;
  ControlRule rule;
  PressGate gate;
  Acceleration acceleration;
  std::uint32_t hysteresis;  ///< in raw steps; moves that are smaller are none
  bool hasFeedback;
  TargetKind target;
  TransportAction action;
  std::uint32_t node = 0;
  std::uint32_t param;
  double rampMs;
  int transpose;
  std::vector<std::uint8_t> keys;  ///< 128, or none
  Choice choice;
  std::uint32_t place;       ///< of the bank, scene or modifier that it moves
  std::uint64_t banks = 0;   ///< in which it counts, a bit for each; 0: all
  std::uint64_t scenes = 0;  ///< the same; 0: any, and before the first
  int modifier;              ///< that has to be held; -1: none
  std::uint32_t targetSlot = 0;
  std::uint8_t messageCount = 0;
  std::array<MessageTemplate, midi::MidiGroup::kMaxMessages> messages{};
  bool isContinuous;
  bool isRemembered;         ///< midi: a parameter of a synth
  std::uint64_t sourceKey;   ///< the same for the same control
  std::uint64_t controlKey;  ///< the same for the same knob, key or pad, of any channel
  std::uint64_t synthKey;    ///< the same for the same parameter of a synth; 0: it is none
  std::uint64_t lineKey;     ///< unique; the same for the same id, control and target
  Span mates;                ///< of byTarget_: who moves the same, itself too
  Span rivals;               ///< of byControl_: who has the same control, itself too

  // Of what is made here.
  std::optional<Maker> maker;
  HostMicros madeAt;

  // Banks, scenes and modifiers.
  bool isCalled = true;  ///< they let it count
  bool isActive = true;  ///< and nobody else of its control goes before it

  // The control.
  SourceValue pressed;         ///< waits at the gate
  std::int64_t takenRaw = -1;  ///< that was a move
  ControlState state;
  bool hasPending = false;
  ControlState pending;  ///< what the sink had no room for
  NoteSet down;          ///< keys of the source that are held

  double tempoBpm = 0.0;  ///< the newest that a tempo knows of

  // play: by the note of the source.
  NoteSet held;
  NoteSet ending;  ///< of those held: their end was refused

  // Feedback.
  ShownSource shown;
  std::int64_t shownRaw = -1;  ///< what the control shows; -1: not known
  bool isShownByUs = false;    ///< and not by a hand
  bool isShowDue = false;
  HostMicros movedAt;     ///< by a hand
  bool isTapDue = false;  ///< a press was taken for an echo
  HostMicros shownAt;

  bool isInWaiting = false;
};

}  // namespace downbeat::mapping
