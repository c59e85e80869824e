// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/midi-message.hpp"

namespace downbeat::midi {
namespace {

constexpr std::uint8_t status(std::uint8_t kind, std::uint8_t channel) RT_SAFE {
  return static_cast<std::uint8_t>(kind | (channel & 0x0F));
}
constexpr std::uint8_t data(unsigned value) RT_SAFE {
  return static_cast<std::uint8_t>(value & 0x7F);
}
constexpr MidiMessage two(std::uint8_t first, unsigned second) RT_SAFE {
  return {2, {first, data(second), 0}};
}
constexpr MidiMessage three(std::uint8_t first, unsigned second, unsigned third) RT_SAFE {
  return {3, {first, data(second), data(third)}};
}

}  // namespace

MidiMessage noteOff(std::uint8_t channel, std::uint8_t note, std::uint8_t velocity) RT_SAFE {
  return three(status(kNoteOff, channel), note, velocity);
}

MidiMessage noteOn(std::uint8_t channel, std::uint8_t note, std::uint8_t velocity) RT_SAFE {
  return three(status(kNoteOn, channel), note, data(velocity) == 0 ? 1U : velocity);
}

MidiMessage polyPressure(std::uint8_t channel, std::uint8_t note, std::uint8_t pressure) RT_SAFE {
  return three(status(kPolyPressure, channel), note, pressure);
}

MidiMessage controlChange(std::uint8_t channel, std::uint8_t controller, std::uint8_t value)
    RT_SAFE {
  return three(status(kControlChange, channel), controller, value);
}

MidiMessage programChange(std::uint8_t channel, std::uint8_t program) RT_SAFE {
  return two(status(kProgramChange, channel), program);
}

MidiMessage channelPressure(std::uint8_t channel, std::uint8_t pressure) RT_SAFE {
  return two(status(kChannelPressure, channel), pressure);
}

MidiMessage pitchBend(std::uint8_t channel, int bend) RT_SAFE {
  const int clamped = bend < -8192 ? -8192 : (bend > 8191 ? 8191 : bend);
  const auto raised = static_cast<unsigned>(clamped + 8192);
  return three(status(kPitchBend, channel), raised, raised >> 7U);
}

MidiMessage songPosition(std::uint32_t sixteenths) RT_SAFE {
  const std::uint32_t clamped = sixteenths > kMaxSongPosition ? kMaxSongPosition : sixteenths;
  return three(kSongPosition, clamped, clamped >> 7U);
}

MidiMessage songSelect(std::uint8_t song) RT_SAFE { return two(kSongSelect, song); }
MidiMessage timeCode(std::uint8_t quarterFrame) RT_SAFE { return two(kTimeCode, quarterFrame); }
MidiMessage systemMessage(std::uint8_t status) RT_SAFE { return {1, {status, 0, 0}}; }

std::size_t messageSize(std::uint8_t status) RT_SAFE {
  if (status < 0x80) return 0;
  if (status < 0xF0) {
    const std::uint8_t kind = status & 0xF0;
    return kind == kProgramChange || kind == kChannelPressure ? 2 : 3;
  }
  switch (status) {
    case kTimeCode:
    case kSongSelect: return 2;
    case kSongPosition: return 3;
    case kTuneRequest:
    case kTick:
    case kStart:
    case kContinue:
    case kStop:
    case kActiveSensing:
    case kSystemReset: return 1;
    default: return 0;
  }
}

DecodedMessage decodeMessage(const std::uint8_t* bytes, std::size_t count) RT_SAFE {
  if (count == 0 || messageSize(bytes[0]) != count) return {};
  for (std::size_t i = 1; i < count; ++i) {
    if (bytes[i] >= 0x80) return {};
  }
  DecodedMessage decoded;
  const bool isChannel = bytes[0] < 0xF0;
  decoded.kind = isChannel ? static_cast<std::uint8_t>(bytes[0] & 0xF0) : bytes[0];
  decoded.channel = isChannel ? static_cast<std::uint8_t>(bytes[0] & 0x0F) : std::uint8_t{0};
  switch (decoded.kind) {
    case kNoteOn:
      if (bytes[2] == 0) decoded.kind = kNoteOff;
      [[fallthrough]];
    case kNoteOff:
    case kPolyPressure:
    case kControlChange:
      decoded.number = bytes[1];
      decoded.value = bytes[2];
      break;
    case kPitchBend: decoded.value = (bytes[2] << 7 | bytes[1]) - 8192; break;
    case kSongPosition: decoded.value = bytes[2] << 7 | bytes[1]; break;
    case kChannelPressure:
    case kTimeCode: decoded.value = bytes[1]; break;
    case kProgramChange:
    case kSongSelect: decoded.number = bytes[1]; break;
    default: break;
  }
  return decoded;
}

}  // namespace downbeat::midi
