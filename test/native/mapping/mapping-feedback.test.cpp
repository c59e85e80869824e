// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "mapping-rig.hpp"

using namespace downbeat;
using namespace downbeat::mapping;
using test::controllerTo;
using test::MappingRig;

namespace {

EntryPlan told(std::uint32_t param, int number = 20) {
  EntryPlan plan = controllerTo(param, number);
  plan.hasFeedback = true;
  return plan;
}

/// The data bytes of a feedback, message by message.
std::vector<int> bytesOf(const Move& move) {
  std::vector<int> bytes;
  for (std::uint8_t i = 0; i < move.group.count; ++i) {
    for (const std::uint8_t byte : move.group.messages[i].bytes) bytes.push_back(byte);
  }
  return bytes;
}

std::vector<int> shown(MappingRig& rig) {
  const auto moves = rig.stage.of(Move::Kind::feedback);
  return moves.empty() ? std::vector<int>{} : bytesOf(moves.back());
}

double between(std::mt19937& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

/// Motor controllers that repeat all they are told, each message a while later.
class Motors {
 public:
  explicit Motors(unsigned seed) : random_(seed) {}

  void step(MappingRig& rig) {
    for (; seen_ < rig.count(); ++seen_) {
      const Move& move = rig.stage.moves[seen_];
      if (move.kind != Move::Kind::feedback) continue;
      // A wire keeps the order.
      at_[move.slot] = std::max(at_[move.slot],
                                rig.now + HostMicros{500 + static_cast<int>(random_() % 60'000)});
      underWay_.push_back({at_[move.slot], move.slot, move.group});
    }
    for (std::size_t i = 0; i < underWay_.size();) {
      if (rig.now < underWay_[i].at) {
        ++i;
        continue;
      }
      const Echo echo = underWay_[i];
      underWay_.erase(underWay_.begin() + static_cast<std::ptrdiff_t>(i));
      for (std::uint8_t k = 0; k < echo.group.count; ++k) {
        const midi::MidiMessage& message = echo.group.messages[k];
        rig.send(message.bytes[0], message.bytes[1], message.bytes[2], echo.slot);
      }
    }
  }

 private:
  struct Echo {
    HostMicros at;
    std::uint32_t slot;
    midi::MidiGroup group;
  };
  std::mt19937 random_;
  std::size_t seen_ = 0;
  std::map<std::uint32_t, HostMicros> at_;
  std::vector<Echo> underWay_;
};

EntryPlan anyEntry(std::mt19937& random, int index) {
  EntryPlan plan = told(random() % 6, 16 + static_cast<int>(random() % 8));
  plan.source.port = std::to_string(random() % 3);
  plan.source.channel = static_cast<int>(random() % 3) - 1;
  constexpr SourceKind kKinds[] = {SourceKind::cc,   SourceKind::cc,   SourceKind::cc14,
                                   SourceKind::nrpn, SourceKind::bend, SourceKind::note};
  plan.source.kind = kKinds[random() % 6];
  plan.source.lsb = plan.source.number + 32;
  plan.source.lsbFirst = random() % 2 == 0;
  const auto isCc = plan.source.kind == SourceKind::cc;
  constexpr Reading kReadings[] = {
      Reading::absolute,       Reading::absolute,     Reading::toggle,   Reading::momentary,
      Reading::twosComplement, Reading::binaryOffset, Reading::signedBit};
  plan.reading = kReadings[random() % (isCc ? 7 : 4)];
  plan.takeover = static_cast<Takeover>(random() % 3);
  plan.low = between(random, -1.0, 1.0);
  plan.high = between(random, -1.0, 1.0);
  plan.curve = {0.0, between(random, 0.1, 0.9), 1.0};
  if (random() % 3 == 0) plan.steps = 2 + random() % 9;
  if (random() % 8 == 0) {
    plan.target.kind = TargetKind::midi;
    plan.target.port = "9";
    plan.target.key = "key";
    plan.target.messages = {{3, {0xB0, 1, kValueByte}}};
    plan.low = 0.0;
    plan.high = 127.0;
  }
  plan.id = std::to_string(index);
  return plan;
}

void letGo(MappingRig& rig) {
  for (int number = 16; number < 24; ++number) {
    for (std::uint32_t slot = 0; slot < 3; ++slot) {
      rig.send(0xB0, number, 0, slot);
      rig.send(0x90, number, 0, slot);
    }
  }
}

}  // namespace

TEST_CASE("what others do is shown by the control, nothing is shown twice") {
  MappingRig rig({told(0)});
  rig.set(0, 0.5);
  CHECK(shown(rig) == std::vector<int>{0xB0, 20, 64});
  rig.pass(30.0);
  rig.set(0, 0.501);
  rig.pass(30.0);
  CHECK(rig.count() == 1);
  rig.set(0, 1.0);
  CHECK(shown(rig) == std::vector<int>{0xB0, 20, 127});
  CHECK(rig.stage.moves.back().slot == 0);
}

TEST_CASE("a control with a light or motor is shown its value from the beginning") {
  MappingRig rig({told(0), told(1, 21)}, {{0, 1.0}});
  rig.pass(1.0);
  CHECK(rig.count() == 1);
  CHECK(shown(rig) == std::vector<int>{0xB0, 20, 127});
}

TEST_CASE("every kind of control is told in its own words") {
  EntryPlan wide = told(0, 1);
  wide.source.kind = SourceKind::cc14;
  wide.source.channel = 2;
  wide.source.lsb = 33;
  EntryPlan lowFirst = wide;
  lowFirst.source.lsbFirst = true;
  EntryPlan nrpn = told(0, 3 * 128 + 9);
  nrpn.source.kind = SourceKind::nrpn;
  EntryPlan bend = told(0);
  bend.source.kind = SourceKind::bend;
  EntryPlan light = told(0, 36);
  light.source.kind = SourceKind::note;
  light.reading = Reading::toggle;
  EntryPlan pressure = told(0);
  pressure.source.kind = SourceKind::pressure;
  MappingRig rig({wide, lowFirst, nrpn, bend, light, pressure});
  rig.set(0, 12807.0 / 16383.0);
  const auto moves = rig.stage.of(Move::Kind::feedback);
  REQUIRE(moves.size() == 5);
  CHECK(bytesOf(moves[0]) == std::vector<int>{0xB2, 1, 100, 0xB2, 33, 7});
  CHECK(bytesOf(moves[1]) == std::vector<int>{0xB2, 33, 7, 0xB2, 1, 100});
  CHECK(bytesOf(moves[2]) == std::vector<int>{0xB0, 99, 3, 0xB0, 98, 9, 0xB0, 6, 100, 0xB0, 38, 7});
  CHECK(bytesOf(moves[3]) == std::vector<int>{0xE0, 7, 100});
  CHECK(bytesOf(moves[4]) == std::vector<int>{0x90, 36, 127});
  rig.pass(30.0);
  rig.set(0, 0.0);
  CHECK(bytesOf(rig.stage.of(Move::Kind::feedback)[9]) == std::vector<int>{0x90, 36, 0});
}

TEST_CASE("what one knob does another one shows, and the first is left alone") {
  MappingRig rig({told(0, 20), told(0, 21)});
  rig.cc(20, 99);
  CHECK(shown(rig) == std::vector<int>{0xB0, 21, 99});
  rig.table->noteParam(1, 0, static_cast<double>(static_cast<float>(99.0 / 127.0)), 0, rig.stage);
  for (int i = 0; i < 300; ++i) rig.pass(1.0);
  CHECK(rig.count() == 2);
}

TEST_CASE("a control in the hand is told nothing until 100 ms later") {
  MappingRig rig({told(0)});
  rig.cc(20, 99);
  rig.set(0, 0.0);
  rig.pass(99.0);
  CHECK(rig.count() == 1);
  rig.pass(2.0);
  CHECK(shown(rig) == std::vector<int>{0xB0, 20, 0});
}

TEST_CASE("a control is told 50 times a second, and the last of a fast run for certain") {
  MappingRig rig({told(0)});
  for (int i = 0; i <= 1000; ++i) {
    rig.set(0, i / 1000.0);
    rig.pass(1.0);
  }
  rig.pass(25.0);
  CHECK(shown(rig) == std::vector<int>{0xB0, 20, 127});
  CHECK(rig.count() <= 52);
}

TEST_CASE("a light that there was no room for is lit in the next block") {
  MappingRig rig({told(0)});
  rig.stage.isFull = true;
  rig.set(0, 1.0);
  rig.pass(1.0);
  rig.stage.isFull = false;
  rig.pass(1.0);
  CHECK(shown(rig) == std::vector<int>{0xB0, 20, 127});
}

TEST_CASE("an endless knob shows where the value is, also by its own turns") {
  EntryPlan plan = told(0);
  plan.reading = Reading::twosComplement;
  plan.stepSize = 10.0 / 127.0;
  MappingRig rig({plan}, {{0, 0.0}});
  rig.pass(1.0);
  rig.cc(20, 1);
  rig.pass(101.0);
  CHECK(shown(rig) == std::vector<int>{0xB0, 20, 10});
}

TEST_CASE("the light of a toggle is lit again after the button's own release put it out") {
  EntryPlan plan = told(0);
  plan.reading = Reading::toggle;
  MappingRig rig({plan}, {{0, 0.0}});
  rig.pass(1.0);
  rig.cc(20, 127);
  rig.cc(20, 0);
  rig.pass(101.0);
  CHECK(shown(rig) == std::vector<int>{0xB0, 20, 127});
  rig.cc(20, 127);  // its echo
  CHECK(rig.values().size() == 1);
  rig.pass(150.0);
  rig.cc(20, 127);  // a hand
  CHECK(rig.last() == 0.0);
}

TEST_CASE(
    "a mapping that changes shows nothing that is shown already, and knows what is under way") {
  MappingRig rig({told(0), told(1, 21)}, {{0, 0.25}, {1, 0.5}});
  rig.pass(1.0);
  const std::size_t before = rig.count();
  CHECK(before == 2);
  rig.change({told(1, 21), told(0)}, {{0, 0.25}, {1, 0.5}});
  rig.pass(1.0);
  CHECK(rig.count() == before);
  rig.cc(20, 32);  // the echo of what the one before sent
  CHECK(rig.values().empty());
}

TEST_CASE("a pad that is tapped in the moment of its light is pressed, when it is let go") {
  EntryPlan plan = told(0, 36);
  plan.source.kind = SourceKind::note;
  plan.reading = Reading::toggle;
  for (const bool repeats : {false, true}) {
    CAPTURE(repeats);
    MappingRig rig({plan}, {{0, 0.0}});
    rig.pass(1.0);
    rig.noteOn(36, 127);
    rig.noteOff(36);
    rig.pass(101.0);  // lit
    if (repeats) rig.noteOn(36, 127);
    rig.pass(20.0);
    rig.noteOn(36, 127);  // a hand
    rig.pass(20.0);
    rig.noteOff(36);
    CHECK(rig.values() == std::vector<double>{1.0, 0.0});
    rig.pass(400.0);
    rig.noteOn(36, 127);
    rig.noteOff(36);
    CHECK(rig.values() == std::vector<double>{1.0, 0.0, 1.0});
  }
}

TEST_CASE("a pad that repeats its light is pressed once by the softest hand") {
  EntryPlan plan = told(0, 36);
  plan.source.kind = SourceKind::note;
  plan.reading = Reading::toggle;
  MappingRig rig({plan}, {{0, 0.0}});
  rig.pass(1.0);
  rig.noteOn(36, 127);
  rig.noteOff(36);
  rig.pass(101.0);
  rig.noteOn(36, 127);  // its echo
  rig.pass(500.0);
  rig.noteOn(36, 20);
  rig.noteOff(36);
  CHECK(rig.values() == std::vector<double>{1.0, 0.0});
}

TEST_CASE("a light that is repeated while its pad is held is no tap") {
  EntryPlan plan = told(0, 36);
  plan.source.kind = SourceKind::note;
  plan.reading = Reading::toggle;
  MappingRig rig({plan}, {{0, 0.0}});
  rig.pass(1.0);
  rig.noteOn(36, 100);
  rig.pass(101.0);      // lit
  rig.noteOn(36, 127);  // its echo
  rig.pass(300.0);
  rig.noteOff(36);
  CHECK(rig.values() == std::vector<double>{1.0});
}

TEST_CASE("a motor fader that repeats what it was told changes nothing and has its value") {
  MappingRig rig({told(0)}, {{0, 0.0}});
  rig.pass(1.0);
  rig.pass(30.0);
  rig.set(0, 0.7771);
  const int raw = shown(rig)[2];
  rig.pass(400.0);  // a slow motor
  rig.cc(20, raw);
  CHECK(rig.values().empty());
  CHECK(rig.table->isAttached(0));
  rig.cc(20, raw + 1);
  CHECK(rig.last() == doctest::Approx((raw + 1) / 127.0));
}

TEST_CASE("a note does not hang when its release looks like the echo of a light") {
  EntryPlan light = told(0, 36);
  light.source.kind = SourceKind::note;
  light.reading = Reading::toggle;
  EntryPlan pad = controllerTo(0, 36);
  pad.source.kind = SourceKind::note;
  pad.target.kind = TargetKind::play;
  MappingRig rig({light, pad}, {{0, 0.0}});
  rig.pass(1.0);
  rig.noteOn(36, 100);
  rig.set(0, 0.0);
  rig.pass(120.0);  // the light goes out while the pad is held
  rig.noteOff(36);
  CHECK(rig.stage.of(Move::Kind::noteOff).size() == 1);
}

TEST_CASE(
    "what is on while a pad is held goes off when its release looks like the echo of a light") {
  EntryPlan plan = told(0, 36);
  plan.source.kind = SourceKind::note;
  plan.reading = Reading::momentary;
  MappingRig rig({plan}, {{0, 0.0}});
  rig.pass(1.0);
  rig.noteOn(36, 100);
  rig.pass(101.0);
  rig.set(0, 0.0);  // somebody else switches it off, and the light is told
  rig.pass(30.0);
  rig.set(0, 1.0);  // and on again
  rig.pass(30.0);
  rig.noteOff(36);
  CHECK(rig.values() == std::vector<double>{1.0, 0.0});
  rig.pass(200.0);
  rig.noteOn(36, 100);
  CHECK(rig.last() == 1.0);
}

TEST_CASE("controls that repeat everything come to rest, and what they repeat moves nothing") {
  std::mt19937 random(31);
  for (int round = 0; round < 150; ++round) {
    CAPTURE(round);
    std::vector<EntryPlan> plans;
    for (int i = 0; i < 20; ++i) plans.push_back(anyEntry(random, i));
    MappingRig rig(plans, {{0, 0.1}, {1, -0.4}, {2, 0.9}});
    Motors motors(random());
    for (int ms = 0; ms < 1500; ++ms) {
      if (random() % 20 == 0) rig.set(random() % 6, between(random, -1.0, 1.0));
      // What is held when hands have gone could be let go by an echo: nothing is.
      if (ms == 1300) letGo(rig);
      if (ms < 1300 && random() % 40 == 0) {
        const auto slot = static_cast<std::uint32_t>(random() % 3);
        rig.send(0xB0, 16 + static_cast<int>(random() % 8), static_cast<int>(random() % 128), slot);
        rig.send(0x90, 16 + static_cast<int>(random() % 8), static_cast<int>(random() % 128), slot);
      }
      motors.step(rig);
      rig.pass(1.0);
    }
    rig.pass(6.0);
    const auto movesSoFar = [&rig] {
      return rig.count() - rig.stage.of(Move::Kind::feedback).size();
    };
    const std::size_t moved = movesSoFar();
    for (int ms = 0; ms < 600; ++ms) {
      motors.step(rig);
      rig.pass(1.0);
    }
    CHECK(movesSoFar() == moved);
    const std::size_t all = rig.count();
    for (int ms = 0; ms < 600; ++ms) {
      motors.step(rig);
      rig.pass(1.0);
    }
    CHECK(rig.count() == all);
  }
}

TEST_CASE("a network of echoing controls in banks comes to rest after any change of the bank") {
  std::mt19937 random(32);
  for (int round = 0; round < 100; ++round) {
    CAPTURE(round);
    std::vector<EntryPlan> plans;
    for (int i = 0; i < 20; ++i) {
      EntryPlan plan = anyEntry(random, i);
      if (random() % 2 == 0) plan.banks = {static_cast<std::uint32_t>(random() % 3)};
      if (plan.reading == Reading::toggle && random() % 2 == 0) plan.values = {0.1, 0.9, 0.1, 0.4};
      plans.push_back(plan);
    }
    EntryPlan page = told(0, 100);
    page.id = "page";
    page.target.kind = TargetKind::bank;
    page.target.choice = Choice::next;
    plans.push_back(page);
    MappingRig rig(plans, {{0, 0.1}, {1, -0.4}, {2, 0.9}}, {}, {"a", "b", "c"});
    Motors motors(random());
    for (int ms = 0; ms < 1500; ++ms) {
      if (random() % 20 == 0) rig.set(random() % 6, between(random, -1.0, 1.0));
      if (random() % 100 == 0) {
        rig.cc(100, 127);
        rig.cc(100, 0);
      }
      if (random() % 40 == 0) {
        const auto slot = static_cast<std::uint32_t>(random() % 3);
        rig.send(0xB0, 16 + static_cast<int>(random() % 8), static_cast<int>(random() % 128), slot);
        rig.send(0x90, 16 + static_cast<int>(random() % 8), static_cast<int>(random() % 128), slot);
      }
      motors.step(rig);
      rig.pass(1.0);
    }
    for (int ms = 0; ms < 600; ++ms) {
      motors.step(rig);
      rig.pass(1.0);
    }
    const std::size_t all = rig.count();
    for (int ms = 0; ms < 600; ++ms) {
      motors.step(rig);
      rig.pass(1.0);
    }
    CHECK(rig.count() == all);
  }
}
