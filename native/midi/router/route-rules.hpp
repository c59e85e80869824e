// SPDX-License-Identifier: GPL-3.0-or-later
// One route of a plan as the midi thread reads it: ports by slot, everything else in tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/midi-message.hpp"
#include "midi/midi-score.hpp"
#include "midi/router/route-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Notes that one key plays.
struct KeyNotes {
  std::uint8_t count = 0;
  std::array<std::uint8_t, kMaxChord> notes{};
};

/// Thread: made on control, read on midi.
struct RouteRules {
  RouteRules() = default;
  /// Port serials of 0: there is no such port, and the route does nothing.
  RouteRules(const MidiRoutePlan& plan, MidiSlotRef from, MidiSlotRef to);

  [[nodiscard]] bool isWhole() const RT_SAFE { return from.serial != 0 && to.serial != 0; }
  [[nodiscard]] bool hasSamePorts(const RouteRules& other) const RT_SAFE {
    return from.slot == other.from.slot && from.serial == other.from.serial &&
           to.slot == other.to.slot && to.serial == other.to.serial;
  }
  [[nodiscard]] bool carries(RouteKind kind) const RT_SAFE {
    return (kinds >> static_cast<unsigned>(kind) & 1U) != 0;
  }
  [[nodiscard]] bool hasArp() const RT_SAFE { return arp.order != ArpOrder::off; }
  /// Is this key in the part of the keyboard that the route takes?
  [[nodiscard]] bool takesKey(std::uint8_t note, int velocity) const RT_SAFE {
    return note >= lowestNote && note <= highestNote && velocity >= lowestVelocity &&
           velocity <= highestVelocity;
  }
  /// The key with its chord, transposed; notes that do not exist are left out.
  [[nodiscard]] KeyNotes notesOf(std::uint8_t key) const RT_SAFE;
  /// A message that is no note, as it goes out; size 0 when it goes nowhere.
  [[nodiscard]] MidiMessage mapped(const DecodedMessage& said) const RT_SAFE;

  std::uint64_t identity = 0;  ///< the same for the same id
  MidiSlotRef from;
  MidiSlotRef to;
  std::uint8_t kinds = 0;
  std::uint8_t lowestNote = 0;
  std::uint8_t highestNote = 127;
  std::uint8_t lowestVelocity = 1;
  std::uint8_t highestVelocity = 127;
  std::array<std::uint8_t, 16> channels{};
  std::array<std::uint8_t, 128> controllers{};
  std::array<std::uint8_t, 128> velocities{};
  std::array<std::int16_t, kMaxChord> offsets{};  ///< semitones from the key to what sounds
  std::uint8_t offsetCount = 0;
  double delayBeats = 0.0;
  ArpPlan arp;
};

}  // namespace downbeat::midi
