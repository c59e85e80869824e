// SPDX-License-Identifier: GPL-3.0-or-later
// How important a message is when not all of them fit through the wire at once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/midi-message.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Most important first, which is the order inside one tick too. `stepped`: every value matters and
/// in order (programs, switches, parts of a parameter number). `continuous`: only the newest
/// matters. `bulk`: system exclusive.
enum class MessageClass : std::uint8_t { realtime, noteOff, noteOn, stepped, continuous, bulk };

inline constexpr std::size_t kMessageClasses = 6;
inline constexpr std::array<const char*, kMessageClasses> kMessageClassNames{
    "realtime", "noteOff", "noteOn", "stepped", "continuous", "bulk"};

[[nodiscard]] constexpr std::size_t indexOf(MessageClass importance) RT_SAFE {
  return static_cast<std::size_t>(importance);
}

inline constexpr std::uint8_t kAllSoundOff = 120;       ///< a controller number
inline constexpr std::uint8_t kResetControllers = 121;  ///< a controller number

/// Controllers whose values are no positions on a way: bank select, data entry and its numbers,
/// switches, buttons, portamento's key, local control.
[[nodiscard]] constexpr bool isSteppedController(std::uint8_t number) RT_SAFE {
  return number == 0 || number == 32 || number == 6 || number == 38 ||
         (number >= 64 && number <= 69) || (number >= 80 && number <= 84) ||
         (number >= 96 && number <= 101) || number == 122;
}

/// By its bytes alone; whoever makes a message may know better. Reset All Controllers is continuous
/// so that it keeps its place among the values it resets. Thread: any.
[[nodiscard]] constexpr MessageClass classOf(const MidiMessage& message) RT_SAFE {
  const std::uint8_t status = message.bytes[0];
  if (isRealtime(status) || status == kSongPosition || status == kTimeCode) {
    return MessageClass::realtime;
  }
  switch (status & 0xF0) {
    case kNoteOff: return MessageClass::noteOff;
    case kNoteOn: return message.bytes[2] == 0 ? MessageClass::noteOff : MessageClass::noteOn;
    case kControlChange:
      if (message.bytes[1] == kAllSoundOff || message.bytes[1] >= kAllNotesOff) {
        return MessageClass::noteOff;
      }
      return isSteppedController(message.bytes[1]) ? MessageClass::stepped
                                                   : MessageClass::continuous;
    case kPolyPressure:
    case kChannelPressure:
    case kPitchBend: return MessageClass::continuous;
    default: return MessageClass::stepped;
  }
}

}  // namespace downbeat::midi
