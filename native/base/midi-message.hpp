// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI 1.0 messages as bytes: making them, measuring them, reading them. System exclusive stays the
// bytes it is; everything else is three bytes at most.
// Source: MIDI 1.0 Detailed Specification, document version 4.2.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::midi {

inline constexpr std::uint8_t kNoteOff = 0x80;
inline constexpr std::uint8_t kNoteOn = 0x90;
inline constexpr std::uint8_t kPolyPressure = 0xA0;
inline constexpr std::uint8_t kControlChange = 0xB0;
inline constexpr std::uint8_t kProgramChange = 0xC0;
inline constexpr std::uint8_t kChannelPressure = 0xD0;
inline constexpr std::uint8_t kPitchBend = 0xE0;
inline constexpr std::uint8_t kSysexStart = 0xF0;
inline constexpr std::uint8_t kTimeCode = 0xF1;
inline constexpr std::uint8_t kSongPosition = 0xF2;
inline constexpr std::uint8_t kSongSelect = 0xF3;
inline constexpr std::uint8_t kTuneRequest = 0xF6;
inline constexpr std::uint8_t kSysexEnd = 0xF7;
inline constexpr std::uint8_t kTick = 0xF8;
inline constexpr std::uint8_t kStart = 0xFA;
inline constexpr std::uint8_t kContinue = 0xFB;
inline constexpr std::uint8_t kStop = 0xFC;
inline constexpr std::uint8_t kActiveSensing = 0xFE;
inline constexpr std::uint8_t kSystemReset = 0xFF;

inline constexpr std::uint8_t kAllNotesOff = 123;         ///< a controller number
inline constexpr std::uint32_t kMaxSongPosition = 16383;  ///< sixteenths
inline constexpr int kTicksPerBeat = 24;

/// A message of 1 to 3 bytes. Size 0 is no message.
struct MidiMessage {
  std::uint8_t size = 0;
  std::uint8_t bytes[3] = {0, 0, 0};
};

[[nodiscard]] constexpr bool operator==(const MidiMessage& a, const MidiMessage& b) RT_SAFE {
  return a.size == b.size && a.bytes[0] == b.bytes[0] && a.bytes[1] == b.bytes[1] &&
         a.bytes[2] == b.bytes[2];
}

// Making messages. Channels are 0 to 15; data is cut to 7 bits. Thread: any.

[[nodiscard]] MidiMessage noteOff(std::uint8_t channel, std::uint8_t note,
                                  std::uint8_t velocity = 64) RT_SAFE;
/// Velocity 0 means note off to every receiver: it is raised to 1.
[[nodiscard]] MidiMessage noteOn(std::uint8_t channel, std::uint8_t note, std::uint8_t velocity)
    RT_SAFE;
[[nodiscard]] MidiMessage polyPressure(std::uint8_t channel, std::uint8_t note,
                                       std::uint8_t pressure) RT_SAFE;
[[nodiscard]] MidiMessage controlChange(std::uint8_t channel, std::uint8_t controller,
                                        std::uint8_t value) RT_SAFE;
[[nodiscard]] MidiMessage programChange(std::uint8_t channel, std::uint8_t program) RT_SAFE;
[[nodiscard]] MidiMessage channelPressure(std::uint8_t channel, std::uint8_t pressure) RT_SAFE;
/// -8192 to 8191, 0 is the middle; outside is clamped.
[[nodiscard]] MidiMessage pitchBend(std::uint8_t channel, int bend) RT_SAFE;
/// Sixteenths from the start of the song; beyond 16383 is clamped.
[[nodiscard]] MidiMessage songPosition(std::uint32_t sixteenths) RT_SAFE;
[[nodiscard]] MidiMessage songSelect(std::uint8_t song) RT_SAFE;
[[nodiscard]] MidiMessage timeCode(std::uint8_t quarterFrame) RT_SAFE;
/// A message of one byte: tune request, or realtime.
[[nodiscard]] MidiMessage systemMessage(std::uint8_t status) RT_SAFE;

/// Bytes of a message by its status byte; 0 for data bytes, system exclusive and undefined ones.
[[nodiscard]] std::size_t messageSize(std::uint8_t status) RT_SAFE;
/// F8 to FF: these may stand between the bytes of any other message.
[[nodiscard]] constexpr bool isRealtime(std::uint8_t byte) RT_SAFE { return byte >= 0xF8; }

/// What a message says. `number` is the note, controller, program or song; `value` the velocity,
/// pressure, controller value, bend (-8192 to 8191), or song position.
struct DecodedMessage {
  std::uint8_t kind = 0;     ///< one of the status constants above, channel removed; 0: not valid
  std::uint8_t channel = 0;  ///< 0 to 15
  std::uint8_t number = 0;
  int value = 0;
};

/// A note on of velocity 0 comes out as note off. Thread: any.
[[nodiscard]] DecodedMessage decodeMessage(const std::uint8_t* bytes, std::size_t count) RT_SAFE;

}  // namespace downbeat::midi
