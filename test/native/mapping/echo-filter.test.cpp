// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/echo-filter.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using namespace downbeat;
using mapping::EchoFilter;

namespace {

constexpr std::uint32_t kFader = 0xB014;

HostMicros ms(double value) { return {static_cast<std::int64_t>(value * 1000.0)}; }

}  // namespace

TEST_CASE("what was sent is an echo once, and not after 100 ms") {
  EchoFilter filter({kFader});
  filter.sent(kFader, 5, ms(0));
  CHECK_FALSE(filter.isEcho(kFader, 6, ms(1)));
  CHECK_FALSE(filter.isEcho(kFader + 1, 5, ms(1)));
  CHECK(filter.isEcho(kFader, 5, ms(2)));
  CHECK_FALSE(filter.isEcho(kFader, 5, ms(3)));
  filter.sent(kFader, 5, ms(10));
  CHECK(filter.isEcho(kFader, 5, ms(110)));
  filter.sent(kFader, 5, ms(200));
  CHECK_FALSE(filter.isEcho(kFader, 5, ms(300.1)));
}

TEST_CASE("an echo ends the wait for those before it, not for those after") {
  EchoFilter filter({kFader});
  for (int value = 0; value < 6; ++value) filter.sent(kFader, value, ms(value));
  CHECK(filter.isEcho(kFader, 3, ms(10)));
  CHECK_FALSE(filter.isEcho(kFader, 2, ms(10)));
  CHECK(filter.isEcho(kFader, 4, ms(10)));
  CHECK(filter.isEcho(kFader, 5, ms(10)));
}

TEST_CASE("of more than can be under way the oldest are forgotten, each sender has its share") {
  EchoFilter filter({kFader, 7, kFader});
  for (int value = 0; value < 20; ++value) filter.sent(kFader, value, ms(0));
  filter.sent(7, 1, ms(0));
  CHECK_FALSE(filter.isEcho(kFader, 3, ms(1)));
  for (int value = 4; value < 20; ++value) CHECK(filter.isEcho(kFader, value, ms(1)));
  CHECK(filter.isEcho(7, 1, ms(1)));
}

TEST_CASE("a light put out by velocity 0 may be repeated as note off") {
  const std::uint8_t on[] = {0x93, 36, 0};
  const std::uint8_t off[] = {0x83, 36, 0};
  const std::uint8_t lit[] = {0x93, 36, 127};
  const auto address = EchoFilter::addressOf(2, midi::decodeMessage(on, 3));
  CHECK(address == EchoFilter::addressOf(2, midi::decodeMessage(off, 3)));
  CHECK(address == EchoFilter::addressOf(2, midi::decodeMessage(lit, 3)));
  CHECK(address != EchoFilter::addressOf(3, midi::decodeMessage(lit, 3)));
}
