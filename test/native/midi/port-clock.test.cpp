// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/port-clock.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "player-rig.hpp"

using namespace downbeat;
using test::PlayerRig;
using test::SentMessage;

namespace {

constexpr std::int64_t kOrigin = 1'000'000;       // host time of beat 0 in the rig
constexpr double kTickMicros = 500'000.0 / 24.0;  // at 120 bpm

std::string letters(const std::vector<SentMessage>& messages) {
  std::string text;
  for (const SentMessage& message : messages) {
    switch (message.status()) {
      case 0xF8: text += '.'; break;
      case 0xFA: text += 'A'; break;
      case 0xFB: text += 'B'; break;
      case 0xFC: text += 'C'; break;
      case 0xF2: text += 'P'; break;
      default: text += '?';
    }
  }
  return text;
}

std::string withoutTicks(const test::PortLog& log) {
  std::string text = letters(log.messages);
  text.erase(std::remove(text.begin(), text.end(), '.'), text.end());
  return text;
}

/// The tick of the song that the device has got last, counted as it counts.
std::size_t deviceTick(const test::PortLog& log) {
  std::size_t tick = 0;
  bool isRunning = false;
  for (const SentMessage& message : log.messages) {
    switch (message.status()) {
      case 0xFA:
        tick = 0;
        isRunning = true;
        break;
      case 0xFB: isRunning = true; break;
      case 0xFC: isRunning = false; break;
      case 0xF2: tick = (message.bytes[1] + 128U * message.bytes[2]) * 6; break;
      default: tick += isRunning ? 1 : 0;
    }
  }
  return tick - 1;  // the first is that of the place itself
}

/// The message after which the device counts from its place, and the first tick behind it.
std::size_t indexOf(const test::PortLog& log, std::uint8_t status, std::size_t from = 0) {
  for (std::size_t i = from; i < log.messages.size(); ++i) {
    if (log.messages[i].status() == status) return i;
  }
  return log.messages.size();
}

}  // namespace

TEST_CASE("a stopped transport sends exactly 24 ticks a beat and one more, on the microsecond") {
  for (const double bpm : {20.0, 120.0, 174.0, 300.7, 999.0}) {
    PlayerRig rig;
    rig.transport.line(kOrigin, 0.0, bpm);
    const auto log = rig.addPort(0, PlayerRig::all(1));
    rig.runUntil(kOrigin + 60'000'000);
    const double beats = bpm;  // in 60 s
    const auto ticks = test::only(*log, 0xF8);
    CHECK(ticks.size() == static_cast<std::size_t>(std::floor(24.0 * beats + 1e-9)) + 1);
    CHECK(letters(log->messages).find_first_not_of('.') == std::string::npos);
    double worst = 0.0;
    for (std::size_t k = 0; k < ticks.size(); ++k) {
      const double ideal =
          static_cast<double>(kOrigin) + static_cast<double>(k) * 60e6 / bpm / 24.0;
      worst = std::max(worst, std::fabs(static_cast<double>(ticks[k].at) - ideal));
    }
    CHECK(worst <= 1.0);
    CHECK(rig.player->ticks() == ticks.size());
    CHECK(rig.player->lateness().summary().count == ticks.size());
    CHECK(rig.player->lateness().summary().max <= 1.0);
  }
}

TEST_CASE("ten changes of tempo in a minute lose and add no tick") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.transport.play(4.0, 0.0, 1);
  std::mt19937 random(7);
  for (int i = 0; i < 10; ++i) {
    rig.runFor(6.0);
    rig.transport.tempo(rig.time.micros + 3000, 40.0 + random() % 400);
  }
  rig.runFor(6.0);
  const double beats = beatAt(rig.transport.view(), rig.time.now()).value;
  CHECK(test::only(*log, 0xF8).size() ==
        static_cast<std::size_t>(std::floor(24.0 * beats + 1e-6)) + 1);
  CHECK(withoutTicks(*log) == "A");
}

