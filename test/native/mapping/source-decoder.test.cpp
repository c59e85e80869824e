// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/source-decoder.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <random>
#include <vector>

using namespace downbeat;
using namespace downbeat::mapping;

namespace {

/// A source, and what it says to bytes that come 100 us apart.
class Ear {
 public:
  explicit Ear(const SourcePlan& plan, Reading reading = Reading::absolute)
      : decoder(plan, reading) {}

  std::vector<SourceValue> hear(std::initializer_list<std::uint8_t> bytes) {
    now = now + HostMicros{100};
    const std::vector<std::uint8_t> message(bytes);
    const auto decoded = midi::decodeMessage(message.data(), message.size());
    SourceValue value;
    return decoder.receive(decoded, now, false, value) ? std::vector<SourceValue>{value}
                                                       : std::vector<SourceValue>{};
  }
  /// The raw number it says, -1: nothing.
  long raw(std::initializer_list<std::uint8_t> bytes) {
    const auto values = hear(bytes);
    return values.empty() ? -1 : static_cast<long>(values[0].raw);
  }
  int clicks(std::initializer_list<std::uint8_t> bytes) {
    const auto values = hear(bytes);
    return values.empty() ? 0 : values[0].clicks;
  }
  long rawAfter(double ms) {
    now = now + HostMicros{static_cast<std::int64_t>(ms * 1000.0)};
    SourceValue value;
    return decoder.flush(now, value) ? static_cast<long>(value.raw) : -1;
  }

  HostMicros now{};
  SourceDecoder decoder;
};

SourcePlan source(SourceKind kind, int channel, int number) {
  SourcePlan plan;
  plan.kind = kind;
  plan.channel = channel;
  plan.number = number;
  return plan;
}

constexpr std::uint8_t byte(int value) { return static_cast<std::uint8_t>(value); }

}  // namespace

TEST_CASE("a controller says its value, others and other channels say nothing") {
  Ear ear(source(SourceKind::cc, 3, 74));
  CHECK(ear.raw({0xB3, 74, 0}) == 0);
  CHECK(ear.raw({0xB3, 74, 127}) == 127);
  CHECK(ear.raw({0xB3, 75, 1}) == -1);
  CHECK(ear.raw({0xB2, 74, 1}) == -1);
  CHECK(ear.raw({0x93, 74, 1}) == -1);
  CHECK(ear.decoder.top() == 127);
}

TEST_CASE("any channel means every one") {
  Ear ear(source(SourceKind::cc, -1, 74));
  for (int channel = 0; channel < 16; ++channel) {
    const auto values = ear.hear({byte(0xB0 + channel), 74, 9});
    REQUIRE(values.size() == 1);
    CHECK(values[0].channel == channel);
  }
}

TEST_CASE("a note says its velocity and then 0, by either kind of note off") {
  Ear ear(source(SourceKind::note, 0, 60));
  CHECK(ear.raw({0x90, 60, 100}) == 100);
  CHECK(ear.raw({0x80, 60, 100}) == 0);
  CHECK(ear.raw({0x90, 60, 0}) == 0);
  CHECK(ear.raw({0x90, 61, 100}) == -1);
  Ear any(source(SourceKind::note, 0, -1));
  CHECK(any.hear({0x90, 61, 100})[0].note == 61);
}

TEST_CASE("bend has 14 bits with its middle at 8192") {
  Ear ear(source(SourceKind::bend, 0, -1));
  CHECK(ear.raw({0xE0, 0, 0}) == 0);
  CHECK(ear.raw({0xE0, 0, 64}) == 8192);
  CHECK(ear.raw({0xE0, 127, 127}) == 16383);
  CHECK(ear.decoder.top() == 16383);
}

TEST_CASE("pressure is the channel's, a program is a press or its number") {
  Ear pressure(source(SourceKind::pressure, 1, -1));
  CHECK(pressure.raw({0xD1, 77}) == 77);
  CHECK(pressure.raw({0xA1, 60, 77}) == -1);
  Ear one(source(SourceKind::program, 1, 5));
  CHECK(one.raw({0xC1, 5}) == 127);
  CHECK(one.raw({0xC1, 6}) == -1);
  Ear any(source(SourceKind::program, 1, -1));
  CHECK(any.raw({0xC1, 6}) == 6);
  Ear press(source(SourceKind::program, 1, -1), Reading::toggle);
  CHECK(press.raw({0xC1, 6}) == 127);
}

