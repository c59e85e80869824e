// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-wire.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "midi/midi-parser.hpp"
#include "wire-rig.hpp"

using namespace downbeat;
using midi::MessageClass;
using midi::SendResult;
using test::kDinByteMicros;
using test::WireRig;

using Bytes = std::vector<std::uint8_t>;

TEST_CASE("a tick passes the notes that wait for the wire, and every byte arrives") {
  WireRig rig(true);
  Bytes notes;
  for (std::uint8_t note = 60; note < 70; ++note) {
    CHECK(rig.send(midi::noteOn(0, note, 100)) == SendResult::sent);
    notes.insert(notes.end(), {0x90, note, 100});
  }
  (void)rig.pump();
  CHECK(rig.send(midi::systemMessage(midi::kTick)) == SendResult::sent);
  // Two bytes may be ahead of the tick: one on the wire, one behind it.
  CHECK(rig.bytes() == Bytes{0x90, 60, 0xF8});
  const std::int64_t begun = rig.time.micros;
  rig.drain();
  Bytes all = rig.bytes();
  all.erase(std::remove(all.begin(), all.end(), 0xF8), all.end());
  CHECK(all == notes);
  // 31 bytes of 320 us, the last one put on the wire one byte time early.
  CHECK(rig.time.micros - begun >= 28 * 320);
  CHECK(rig.time.micros - begun <= 31 * 320);
}

TEST_CASE("a stream's wire is left free for a tick that is about to come") {
  WireRig rig(true);
  (void)rig.send(midi::noteOn(0, 60, 100));
  const double begun = static_cast<double>(rig.time.micros);
  CHECK(rig.pump() == begun + 320);  // two bytes went, the third waits
  // At 320 us the third could go, and would be on the wire from 640 to 960.
  rig.time.micros += 320;
  CHECK(rig.pump(begun + 800) == begun + 800);
  CHECK(rig.bytes() == Bytes{0x90, 60});
  rig.time.micros += 480;
  (void)rig.send(midi::systemMessage(midi::kTick));
  (void)rig.pump();
  CHECK(rig.bytes() == Bytes{0x90, 60, 0xF8, 100});
}

TEST_CASE("Continue does not pass the song position it belongs to, nor a message half sent") {
  WireRig rig(true);
  (void)rig.send(midi::noteOn(0, 60, 100));
  (void)rig.send(midi::noteOn(0, 61, 100));
  (void)rig.pump();
  CHECK(rig.send(midi::continueAt(4), MessageClass::realtime) == SendResult::sent);
  (void)rig.send(midi::systemMessage(midi::kTick));
  CHECK(rig.bytes() == Bytes{0x90, 60, 100, 0xF2, 4, 0, 0xFB, 0xF8});
  rig.drain();
  CHECK(rig.bytes() == Bytes{0x90, 60, 100, 0xF2, 4, 0, 0xFB, 0xF8, 0x90, 61, 100});
}

TEST_CASE("a song position waits for no long message: it is said another time") {
  WireRig rig(true);
  const Bytes sysex{0xF0, 0x7D, 1, 2, 3, 4, 5, 6, 7, 8, 0xF7};
  CHECK(rig.wire->sendBulk(sysex.data(), sysex.size()) == SendResult::sent);
  (void)rig.pump();
  CHECK(rig.send(midi::continueAt(4), MessageClass::realtime) == SendResult::dropped);
  // Start and ticks may stand inside it.
  CHECK(rig.send(midi::systemMessage(midi::kStart)) == SendResult::sent);
  rig.drain();
  CHECK(rig.send(midi::continueAt(4), MessageClass::realtime) == SendResult::sent);
  Bytes all = rig.bytes();
  all.erase(std::remove(all.begin(), all.end(), 0xFA), all.end());
  CHECK(all == Bytes{0xF0, 0x7D, 1, 2, 3, 4, 5, 6, 7, 8, 0xF7, 0xF2, 4, 0, 0xFB});
  CHECK(rig.figures.read().dropped[midi::indexOf(MessageClass::realtime)] == 1);
}

TEST_CASE("on a port of whole messages one is on its way, and none is when a tick is due") {
  WireRig rig(false);
  for (std::uint8_t note = 60; note < 64; ++note) (void)rig.send(midi::noteOn(0, note, 100));
  const double begun = static_cast<double>(rig.time.micros);
  // The first is 960 us on its way; the next is given away 320 us before its end.
  CHECK(rig.pump() == begun + 640);
  CHECK(rig.log->messages.size() == 1);
  rig.time.micros += 640;
  CHECK(rig.pump() == begun + 1600);
  CHECK(rig.log->messages.size() == 2);
  // The third would be on its way from 1920 to 2880.
  rig.time.micros += 960;
  CHECK(rig.pump(begun + 2500) == begun + 2500);
  CHECK(rig.log->messages.size() == 2);
}