TEST_CASE("Start comes after the tick before and at least a millisecond before the first beat") {
  for (const double bpm : {20.0, 120.0, 999.0}) {
    PlayerRig rig;
    rig.transport.line(kOrigin, 0.0, bpm);
    const auto log = rig.addPort(0, PlayerRig::all(1));
    rig.transport.play(8.0, 0.0, 1);
    const double beatMicros = 60e6 / bpm;
    rig.runUntil(kOrigin + static_cast<std::int64_t>(12 * beatMicros));
    CHECK(withoutTicks(*log) == "A");
    const std::size_t start = indexOf(*log, 0xFA);
    // 192 ticks of the eight beats before, then Start, then the tick of the first beat.
    CHECK(start == 192);
    const double firstBeat = static_cast<double>(kOrigin) + 8.0 * beatMicros;
    CHECK(static_cast<double>(log->messages[start + 1].at) ==
          doctest::Approx(firstBeat).epsilon(1e-6));
    CHECK(log->messages[start + 1].at - log->messages[start].at >= 1000);
    CHECK(log->messages[start].at > log->messages[start - 1].at);
  }
}

TEST_CASE("resuming inside the song sends its position and Continue before a sixteenth") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.transport.play(8.0, 5.3, 2);  // 5.3 beats: the next sixteenth is 5.5, number 22
  rig.runUntil(kOrigin + 10 * 500'000);
  CHECK(withoutTicks(*log) == "PB");
  const std::size_t position = indexOf(*log, 0xF2);
  CHECK(log->messages[position].bytes == std::vector<std::uint8_t>{0xF2, 22, 0});
  CHECK(log->messages[position + 1].status() == 0xFB);
  // Line beat 8.2 is song beat 5.5.
  const double sixteenth = static_cast<double>(kOrigin) + 8.2 * 500'000.0;
  CHECK(std::fabs(static_cast<double>(log->messages[position + 2].at) - sixteenth) <= 1.0);
  CHECK(log->messages[position + 2].at - log->messages[position + 1].at >= 1000);
}

TEST_CASE("Stop is sent when the song stops and the ticks go on") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.transport.play(4.0, 0.0, 1);
  rig.runUntil(kOrigin + 5'000'000);
  rig.transport.stop(10.05, 0.0);
  rig.runUntil(kOrigin + 10'000'000);
  CHECK(withoutTicks(*log) == "AC");
  const SentMessage stop = test::only(*log, 0xFC).at(0);
  CHECK(stop.at == kOrigin + static_cast<std::int64_t>(10.05 * 500'000));
  CHECK(test::only(*log, 0xF8).size() == 24 * 20 + 1);
}

TEST_CASE("a stop that is learnt late is sent at once") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 5'000'000);
  rig.transport.stop(9.0, 0.0, 4);
  rig.runFor(0.1);
  CHECK(test::only(*log, 0xFC).at(0).at == kOrigin + 5'000'000);
}

TEST_CASE("a seek while playing stops, tells the place and continues there") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 5'000'000);
  rig.transport.play(10.02, 32.0, 0);
  rig.runUntil(kOrigin + 8'000'000);
  CHECK(withoutTicks(*log) == "ACPB");
  const SentMessage position = test::only(*log, 0xF2).at(0);
  CHECK(position.bytes == std::vector<std::uint8_t>{0xF2, 0, 1});  // beat 32 is sixteenth 128
  const std::size_t go = indexOf(*log, 0xFB);
  // The first tick is song beat 32, at line beat 10.02; it keeps half a tick from the one before.
  const double expected = static_cast<double>(kOrigin) + 10.02 * 500'000.0;
  CHECK(static_cast<double>(log->messages[go + 1].at) >= expected - 1.0);
  CHECK(static_cast<double>(log->messages[go + 1].at) <= expected + kTickMicros * 0.5 + 1.0);
}

TEST_CASE(
    "a loop that is known tells its place before its first beat, without a gap in the ticks") {
  for (const double offsetMs : {-50.0, 0.0, 50.0}) {
    PlayerRig rig;
    rig.transport.loop(true, 4.0, 8.0);
    const auto log = rig.addPort(0, PlayerRig::all(1, offsetMs));
    rig.transport.play(4.0, 0.0, 1);
    rig.runUntil(kOrigin + 6'000'000 - 3000);  // song beat 8 is line beat 12, at 6 s
    rig.transport.play(12.0, 4.0, 0);          // the transport says so 3 ms ahead
    rig.runUntil(kOrigin + 7'000'000);
    CHECK(withoutTicks(*log) == "ACPB");
    CHECK(test::only(*log, 0xF2).at(0).bytes == std::vector<std::uint8_t>{0xF2, 16, 0});
    const auto ticks = test::only(*log, 0xF8);
    for (std::size_t i = 1; i < ticks.size(); ++i) {
      CHECK(static_cast<double>(ticks[i].at - ticks[i - 1].at) ==
            doctest::Approx(kTickMicros).epsilon(0.001));
    }
  }
}

