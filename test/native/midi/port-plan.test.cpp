// SPDX-License-Identifier: GPL-3.0-or-later
// What the plan of a port asks of its clock: another tempo, and what happens at stop.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "midi/port-clock.hpp"
#include "player-rig.hpp"

using namespace downbeat;
using test::PlayerRig;
using test::SentMessage;

namespace {

constexpr std::int64_t kOrigin = 1'000'000;  // host time of beat 0 in the rig

midi::RtMidiSlotSettings multiplied(double multiple, double offsetMs = 0.0) {
  midi::RtMidiSlotSettings settings = PlayerRig::all(1, offsetMs);
  settings.ticksPerBeat = 24.0 * multiple;
  return settings;
}

/// What a device makes of the messages: its tick count since Start, or since the place of Continue.
struct Device {
  bool isRunning = false;
  std::int64_t next = 0;  ///< its tick that the next F8 is
  std::int64_t place = 0;

  void hear(const SentMessage& message) {
    switch (message.status()) {
      case 0xFA:
        isRunning = true;
        next = 0;
        break;
      case 0xFB:
        isRunning = true;
        next = place;
        break;
      case 0xFC: isRunning = false; break;
      case 0xF2: place = (message.bytes[1] + 128 * message.bytes[2]) * 6; break;
      case 0xF8:
        if (isRunning) ++next;
        break;
      default: break;
    }
  }
};

}  // namespace

TEST_CASE("a port at half, once or twice the tempo gets as many ticks, over changes of tempo") {
  for (const double multiple : {0.5, 1.0, 2.0}) {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      std::mt19937 random(seed);
      PlayerRig rig;
      const auto log = rig.addPort(0, multiplied(multiple));
      rig.transport.play(4.0, 0.0, 1);
      double fastest = 120.0;
      for (int i = 0; i < 12; ++i) {
        rig.runFor(0.05 + static_cast<double>(random() % 1000) / 500.0);
        const double bpm = 20.0 + random() % 980;
        fastest = std::max(fastest, bpm);
        rig.transport.tempo(rig.time.micros + 2500, bpm);
      }
      rig.runFor(1.0);
      const double beats = beatAt(rig.transport.view(), rig.time.now()).value;
      const auto ticks = test::only(*log, 0xF8);
      CHECK(ticks.size() ==
            static_cast<std::size_t>(std::floor(24.0 * multiple * beats + 1e-6)) + 1);
      const double half = 60e6 / fastest / (24.0 * multiple) / 2.0;
      for (std::size_t i = 1; i < ticks.size(); ++i) {
        CHECK(static_cast<double>(ticks[i].at - ticks[i - 1].at) >= half - 1.0);
      }
    }
  }
}

TEST_CASE("whatever the song does, a device at another tempo counts the place where the song is") {
  for (const double multiple : {0.5, 2.0}) {
    for (std::uint32_t seed = 0; seed < 40; ++seed) {
      std::mt19937 random(seed);
      PlayerRig rig;
      const double offsetMs = static_cast<double>(random() % 1001) / 10.0 - 50.0;
      const auto log = rig.addPort(0, multiplied(multiple, offsetMs));
      for (int i = 0; i < 20; ++i) {
        rig.runFor(0.4 + static_cast<double>(random() % 1000) / 700.0);
        const double here = beatAt(rig.transport.view(), rig.time.now()).value;
        const double songBeat = static_cast<double>(random() % 400) / 16.0;
        switch (random() % 5) {
          case 0: rig.transport.stop(here + 0.1, songBeat); break;
          case 1: rig.transport.play(here + 0.2, 0.0, 1); break;
          case 2: rig.transport.play(here + 0.2, songBeat, 2); break;
          case 3: rig.transport.play(here + 0.2, songBeat, 0); break;
          default: rig.transport.tempo(rig.time.micros + 3000, 40.0 + random() % 300);
        }
      }
      rig.transport.play(beatAt(rig.transport.view(), rig.time.now()).value + 0.5, 16.0, 2);
      rig.runFor(4.0);
      Device device;
      for (const SentMessage& message : log->messages) device.hear(message);
      CHECK(device.isRunning);
      const HostMicros now{rig.time.micros - static_cast<std::int64_t>(offsetMs * 1000.0)};
      const auto& view = rig.transport.view();
      const RtPlay& play = playAt(view, beatAt(view, now));
      const double song = play.songBeat.value + beatAt(view, now).value - play.fromBeat.value;
      // The device waits for tick `next`: the one before has been at the song's place or just was.
      const double ahead = static_cast<double>(device.next) - song * 24.0 * multiple;
      CHECK(ahead > -0.001);
      CHECK(ahead <= 1.001);
    }
  }
}

