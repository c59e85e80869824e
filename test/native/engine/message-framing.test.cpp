// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/message-framing.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using downbeat::engine::frameMessage;
using downbeat::engine::kMaxMessageBytes;
using downbeat::engine::MessageReader;

TEST_CASE("messages come out as they went in, however the bytes are cut") {
  std::mt19937 random(7);
  std::vector<std::string> sent;
  std::string wire;
  for (int i = 0; i < 200; ++i) {
    sent.emplace_back(std::string(random() % 3000, static_cast<char>('a' + i % 26)));
    wire += frameMessage(sent.back());
  }
  MessageReader reader;
  std::vector<std::string> received;
  for (std::size_t at = 0; at < wire.size();) {
    const std::size_t count = std::min<std::size_t>(1 + random() % 700, wire.size() - at);
    reader.append(wire.data() + at, count);
    at += count;
    while (auto message = reader.next()) received.push_back(*message);
  }
  CHECK(received == sent);
}

TEST_CASE("a length over the cap is known before its bytes arrive") {
  MessageReader reader;
  const char huge[] = {'\xff', '\xff', '\xff', '\x7f'};
  reader.append(huge, 4);
  CHECK(reader.isTooLarge());
  CHECK_FALSE(reader.next().has_value());
}

TEST_CASE("an empty message is a message") {
  MessageReader reader;
  const std::string framed = frameMessage("");
  reader.append(framed.data(), framed.size());
  REQUIRE(reader.next() == std::string{});
}