TEST_CASE("a message that fits between no two ticks goes all the same") {
  WireRig rig(false, {10'000.0, false});  // 100 bytes a second, a tick every 20 ms
  (void)rig.send(midi::systemMessage(midi::kTick));
  rig.time.micros += 15'000;
  (void)rig.send(midi::noteOn(0, 60, 100));
  const double tick = static_cast<double>(rig.time.micros) + 5000.0;
  CHECK(rig.pump(tick) == midi::MidiWire::kNever);
  CHECK(rig.log->messages.size() == 2);
}

TEST_CASE("nothing stands between the messages of a group but realtime") {
  WireRig rig(true);
  (void)rig.send(midi::nonRegisteredParameter(0, 300, 1000), MessageClass::stepped);
  (void)rig.pump();
  (void)rig.send(midi::noteOn(5, 60, 100));
  (void)rig.send(midi::systemMessage(midi::kTick));
  rig.drain();
  Bytes all = rig.bytes();
  all.erase(std::remove(all.begin(), all.end(), 0xF8), all.end());
  CHECK(all == Bytes{0xB0, 99, 2, 0xB0, 98, 44, 0xB0, 6, 7, 0xB0, 38, 104, 0x95, 60, 100});
}

TEST_CASE("running status leaves repeated status bytes out, and says them again now and then") {
  WireRig rig(true, {0.0, true});
  const auto sendNote = [&rig](std::uint8_t note) {
    (void)rig.send(midi::noteOn(0, note, 100));
    (void)rig.pump();
  };
  for (int i = 0; i < 20; ++i) sendNote(60);
  // One status byte, sixteen messages without, one status byte, two without.
  CHECK(rig.bytes().size() == 20 * 2 + 2);
  const Bytes all = rig.bytes();
  CHECK(std::count(all.begin(), all.end(), 0x90) == 2);
  CHECK(all[0] == 0x90);
  CHECK(all[1 + 17 * 2] == 0x90);
}

TEST_CASE("running status ends with system common messages and with time, not with ticks") {
  WireRig rig(true, {0.0, true});
  const auto sent = [&rig](const midi::MidiMessage& message) {
    const std::size_t before = rig.bytes().size();
    (void)rig.send(message);
    (void)rig.pump();
    const Bytes all = rig.bytes();
    return Bytes(all.begin() + static_cast<std::ptrdiff_t>(before), all.end());
  };
  CHECK(sent(midi::noteOn(0, 60, 100)) == Bytes{0x90, 60, 100});
  CHECK(sent(midi::systemMessage(midi::kTick)) == Bytes{0xF8});
  CHECK(sent(midi::noteOn(0, 61, 100)) == Bytes{61, 100});
  CHECK(sent(midi::songPosition(3)) == Bytes{0xF2, 3, 0});
  CHECK(sent(midi::noteOn(0, 62, 100)) == Bytes{0x90, 62, 100});
  CHECK(sent(midi::noteOn(1, 62, 100)) == Bytes{0x91, 62, 100});
  CHECK(sent(midi::noteOn(1, 63, 100)) == Bytes{63, 100});
  rig.time.micros += 300'000;
  CHECK(sent(midi::noteOn(1, 64, 100)) == Bytes{0x91, 64, 100});
  CHECK(sent(midi::songSelect(1)) == Bytes{0xF3, 1});
  CHECK(sent(midi::noteOn(1, 65, 100)) == Bytes{0x91, 65, 100});
  const Bytes sysex{0xF0, 0x7D, 0xF7};
  (void)rig.wire->sendBulk(sysex.data(), sysex.size());
  CHECK(sent(midi::noteOn(1, 66, 100)) == Bytes{66, 100, 0xF0, 0x7D, 0xF7});
  CHECK(sent(midi::noteOn(1, 67, 100)) == Bytes{0x91, 67, 100});
}

TEST_CASE("a port of whole messages gets every status byte") {
  WireRig rig(false, {0.0, true});
  (void)rig.send(midi::noteOn(0, 60, 100));
  (void)rig.send(midi::noteOn(0, 61, 100));
  (void)rig.pump();
  CHECK(rig.bytes() == Bytes{0x90, 60, 100, 0x90, 61, 100});
}

TEST_CASE("note offs that wait when the port goes are left to it, the rest is not") {
  WireRig rig(true);
  for (std::uint8_t note = 0; note < 5; ++note) (void)rig.send(midi::noteOn(0, note, 100));
  (void)rig.pump();  // 0x90 and 0 are on the wire
  (void)rig.send(midi::noteOff(0, 99));
  (void)rig.send(midi::noteOff(0, 3));
  (void)rig.send(midi::controlChange(0, 1, 1));
  rig.wire->sayLast(rig.time.now());
  CHECK(rig.bytes() == Bytes{0x90, 0});
  CHECK(rig.log->leftBehind == Bytes{100, 0x80, 99, 64, 0x80, 3, 64});
  CHECK(rig.pump() == midi::MidiWire::kNever);
}

TEST_CASE("a port that is lost tells which note offs it did not get") {
  WireRig rig(false);
  (void)rig.send(midi::noteOff(2, 60));
  (void)rig.send(midi::noteOff(2, 61));
  (void)rig.send(midi::controlChange(0, 1, 1));
  rig.log->isLost = true;
  (void)rig.pump();
  CHECK(rig.wire->isLost());
  CHECK(rig.send(midi::noteOff(2, 62)) == SendResult::lost);
  midi::MidiMessage noteOff;
  REQUIRE(rig.wire->takeUnsent(noteOff));
  CHECK(noteOff == midi::noteOff(2, 60));
  REQUIRE(rig.wire->takeUnsent(noteOff));
  CHECK(noteOff == midi::noteOff(2, 61));
  CHECK_FALSE(rig.wire->takeUnsent(noteOff));
}

TEST_CASE(
    "a system that has no room gets what ends notes and sets values later, and no old notes") {
  WireRig rig(false, {0.0, false});
  rig.log->isFull = true;
  (void)rig.send(midi::noteOn(0, 60, 100));
  (void)rig.send(midi::noteOff(0, 60));
  (void)rig.send(midi::noteOn(0, 61, 100));
  (void)rig.send(midi::controlChange(0, 1, 1));
  CHECK(rig.pump() == static_cast<double>(rig.time.micros) + 1000.0);
  (void)rig.send(midi::controlChange(0, 1, 2));
  CHECK(rig.send(midi::systemMessage(midi::kTick)) == SendResult::dropped);
  rig.log->isFull = false;
  rig.drain();
  CHECK(rig.bytes() == Bytes{0x80, 60, 64, 0xB0, 1, 2});
  const midi::WireCounters counters = rig.figures.read();
  CHECK(counters.dropped[midi::indexOf(MessageClass::noteOn)] == 2);
  CHECK(counters.dropped[midi::indexOf(MessageClass::realtime)] == 1);
  CHECK(counters.messages == 2);
  CHECK(counters.bytes == 6);
}

TEST_CASE(
    "with 10,000 controllers a second offered, ticks leave a cable within two bytes of time") {
  for (const bool isStream : {true, false}) {
    test::PlayerRig rig;
    auto cable = std::make_shared<test::Cable>(kDinByteMicros);
    midi::RtMidiSlotSettings settings = test::PlayerRig::all(1);
    settings.byteMicros = kDinByteMicros;
    rig.table->writeSettings(0, settings);
    (void)rig.table->offer(0, std::make_unique<test::CablePort>(cable, isStream));
    (void)rig.player->run();  // the port is there
    std::mt19937 random(1);
    // As a mapping would, between the runs of the midi thread.
    const std::int64_t begun = rig.time.micros;
    std::int64_t offeredAt = begun;
    std::vector<int> last(16 * 10, -1);
    while (rig.time.micros < begun + 10'000'000) {
      for (; offeredAt <= rig.time.micros; offeredAt += 100) {
        const auto channel = static_cast<std::uint8_t>(random() % 16);
        const auto controller = static_cast<std::uint8_t>(70 + random() % 10);
        const auto value = static_cast<std::uint8_t>(random() % 128);
        const auto message = midi::controlChange(channel, controller, value);
        CHECK(rig.table->send(0, message, midi::classOf(message), rig.time.now()) ==
              SendResult::sent);
        last[static_cast<std::size_t>(channel * 10 + controller - 70)] = value;
      }
      const std::int64_t next = rig.player->run().value;
      rig.time.micros = std::min(std::max(next, rig.time.micros + 1), offeredAt);
    }
    rig.runFor(1.0);  // the offers are over: everything that waits goes out
    double worst = 0.0;
    int ticks = 0;
    std::vector<int> heard(last.size(), -1);
    midi::MidiParser parser;
    midi::MidiSpan message;
    for (const test::CableByte& sent : cable->sent) {
      if (sent.byte == midi::kTick) {
        const double ideal = static_cast<double>(begun) + ticks++ * 500'000.0 / 24.0;
        worst = std::max(worst, std::fabs(sent.begin - ideal));
      }
      if (parser.feed(sent.byte, message) && (message.bytes[0] & 0xF0) == 0xB0) {
        heard[static_cast<std::size_t>((message.bytes[0] & 0x0F) * 10 + message.bytes[1] - 70)] =
            message.bytes[2];
      }
    }
    CHECK(ticks == 24 * 22 + 1);
    CHECK(worst <= 2 * kDinByteMicros + 1.0);
    CHECK(heard == last);
    // The wire was never idle for long: 3,125 bytes a second went through it.
    CHECK(cable->sent.size() > 10 * 2900);
    CHECK(rig.table->counters(0).coalesced > 80'000);
    CHECK(rig.table->counters(0).waitingMost <= 161);
    CHECK(rig.table->counters(0).droppedInAll() == 0);
  }
}
