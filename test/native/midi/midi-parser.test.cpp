// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-parser.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include "base/midi-message.hpp"
#include "midi/midi-input.hpp"

using namespace downbeat::midi;

namespace {

using Bytes = std::vector<std::uint8_t>;

std::vector<Bytes> parse(MidiParser& parser, const Bytes& stream) {
  std::vector<Bytes> messages;
  MidiSpan message;
  for (const std::uint8_t byte : stream) {
    if (parser.feed(byte, message)) {
      messages.emplace_back(message.bytes, message.bytes + message.count);
    }
  }
  return messages;
}

std::vector<Bytes> parse(const Bytes& stream) {
  MidiParser parser;
  return parse(parser, stream);
}

}  // namespace

TEST_CASE("running status gives every message its status byte back") {
  CHECK(parse({0x90, 60, 100, 61, 101, 0xC0, 5, 6}) ==
        std::vector<Bytes>{{0x90, 60, 100}, {0x90, 61, 101}, {0xC0, 5}, {0xC0, 6}});
}

TEST_CASE("a tick in the middle of a message comes first and breaks nothing") {
  CHECK(parse({0x90, 0xF8, 60, 0xF8, 100}) == std::vector<Bytes>{{0xF8}, {0xF8}, {0x90, 60, 100}});
}

TEST_CASE("realtime inside system exclusive leaves it whole") {
  CHECK(parse({0xF0, 1, 0xF8, 2, 0xFA, 3, 0xF7}) ==
        std::vector<Bytes>{{0xF8}, {0xFA}, {0xF0, 1, 2, 3, 0xF7}});
}

TEST_CASE("system common messages end running status") {
  CHECK(parse({0x90, 60, 100, 0xF2, 1, 2, 61, 101}) ==
        std::vector<Bytes>{{0x90, 60, 100}, {0xF2, 1, 2}});
  CHECK(parse({0x90, 60, 100, 0xF6, 61, 101}) == std::vector<Bytes>{{0x90, 60, 100}, {0xF6}});
}

TEST_CASE("system exclusive that is too long or breaks off is dropped and counted") {
  MidiParser parser;
  Bytes stream{0xF0};
  stream.insert(stream.end(), 2000, 0x11);
  stream.push_back(0xF7);
  CHECK(parse(parser, stream).empty());
  CHECK(parser.sysexDropped() == 1);
  CHECK(parse(parser, {0xF0, 1, 2, 0x90, 60, 100}) == std::vector<Bytes>{{0x90, 60, 100}});
  CHECK(parser.sysexDropped() == 2);
  // The longest that fits.
  Bytes longest{0xF0};
  longest.insert(longest.end(), MidiParser::kMaxSysexBytes - 2, 0x11);
  longest.push_back(0xF7);
  CHECK(parse(parser, longest) == std::vector<Bytes>{longest});
  CHECK(parser.sysexDropped() == 2);
}

TEST_CASE("data without a status and undefined bytes are not heard") {
  CHECK(parse({1, 2, 3, 0xF4, 5, 0xF5, 6, 0xF9, 0xFD, 0xF7}).empty());
}

namespace {

/// As a serial port hears: whatever one read gives. The compiler and the realtime sanitizer see to
/// it that nothing here allocates.
void hear(MidiParser& parser, MidiInputLane& lane, const std::uint8_t* bytes, std::size_t count,
          std::size_t& wrong) RT_SAFE {
  MidiSpan message;
  for (std::size_t i = 0; i < count; ++i) {
    if (!parser.feed(bytes[i], message)) continue;
    const bool isSysex = message.bytes[0] == kSysexStart;
    std::size_t dataBytes = 0;
    for (std::size_t k = 1; k < message.count; ++k) dataBytes += message.bytes[k] < 0x80 ? 1 : 0;
    const bool isWhole =
        isSysex
            ? message.count >= 2 && message.count <= MidiParser::kMaxSysexBytes &&
                  message.bytes[message.count - 1] == kSysexEnd && dataBytes == message.count - 2
            : messageSize(message.bytes[0]) == message.count && dataBytes == message.count - 1;
    if (!isWhole) ++wrong;
    lane.receive(message.bytes, message.count, {});
  }
}

/// Of the messages heard, all of them.
std::uint64_t fingerprint(std::uint64_t before, const MidiMessage& message) {
  for (const std::uint8_t byte : message.bytes) before = (before ^ byte) * 1099511628211ULL;
  return before;
}

}  // namespace

TEST_CASE("a million random bytes give whole messages only, the same however they are cut") {
  std::mt19937 random(1);
  Bytes stream(1'000'000);
  for (std::uint8_t& byte : stream) {
    // Mostly data, so that long messages happen too.
    byte = static_cast<std::uint8_t>(random() % 4 == 0 ? random() : random() & 0x7F);
  }
  std::vector<std::uint64_t> heard;
  for (const std::size_t most : {1U, 3U, 64U, 250U}) {
    auto inputs = std::make_unique<MidiInputs>();
    MidiParser parser;
    std::size_t wrong = 0;
    std::size_t count = 0;
    std::uint64_t all = 14695981039346656037ULL;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size = std::min<std::size_t>(stream.size() - at, 1 + random() % most);
      hear(parser, inputs->lane(0), stream.data() + at, size, wrong);
      at += size;
      RtMidiInput input;
      while (inputs->pop(input)) {
        all = fingerprint(all, input.message);
        const DecodedMessage said = decodeMessage(input.message.bytes, input.message.size);
        if (said.kind == 0 && input.message.bytes[0] != kSysexStart) ++wrong;
        ++count;
      }
    }
    CHECK(wrong == 0);
    CHECK(count > 100'000);
    CHECK(inputs->lane(0).dropped() == 0);
    heard.push_back(all);
  }
  for (const std::uint64_t one : heard) CHECK(one == heard.front());
}
