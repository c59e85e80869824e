// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/midi-message.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace downbeat::midi;

namespace {

std::vector<int> bytesOf(const MidiMessage& message) {
  std::vector<int> bytes;
  for (std::size_t i = 0; i < message.size; ++i) bytes.push_back(message.bytes[i]);
  return bytes;
}

DecodedMessage decoded(const MidiMessage& message) {
  return decodeMessage(message.bytes, message.size);
}

}  // namespace

TEST_CASE("every message has the bytes of the MIDI specification") {
  CHECK(bytesOf(noteOn(0, 60, 100)) == std::vector<int>{0x90, 60, 100});
  CHECK(bytesOf(noteOff(15, 127)) == std::vector<int>{0x8F, 127, 64});
  CHECK(bytesOf(polyPressure(2, 3, 4)) == std::vector<int>{0xA2, 3, 4});
  CHECK(bytesOf(controlChange(9, kAllNotesOff, 0)) == std::vector<int>{0xB9, 123, 0});
  CHECK(bytesOf(programChange(1, 7)) == std::vector<int>{0xC1, 7});
  CHECK(bytesOf(channelPressure(3, 99)) == std::vector<int>{0xD3, 99});
  CHECK(bytesOf(pitchBend(0, 0)) == std::vector<int>{0xE0, 0x00, 0x40});
  CHECK(bytesOf(pitchBend(0, -8192)) == std::vector<int>{0xE0, 0x00, 0x00});
  CHECK(bytesOf(pitchBend(0, 8191)) == std::vector<int>{0xE0, 0x7F, 0x7F});
  CHECK(bytesOf(songPosition(0)) == std::vector<int>{0xF2, 0, 0});
  CHECK(bytesOf(songPosition(200)) == std::vector<int>{0xF2, 72, 1});
  CHECK(bytesOf(songSelect(5)) == std::vector<int>{0xF3, 5});
  CHECK(bytesOf(timeCode(0x34)) == std::vector<int>{0xF1, 0x34});
  CHECK(bytesOf(systemMessage(kTick)) == std::vector<int>{0xF8});
}

TEST_CASE("values outside their range never become status bytes") {
  CHECK(bytesOf(songPosition(1'000'000)) == std::vector<int>{0xF2, 0x7F, 0x7F});
  CHECK(bytesOf(pitchBend(0, 100000)) == std::vector<int>{0xE0, 0x7F, 0x7F});
  CHECK(bytesOf(noteOn(16, 200, 255)) == std::vector<int>{0x90, 200 & 0x7F, 127});
}

TEST_CASE("a note on never has velocity 0, which would be a note off") {
  CHECK(bytesOf(noteOn(0, 60, 0)) == std::vector<int>{0x90, 60, 1});
}

TEST_CASE("decoding undoes making, for every channel and value") {
  for (int channel = 0; channel < 16; ++channel) {
    const auto ch = static_cast<std::uint8_t>(channel);
    for (int value = 1; value < 128; ++value) {
      const auto v = static_cast<std::uint8_t>(value);
      const DecodedMessage on = decoded(noteOn(ch, v, v));
      CHECK((on.kind == kNoteOn && on.channel == ch && on.number == v && on.value == v));
      const DecodedMessage change = decoded(controlChange(ch, v, v));
      CHECK((change.kind == kControlChange && change.number == v && change.value == v));
      CHECK(decoded(programChange(ch, v)).number == v);
      CHECK(decoded(channelPressure(ch, v)).value == v);
      CHECK(decoded(polyPressure(ch, v, v)).kind == kPolyPressure);
    }
  }
  for (int bend = -8192; bend < 8192; bend += 7) CHECK(decoded(pitchBend(4, bend)).value == bend);
  for (std::uint32_t at = 0; at <= kMaxSongPosition; at += 13) {
    CHECK(decoded(songPosition(at)).value == static_cast<int>(at));
  }
}

TEST_CASE("a note on of velocity 0 from outside is heard as note off") {
  const std::uint8_t bytes[] = {0x93, 61, 0};
  const DecodedMessage message = decodeMessage(bytes, 3);
  CHECK(message.kind == kNoteOff);
  CHECK(message.channel == 3);
  CHECK(message.number == 61);
}

TEST_CASE("what is no whole message decodes to nothing") {
  const std::uint8_t data[] = {60, 61, 62};
  CHECK(decodeMessage(data, 3).kind == 0);
  const std::uint8_t shortNote[] = {0x90, 60};
  CHECK(decodeMessage(shortNote, 2).kind == 0);
  const std::uint8_t broken[] = {0x90, 60, 0x90};
  CHECK(decodeMessage(broken, 3).kind == 0);
  CHECK(decodeMessage(data, 0).kind == 0);
}
