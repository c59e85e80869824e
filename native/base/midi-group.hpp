// SPDX-License-Identifier: GPL-3.0-or-later
// Messages that mean something only together: sent one after the other, with nothing but realtime
// messages between them.
// Source: MIDI 1.0 Detailed Specification, document version 4.2.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/midi-message.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

struct MidiGroup {
  static constexpr std::size_t kMaxMessages = 4;
  static constexpr std::size_t kMaxBytes = 12;

  std::uint8_t count = 0;  ///< messages
  std::array<MidiMessage, kMaxMessages> messages{};

  MidiGroup() = default;
  /// One message alone. Not explicit: what takes a group takes a message.
  MidiGroup(const MidiMessage& message) RT_SAFE : count(1), messages{message} {}  // NOLINT
  void add(const MidiMessage& message) RT_SAFE {
    if (count < kMaxMessages) messages[count++] = message;
  }
};

// Making groups. Channels are 0 to 15; what does not fit its bits is cut. Thread: any.

/// Registered (RPN) and non-registered (NRPN) parameters: number and value have 14 bits. Four
/// controllers: the number, high byte first, then the value, high byte first.
[[nodiscard]] MidiGroup registeredParameter(std::uint8_t channel, std::uint16_t number,
                                            std::uint16_t value) RT_SAFE;
[[nodiscard]] MidiGroup nonRegisteredParameter(std::uint8_t channel, std::uint16_t number,
                                               std::uint16_t value) RT_SAFE;
/// Bank (14 bits) and program, which takes effect with the program.
[[nodiscard]] MidiGroup bankAndProgram(std::uint8_t channel, std::uint16_t bank,
                                       std::uint8_t program) RT_SAFE;
/// Controllers 0 to 31 with 14 bits: the high byte, then the low one as controller + 32.
[[nodiscard]] MidiGroup wideController(std::uint8_t channel, std::uint8_t controller,
                                       std::uint16_t value) RT_SAFE;
/// Song Position, and Continue from there.
[[nodiscard]] MidiGroup continueAt(std::uint32_t sixteenths) RT_SAFE;

}  // namespace downbeat::midi