TEST_CASE("a device that knows no song position stays in time and starts on a bar") {
  PlayerRig rig;
  midi::RtMidiSlotSettings settings = PlayerRig::all(1);
  settings.songPosition = 0;
  const auto log = rig.addPort(0, settings);
  rig.transport.play(4.0, 2.0, 2);  // joins inside the first bar: the next begins at line beat 6
  rig.runUntil(kOrigin + 4'000'000);
  CHECK(withoutTicks(*log) == "A");
  const std::size_t start = indexOf(*log, 0xFA);
  CHECK(log->messages[start + 1].at == kOrigin + 3'000'000);
  rig.transport.play(8.5, 1.0, 0);  // a seek it cannot follow
  rig.runUntil(kOrigin + 6'000'000);
  CHECK(withoutTicks(*log) == "A");
  rig.transport.stop(12.25, 4.75, 4);
  rig.runUntil(kOrigin + 8'000'000);
  rig.transport.play(17.0, 4.75, 2);  // resumed where it was paused: it is there too
  rig.runUntil(kOrigin + 9'000'000);
  CHECK(withoutTicks(*log) == "ACB");
}

TEST_CASE("a start that was learnt too late for Start still begins at the first beat") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.runUntil(kOrigin + 2'005'000);
  rig.transport.play(4.0, 0.0, 1);  // 5 ms ago: the tick of beat 4 has been sent already
  rig.runUntil(kOrigin + 4'000'000);
  CHECK(withoutTicks(*log) == "A");
  const std::size_t start = indexOf(*log, 0xFA);
  // Counted from Start, ticks are at their places again within two beats.
  const std::size_t ticksSince = log->messages.size() - start - 1;
  CHECK(ticksSince == 24 * 4 + 1);
  CHECK(static_cast<double>(log->messages.back().at) ==
        doctest::Approx(static_cast<double>(kOrigin) + 4e6).epsilon(1e-6));
}

TEST_CASE("later is positive: an offset moves every tick, negative ones ahead of the beat") {
  for (const double offsetMs : {-50.0, -3.0, 0.0, 7.5, 50.0}) {
    PlayerRig rig;
    const auto log = rig.addPort(0, PlayerRig::all(1, offsetMs));
    rig.transport.play(4.0, 0.0, 1);
    rig.runUntil(kOrigin + 4'000'000);
    const std::size_t start = indexOf(*log, 0xFA);
    REQUIRE(start + 1 < log->messages.size());
    const double firstBeat = static_cast<double>(kOrigin) + 2'000'000.0 + offsetMs * 1000.0;
    CHECK(std::fabs(static_cast<double>(log->messages[start + 1].at) - firstBeat) <= 1.0);
  }
}

TEST_CASE("a port that comes while the song plays joins on the next sixteenth") {
  PlayerRig rig;
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 5'010'000);  // song beat 10.02
  const auto log = rig.addPort(3, PlayerRig::all(9));
  rig.runUntil(kOrigin + 6'000'000);
  CHECK(withoutTicks(*log) == "PB");
  CHECK(test::only(*log, 0xF2).at(0).bytes == std::vector<std::uint8_t>{0xF2, 41, 0});
  const std::size_t go = indexOf(*log, 0xFB);
  CHECK(log->messages[go + 1].at == kOrigin + 5'125'000);
}

TEST_CASE("the end of the midi thread stops devices that were started") {
  PlayerRig rig;
  const auto started = rig.addPort(0, PlayerRig::all(1));
  midi::RtMidiSlotSettings quiet = PlayerRig::all(2);
  quiet.startStop = 0;
  const auto clockOnly = rig.addPort(1, quiet);
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 1'000'000);
  rig.player->finish();
  CHECK(started->messages.back().status() == 0xFC);
  CHECK(withoutTicks(*clockOnly).empty());
}