TEST_CASE("Start leads the first tick by a millisecond at twice 999 bpm too") {
  PlayerRig rig;
  rig.transport.line(kOrigin, 0.0, 999.0);
  const auto log = rig.addPort(0, multiplied(2.0));
  rig.transport.play(8.0, 0.0, 1);
  rig.runUntil(kOrigin + static_cast<std::int64_t>(12 * 60e6 / 999.0));
  std::size_t start = 0;
  while (start < log->messages.size() && log->messages[start].status() != 0xFA) ++start;
  CHECK(start == 8 * 48);
  REQUIRE(start + 1 < log->messages.size());
  CHECK(log->messages[start + 1].at - log->messages[start].at >= 1000);
  CHECK(log->messages[start].at > log->messages[start - 1].at);
}

TEST_CASE("the place that a device at twice the tempo is told is twice as far") {
  PlayerRig rig;
  const auto log = rig.addPort(0, multiplied(2.0));
  rig.transport.play(8.0, 5.3, 2);  // the next sixteenth of the device is song beat 5.375
  rig.runUntil(kOrigin + 10 * 500'000);
  const auto places = test::only(*log, 0xF2);
  REQUIRE(places.size() == 1);
  CHECK(places[0].bytes == std::vector<std::uint8_t>{0xF2, 43, 0});
}

TEST_CASE("a device that knows no place starts where both its bar and the song's begin") {
  for (const double multiple : {0.5, 2.0}) {
    PlayerRig rig;
    midi::RtMidiSlotSettings settings = multiplied(multiple);
    settings.songPosition = 0;
    const auto log = rig.addPort(0, settings);
    rig.transport.play(4.0, 1.0, 2);
    rig.runUntil(kOrigin + 8'000'000);
    std::size_t start = 0;
    while (start < log->messages.size() && log->messages[start].status() != 0xFA) ++start;
    REQUIRE(start + 1 < log->messages.size());
    // Half: a bar of the device is two of the song, the next begins at song beat 8.
    const double songBeat = multiple < 1.0 ? 8.0 : 4.0;
    CHECK(log->messages[start + 1].at ==
          kOrigin + static_cast<std::int64_t>((3.0 + songBeat) * 500'000));
  }
}

TEST_CASE("a multiple that changes while the song plays puts the device right again") {
  PlayerRig rig;
  const auto log = rig.addPort(0, multiplied(1.0));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 3'010'000);
  rig.table->writeSettings(0, multiplied(2.0));
  rig.runUntil(kOrigin + 5'000'000);
  Device device;
  for (const SentMessage& message : log->messages) device.hear(message);
  CHECK(device.isRunning);
  CHECK(device.next == 48 * 10 + 1);
  CHECK(test::only(*log, 0xFC).size() == 1);
}

TEST_CASE("a clock that stops with the song is silent until the tick of the next first beat") {
  PlayerRig rig;
  midi::RtMidiSlotSettings settings = PlayerRig::all(1);
  settings.clockStops = 1;
  const auto log = rig.addPort(0, settings);
  rig.runUntil(kOrigin + 1'000'000);
  CHECK(log->messages.empty());
  rig.transport.play(4.0, 0.0, 1);
  rig.runUntil(kOrigin + 4'000'000);
  CHECK(log->messages.at(0).status() == 0xFA);
  CHECK(log->messages.at(1).at == kOrigin + 2'000'000);
  rig.transport.stop(8.02, 0.0);
  rig.runUntil(kOrigin + 6'000'000);
  CHECK(log->messages.back().status() == 0xFC);
  CHECK(test::only(*log, 0xF8).size() == 24 * 4 + 1);
  rig.transport.play(14.0, 2.0, 2);
  rig.runUntil(kOrigin + 7'500'000);
  CHECK(test::only(*log, 0xFB).size() == 1);
  CHECK(test::only(*log, 0xF8).size() == 24 * 4 + 1 + 24 + 1);
}

TEST_CASE("every port has its own figures of lateness, those of another port begin at 0") {
  PlayerRig rig;
  (void)rig.addPort(0, PlayerRig::all(1));
  (void)rig.addPort(1, multiplied(2.0));
  rig.runUntil(kOrigin + 1'000'000);
  CHECK(rig.table->lateness(0).summary().count == 49);
  CHECK(rig.table->lateness(1).summary().count == 97);
  CHECK(rig.player->lateness().summary().count == 49 + 97);
  (void)rig.table->withdraw(0);
  rig.runFor(0.1);
  rig.table->beginAnew(0);
  CHECK(rig.table->lateness(0).summary().count == 0);
  CHECK(rig.table->counters(0).messages == 0);
}