TEST_CASE("endless knobs are read as their makers write them") {
  const auto plan = source(SourceKind::cc, 0, 16);
  Ear twos(plan, Reading::twosComplement);
  Ear offset(plan, Reading::binaryOffset);
  Ear sign(plan, Reading::signedBit);
  for (int n = 1; n < 64; ++n) {
    CHECK(twos.clicks({0xB0, 16, byte(n)}) == n);
    CHECK(twos.clicks({0xB0, 16, byte(128 - n)}) == -n);
    CHECK(offset.clicks({0xB0, 16, byte(64 + n)}) == n);
    CHECK(offset.clicks({0xB0, 16, byte(64 - n)}) == -n);
    CHECK(sign.clicks({0xB0, 16, byte(n)}) == n);
    CHECK(sign.clicks({0xB0, 16, byte(64 + n)}) == -n);
  }
  CHECK(twos.clicks({0xB0, 16, 64}) == -64);
  CHECK(offset.clicks({0xB0, 16, 0}) == -64);
  for (Ear* ear : {&twos, &sign}) CHECK(ear->clicks({0xB0, 16, 0}) == 0);
  CHECK(offset.clicks({0xB0, 16, 64}) == 0);
  Ear steps(plan, Reading::incDec);
  CHECK(steps.clicks({0xB0, 96, 0}) == 1);
  CHECK(steps.clicks({0xB0, 97, 127}) == -1);
  CHECK(steps.clicks({0xB0, 16, 1}) == 0);
}

TEST_CASE("14 bits are complete with the second byte, whichever that is") {
  auto plan = source(SourceKind::cc14, 0, 1);
  plan.lsb = 33;
  Ear highFirst(plan);
  CHECK(highFirst.raw({0xB0, 33, 5}) == -1);  // the high byte never came
  CHECK(highFirst.raw({0xB0, 1, 100}) == -1);
  CHECK(highFirst.raw({0xB0, 33, 7}) == 12807);
  CHECK(highFirst.raw({0xB0, 33, 8}) == 12808);  // the fine part alone
  CHECK_FALSE(highFirst.decoder.isWaiting());
  plan.lsbFirst = true;
  Ear lowFirst(plan);
  CHECK(lowFirst.raw({0xB0, 33, 7}) == -1);
  CHECK(lowFirst.raw({0xB0, 1, 100}) == 12807);
  CHECK(lowFirst.raw({0xB0, 1, 101}) == 12935);  // the low byte did not change
  CHECK(lowFirst.raw({0xB0, 33, 9}) == -1);
  CHECK(lowFirst.rawAfter(4.0) == -1);
  CHECK(lowFirst.rawAfter(1.0) == 12937);
}

TEST_CASE("a controller of 7 bits in the place of 14 reaches both ends, 5 ms later") {
  for (const bool isLowFirst : {false, true}) {
    auto plan = source(SourceKind::cc14, 0, 1);
    plan.lsbFirst = isLowFirst;
    Ear ear(plan);
    long before = -1;
    for (int value = 0; value < 128; ++value) {
      long raw = ear.raw({0xB0, 1, byte(value)});
      if (!isLowFirst) {
        CHECK(raw == -1);
        CHECK(ear.rawAfter(4.9) == -1);
        raw = ear.rawAfter(0.1);
      }
      CHECK(raw > before);
      before = raw;
    }
    CHECK(before == 16383);
  }
}

TEST_CASE("a high byte whose low byte is late goes to the near side") {
  auto plan = source(SourceKind::cc14, 0, 1);
  plan.lsb = 33;
  Ear ear(plan);
  (void)ear.raw({0xB0, 1, 64});
  CHECK(ear.raw({0xB0, 33, 3}) == 64 * 128 + 3);
  (void)ear.raw({0xB0, 1, 65});
  CHECK(ear.rawAfter(5.0) == 65 * 128);
  CHECK(ear.raw({0xB0, 33, 9}) == 65 * 128 + 9);
  (void)ear.raw({0xB0, 1, 64});
  CHECK(ear.rawAfter(5.0) == 64 * 128 + 127);
}

