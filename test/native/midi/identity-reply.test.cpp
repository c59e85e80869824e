// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/identity-reply.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "midi/midi-input.hpp"

using namespace downbeat;
using midi::RtIdentityReply;
using Bytes = std::vector<std::uint8_t>;

namespace {

const Bytes kShort{0xF0, 0x7E, 0x02, 0x06, 0x02, 0x42, 0x73, 0x01,
                   0x01, 0x00, 0x03, 0x00, 0x01, 0x00, 0xF7};
const Bytes kLong{0xF0, 0x7E, 0x7F, 0x06, 0x02, 0x00, 0x20, 0x6B, 0x06,
                  0x00, 0x06, 0x01, 0x02, 0x00, 0x00, 0x01, 0xF7};

bool read(const Bytes& bytes, RtIdentityReply& reply) {
  return midi::readIdentityReply(bytes.data(), bytes.size(), reply);
}

}  // namespace

TEST_CASE("a maker of one byte and one of three are read, from any device number") {
  RtIdentityReply reply;
  REQUIRE(read(kShort, reply));
  CHECK(reply.manufacturerSize == 1);
  CHECK(reply.manufacturer[0] == 0x42);
  CHECK(reply.family == std::array<std::uint8_t, 2>{0x73, 0x01});
  CHECK(reply.member == std::array<std::uint8_t, 2>{0x01, 0x00});
  CHECK(reply.version == std::array<std::uint8_t, 4>{3, 0, 1, 0});
  REQUIRE(read(kLong, reply));
  CHECK(reply.manufacturerSize == 3);
  CHECK(reply.manufacturer == std::array<std::uint8_t, 3>{0x00, 0x20, 0x6B});
  CHECK(reply.family == std::array<std::uint8_t, 2>{0x06, 0x00});
  CHECK(reply.version == std::array<std::uint8_t, 4>{2, 0, 0, 1});
}

TEST_CASE("a clock in the middle and padding at the end change nothing") {
  RtIdentityReply plain;
  REQUIRE(read(kShort, plain));
  for (std::size_t at = 1; at < kShort.size(); ++at) {
    Bytes mixed = kShort;
    mixed.insert(mixed.begin() + static_cast<std::ptrdiff_t>(at), {0xF8, 0xFE});
    RtIdentityReply reply;
    CAPTURE(at);
    REQUIRE(read(mixed, reply));
    CHECK(reply == plain);
  }
  Bytes padded = kShort;
  padded.insert(padded.end() - 1, 22, 0x7F);
  RtIdentityReply reply;
  REQUIRE(read(padded, reply));
  CHECK(reply == plain);
}

TEST_CASE("what is no answer is none: the request itself, other messages, halves of one") {
  RtIdentityReply reply;
  CHECK_FALSE(
      midi::readIdentityReply(midi::kIdentityRequest.data(), midi::kIdentityRequest.size(), reply));
  for (const Bytes& whole : {kShort, kLong}) {
    for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
      Bytes half(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK_FALSE(read(half, reply));
      half.push_back(0xF7);
      CHECK_FALSE(read(half, reply));
    }
    for (std::size_t at : {0U, 1U, 3U, 4U}) {
      Bytes other = whole;
      other[at] ^= 1;
      CHECK_FALSE(read(other, reply));
    }
    Bytes broken = whole;
    broken[7] = 0x90;
    CHECK_FALSE(read(broken, reply));
  }
}

TEST_CASE("any bytes are read without harm") {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes(random() % 40);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() & 0xFF);
    if (bytes.size() > 6 && round % 2 == 0) {
      const Bytes head{0xF0, 0x7E, 0x7F, 0x06, 0x02};
      std::copy(head.begin(), head.end(), bytes.begin());
      bytes.back() = 0xF7;
    }
    RtIdentityReply reply;
    (void)read(bytes, reply);
    CHECK(reply.manufacturerSize <= 3);
  }
}

TEST_CASE("a lane keeps the answer for control, and a flood of them is let go") {
  auto inputs = std::make_unique<midi::MidiInputs>();
  midi::MidiInputLane& lane = inputs->lane(3);
  for (int i = 0; i < 1000; ++i) lane.receive(kShort.data(), kShort.size(), HostMicros{i});
  CHECK(lane.received() == 1000);
  RtIdentityReply reply;
  int count = 0;
  while (lane.popIdentity(reply)) ++count;
  CHECK(count == 8);
  midi::RtMidiInput input;
  CHECK_FALSE(inputs->pop(input));
}