TEST_CASE("a song position beyond the last that MIDI can say is the last") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.transport.play(2.0, 5000.0, 2);
  rig.runUntil(kOrigin + 2'000'000);
  CHECK(test::only(*log, 0xF2).at(0).bytes == std::vector<std::uint8_t>{0xF2, 0x7F, 0x7F});
}

TEST_CASE("ticks are never closer than half a tick, however the line is moved") {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const auto chance = [&random](double from, double to) {
      return from + (to - from) * static_cast<double>(random() % 100'000) / 100'000.0;
    };
    PlayerRig rig;
    const auto log = rig.addPort(0, PlayerRig::all(1, chance(-50, 50)));
    std::vector<std::pair<std::int64_t, double>> tempos{{0, 120.0}};
    for (int i = 0; i < 100; ++i) {
      rig.runFor(chance(0.001, 0.2));
      const double bpm = chance(20, 999);
      const double here = beatAt(rig.transport.view(), rig.time.now()).value;
      const std::int64_t host =
          rig.time.micros + static_cast<std::int64_t>(chance(-20'000, 20'000));
      switch (random() % 4) {
        case 0: rig.transport.tempo(host, bpm); break;
        case 1: rig.transport.line(host, here + chance(-3, 3), bpm); break;
        case 2: rig.transport.line(host, here + chance(-0.02, 0.02), bpm); break;
        default:
          if (random() % 2 == 0) {
            rig.transport.play(here + chance(-0.1, 0.1), std::floor(chance(0, 16)), random() % 3);
          } else {
            rig.transport.stop(here, 0.0);
          }
      }
      tempos.emplace_back(rig.time.micros,
                          rig.transport.view().lines[rig.transport.view().lineCount - 1].tempo.bpm);
    }
    const auto ticks = test::only(*log, 0xF8);
    REQUIRE(ticks.size() > 10);
    for (std::size_t i = 1; i < ticks.size(); ++i) {
      // The fastest tempo that was in force, or announced, around the two ticks.
      double bpm = 20.0;
      for (std::size_t k = 0; k < tempos.size(); ++k) {
        const std::int64_t end = k + 1 < tempos.size() ? tempos[k + 1].first + 200'000 : INT64_MAX;
        if (tempos[k].first <= ticks[i].at && end >= ticks[i - 1].at)
          bpm = std::max(bpm, tempos[k].second);
      }
      const double half = 60e6 / bpm / 24.0 / 2.0;
      CHECK(static_cast<double>(ticks[i].at - ticks[i - 1].at) >= half - 1.0);
    }
  }
}

TEST_CASE("at any change of tempo alone no two ticks are closer than half of the present tick") {
  std::mt19937 random(3);
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  for (int i = 0; i < 300; ++i) {
    rig.transport.tempo(rig.time.micros + 1000, 20.0 + random() % 979);
    rig.runFor(0.02 + 0.0001 * (random() % 500));
    const double half =
        rig.transport.view().lines[rig.transport.view().lineCount - 1].tempo.microsPerBeat() / 48.0;
    const auto ticks = test::only(*log, 0xF8);
    if (ticks.size() > 2 && ticks[ticks.size() - 2].at > rig.time.micros - 15'000) {
      CHECK(static_cast<double>(ticks.back().at - ticks[ticks.size() - 2].at) >= half - 1.0);
    }
  }
}

TEST_CASE("a thread that was away for three ticks makes them up in order, half a tick apart") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 2'000'000);
  rig.time.micros += 65'000;
  rig.runUntil(kOrigin + 4'000'000);
  const auto ticks = test::only(*log, 0xF8);
  CHECK(ticks.size() == 24 * 8 + 1);
  for (std::size_t i = 1; i < ticks.size(); ++i) {
    CHECK(static_cast<double>(ticks[i].at - ticks[i - 1].at) >= kTickMicros / 2.0 - 1.0);
  }
  CHECK(withoutTicks(*log) == "A");
}