TEST_CASE("a fast knob of 7 bits loses no value") {
  Ear ear(source(SourceKind::cc14, 0, 1));
  CHECK(ear.raw({0xB0, 1, 10}) == -1);
  CHECK(ear.raw({0xB0, 1, 11}) == 10 * 129);
  CHECK(ear.raw({0xB0, 1, 12}) == 11 * 129);
  CHECK(ear.rawAfter(5.0) == 12 * 129);
}

TEST_CASE("an nrpn is heard when it is selected, and a registered number takes it away") {
  Ear ear(source(SourceKind::nrpn, 0, 3 * 128 + 9));
  CHECK(ear.raw({0xB0, 38, 1}) == -1);
  for (const int first : {99, 98}) {
    (void)ear.raw({0xB0, byte(first), byte(first == 99 ? 3 : 9)});
  }
  CHECK(ear.raw({0xB0, 6, 100}) == -1);
  CHECK(ear.raw({0xB0, 38, 1}) == 12801);
  (void)ear.raw({0xB0, 101, 0});
  (void)ear.raw({0xB0, 100, 0});
  (void)ear.raw({0xB0, 6, 2});
  CHECK(ear.raw({0xB0, 38, 2}) == -1);
  (void)ear.raw({0xB0, 98, 10});
  (void)ear.raw({0xB0, 6, 2});
  CHECK(ear.raw({0xB0, 38, 2}) == -1);  // its neighbour
  (void)ear.raw({0xB0, 98, 9});
  (void)ear.raw({0xB0, 6, 2});
  CHECK(ear.raw({0xB0, 38, 2}) == 258);
  ear.decoder.reset();
  (void)ear.raw({0xB0, 6, 2});
  CHECK(ear.raw({0xB0, 38, 2}) == -1);
}

TEST_CASE("an nrpn of 7 bits goes on with the next selection or after 5 ms") {
  Ear ear(source(SourceKind::nrpn, 0, 9));
  (void)ear.raw({0xB0, 99, 0});
  (void)ear.raw({0xB0, 98, 9});
  CHECK(ear.raw({0xB0, 6, 127}) == -1);
  CHECK(ear.raw({0xB0, 99, 0}) == 16383);
  CHECK(ear.raw({0xB0, 98, 9}) == -1);
  CHECK(ear.raw({0xB0, 6, 64}) == -1);
  CHECK(ear.rawAfter(5.0) == 64 * 129);
}

TEST_CASE("an nrpn counts up and down") {
  Ear ear(source(SourceKind::nrpn, 0, 9), Reading::incDec);
  CHECK(ear.clicks({0xB0, 96, 0}) == 0);
  (void)ear.raw({0xB0, 99, 0});
  (void)ear.raw({0xB0, 98, 9});
  CHECK(ear.clicks({0xB0, 96, 0}) == 1);
  CHECK(ear.clicks({0xB0, 97, 0}) == -1);
  CHECK(ear.raw({0xB0, 6, 5}) == -1);
  (void)ear.raw({0xB0, 98, 8});
  CHECK(ear.clicks({0xB0, 96, 0}) == 0);
}

TEST_CASE("nrpns on two channels do not disturb each other, however they interleave") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const bool isLowFirst = random() % 2 == 0;
    auto plan = source(SourceKind::nrpn, -1, 700);
    plan.lsbFirst = isLowFirst;
    Ear ear(plan);
    const long wanted[2] = {static_cast<long>(random() % 16384),
                            static_cast<long>(random() % 16384)};
    long heard[2] = {-1, -1};
    std::size_t done[2] = {0, 0};
    while (done[0] < 4 || done[1] < 4) {
      const std::size_t who = done[0] == 4 ? 1 : done[1] == 4 ? 0 : random() % 2;
      const int high = static_cast<int>(wanted[who] >> 7);
      const int low = static_cast<int>(wanted[who] & 127);
      const int numbers[4] = {99, 98, isLowFirst ? 38 : 6, isLowFirst ? 6 : 38};
      const int values[4] = {700 >> 7, 700 & 127, isLowFirst ? low : high, isLowFirst ? high : low};
      const auto values2 = ear.hear(
          {byte(0xB4 + static_cast<int>(who)), byte(numbers[done[who]]), byte(values[done[who]])});
      ++done[who];
      for (const SourceValue& value : values2) heard[value.channel - 4] = value.raw;
    }
    CHECK(heard[0] == wanted[0]);
    CHECK(heard[1] == wanted[1]);
  }
}