TEST_CASE("ticks that lie before a pause go out before its Stop, however late the thread is") {
  for (const std::int64_t away : {15'000, 40'000, 90'000}) {
    CAPTURE(away);
    PlayerRig rig;
    midi::RtMidiSlotSettings simple = PlayerRig::all(2);
    simple.songPosition = 0;
    const auto log = rig.addPort(0, PlayerRig::all(1));
    const auto simpleLog = rig.addPort(1, simple);
    rig.transport.play(0.0, 0.0, 1);
    rig.runUntil(kOrigin + 2'040'000);
    rig.transport.stop(4.1, 4.1, 4);  // at 2.05 s, after tick 98
    rig.time.micros += away;
    rig.runUntil(kOrigin + 3'000'000);
    CHECK(withoutTicks(*log) == "AC");
    CHECK(deviceTick(*log) == 98);
    // One that knows no song position can only go on where it stands.
    rig.transport.play(8.0, 4.1, 2);
    rig.runUntil(kOrigin + 5'000'000);
    CHECK(withoutTicks(*simpleLog) == "ACB");
    CHECK(deviceTick(*simpleLog) == static_cast<std::size_t>(24 * 6.1));
  }
}

TEST_CASE("a Stop waits for no tick that finds no room") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 2'040'000);
  rig.transport.stop(4.1, 4.1, 4);
  log->isFull = true;
  rig.runUntil(kOrigin + 2'055'000);
  log->isFull = false;
  rig.runUntil(kOrigin + 2'080'000);
  REQUIRE(test::only(*log, 0xFC).size() == 1);
  CHECK(test::only(*log, 0xFC).at(0).at <= kOrigin + 2'055'000 + 11'000);
}

TEST_CASE("a thread that was away for seconds stops the device and puts it right again") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 2'000'000);
  rig.time.micros += 3'000'000;
  rig.runUntil(kOrigin + 6'000'000);
  CHECK(withoutTicks(*log) == "ACPB");
  // After Continue the device counts from the place it was told: it must be where the song is.
  const std::size_t go = indexOf(*log, 0xFB);
  const SentMessage position = test::only(*log, 0xF2).at(0);
  const std::size_t since = log->messages.size() - go - 1;
  const std::size_t place = (position.bytes[1] + 128U * position.bytes[2]) * 6;
  CHECK(place + since == 24 * 12 + 1);
}

TEST_CASE("a tick that finds no room is sent half a tick later, and the device loses no beat") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.transport.play(0.0, 0.0, 1);
  for (int lost = 1; lost <= 20; ++lost) {
    const double at = static_cast<double>(kOrigin) + (30.0 * lost + 1.0) * kTickMicros;
    rig.runUntil(static_cast<std::int64_t>(at) - 1000);
    log->isFull = true;
    rig.runUntil(static_cast<std::int64_t>(at) + 1000);
    log->isFull = false;
  }
  rig.runUntil(kOrigin + 20'000'000);
  CHECK(withoutTicks(*log) == "A");
  const auto ticks = test::only(*log, 0xF8);
  CHECK(ticks.size() == 24 * 40 + 1);
  for (std::size_t i = 1; i < ticks.size(); ++i) {
    const auto apart = static_cast<double>(ticks[i].at - ticks[i - 1].at);
    CHECK(apart >= kTickMicros / 2.0 - 1.0);
    CHECK(apart <= kTickMicros * 1.5 + 1.0);
  }
}

TEST_CASE("a port without room for seconds is told the place once, when it has room again") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 2'000'000);
  log->isFull = true;
  rig.runUntil(kOrigin + 5'000'000);
  log->isFull = false;
  rig.runUntil(kOrigin + 8'000'000);
  CHECK(withoutTicks(*log) == "ACPB");
  CHECK(deviceTick(*log) == 24 * 16);
}

TEST_CASE("a port that is flooded for minutes is told its place seldom, and is right in the end") {
  for (const double takes : {0.9, 0.6, 0.4, 0.2, 0.05}) {
    CAPTURE(takes);
    PlayerRig rig;
    const auto log = rig.addPort(0, PlayerRig::all(1));
    rig.transport.play(0.0, 0.0, 1);
    rig.runUntil(kOrigin + 1'000'000);
    log->takes = takes;
    rig.runUntil(kOrigin + 121'000'000);  // 240 beats
    const std::size_t lost = 24 * 242 + 1 - test::only(*log, 0xF8).size();
    log->takes = 1.0;
    rig.runUntil(kOrigin + 124'000'000);
    // Half a beat of ticks must be missing before it is stopped.
    CHECK(test::only(*log, 0xFC).size() <= lost / 12 + 1);
    CHECK(deviceTick(*log) == 24 * 248);
  }
}
