// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/out-queue.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <random>
#include <vector>

using namespace downbeat::midi;

namespace {

using Bytes = std::vector<std::uint8_t>;

struct QueueRig {
  std::unique_ptr<OutQueue> queue = std::make_unique<OutQueue>();

  Offered offer(const MidiMessage& message) { return queue->offer(message, classOf(message)); }
  std::vector<Bytes> takeAll() {
    std::vector<Bytes> all;
    auto out = std::make_unique<OutgoingBytes>();
    while (queue->take(*out)) {
      all.emplace_back(out->bytes.begin(), out->bytes.begin() + out->size);
    }
    return all;
  }
};

}  // namespace

TEST_CASE("the most important goes first, and the oldest of its class") {
  QueueRig rig;
  const Bytes sysex{0xF0, 0x7D, 1, 0xF7};
  CHECK(rig.queue->offerBulk(sysex.data(), sysex.size()) == Offered::queued);
  CHECK(rig.offer(controlChange(0, 74, 1)) == Offered::queued);
  CHECK(rig.offer(programChange(0, 5)) == Offered::queued);
  CHECK(rig.offer(noteOn(0, 60, 100)) == Offered::queued);
  CHECK(rig.offer(noteOn(0, 61, 100)) == Offered::queued);
  CHECK(rig.offer(noteOff(0, 50)) == Offered::queued);
  CHECK(rig.queue->size() == 6);
  CHECK(rig.takeAll() ==
        std::vector<Bytes>{
            {0x80, 50, 64}, {0x90, 60, 100}, {0x90, 61, 100}, {0xC0, 5}, {0xB0, 74, 1}, sysex});
  CHECK(rig.queue->size() == 0);
}

TEST_CASE("a note off never passes the note on that it ends") {
  QueueRig rig;
  (void)rig.offer(noteOn(3, 60, 100));
  (void)rig.offer(noteOff(3, 60));
  (void)rig.offer(noteOn(3, 60, 90));
  (void)rig.offer(noteOff(3, 61));
  (void)rig.offer(controlChange(3, kAllNotesOff, 0));
  CHECK(rig.takeAll() ==
        std::vector<Bytes>{
            {0x83, 61, 64}, {0x93, 60, 100}, {0x83, 60, 64}, {0x93, 60, 90}, {0xB3, 123, 0}});
  // Nothing waits any more: it goes with the note offs again.
  (void)rig.offer(noteOn(3, 62, 90));
  (void)rig.offer(noteOff(3, 60));
  CHECK(rig.takeAll() == std::vector<Bytes>{{0x83, 60, 64}, {0x93, 62, 90}});
}

TEST_CASE("a value that waits is replaced by a newer one, in its place") {
  QueueRig rig;
  (void)rig.offer(controlChange(0, 1, 10));
  (void)rig.offer(controlChange(0, 2, 20));
  CHECK(rig.offer(controlChange(0, 1, 11)) == Offered::replaced);
  CHECK(rig.offer(controlChange(1, 1, 12)) == Offered::queued);
  (void)rig.offer(pitchBend(0, 0));
  CHECK(rig.offer(pitchBend(0, 100)) == Offered::replaced);
  (void)rig.offer(channelPressure(0, 1));
  CHECK(rig.offer(channelPressure(0, 2)) == Offered::replaced);
  (void)rig.offer(polyPressure(0, 60, 1));
  CHECK(rig.offer(polyPressure(0, 60, 2)) == Offered::replaced);
  CHECK(rig.offer(polyPressure(0, 61, 3)) == Offered::queued);
  CHECK(rig.queue->coalesced() == 4);
  CHECK(rig.takeAll() == std::vector<Bytes>{{0xB0, 1, 11},
                                            {0xB0, 2, 20},
                                            {0xB1, 1, 12},
                                            {0xE0, 100, 64},
                                            {0xD0, 2},
                                            {0xA0, 60, 2},
                                            {0xA0, 61, 3}});
  CHECK(rig.offer(controlChange(0, 1, 13)) == Offered::queued);
}

TEST_CASE("steps are kept all, in their order: switches, programs, numbers and their data") {
  QueueRig rig;
  const std::vector<MidiMessage> steps{
      controlChange(0, 64, 127), controlChange(0, 64, 0),  controlChange(0, 99, 1),
      controlChange(0, 98, 2),   controlChange(0, 6, 3),   controlChange(0, 6, 4),
      controlChange(0, 0, 1),    controlChange(0, 32, 1),  programChange(0, 3),
      controlChange(0, 101, 0),  controlChange(0, 100, 0), controlChange(0, 38, 9)};
  std::vector<Bytes> expected;
  for (const MidiMessage& step : steps) {
    CHECK(rig.offer(step) == Offered::queued);
    expected.emplace_back(step.bytes, step.bytes + step.size);
  }
  CHECK(rig.takeAll() == expected);
}

TEST_CASE("a parameter number and its value stay together and are replaced together") {
  QueueRig rig;
  const auto offer = [&rig](const MidiGroup& group) {
    return rig.queue->offer(group, MessageClass::continuous);
  };
  (void)offer(nonRegisteredParameter(0, 300, 1000));
  (void)rig.offer(controlChange(0, 1, 5));
  (void)offer(registeredParameter(0, 300, 1000));
  CHECK(offer(nonRegisteredParameter(0, 301, 2000)) == Offered::queued);
  CHECK(offer(nonRegisteredParameter(0, 300, 16383)) == Offered::replaced);
  CHECK(offer(nonRegisteredParameter(1, 300, 1)) == Offered::queued);
  CHECK(rig.takeAll() ==
        std::vector<Bytes>{{0xB0, 99, 2, 0xB0, 98, 44, 0xB0, 6, 127, 0xB0, 38, 127},
                           {0xB0, 1, 5},
                           {0xB0, 101, 2, 0xB0, 100, 44, 0xB0, 6, 7, 0xB0, 38, 104},
                           {0xB0, 99, 2, 0xB0, 98, 45, 0xB0, 6, 15, 0xB0, 38, 80},
                           {0xB1, 99, 2, 0xB1, 98, 44, 0xB1, 6, 0, 0xB1, 38, 1}});
}

TEST_CASE("a low byte that waits is forgotten when its high byte changes") {
  QueueRig rig;
  (void)rig.offer(controlChange(0, 1, 10));
  (void)rig.offer(controlChange(0, 33, 99));
  (void)rig.offer(controlChange(0, 1, 11));
  (void)rig.offer(controlChange(0, 33, 5));
  CHECK(rig.takeAll() == std::vector<Bytes>{{0xB0, 1, 11}, {0xB0, 33, 5}});
  (void)rig.queue->offer(wideController(0, 7, 0x1234), MessageClass::continuous);
  (void)rig.queue->offer(wideController(0, 7, 0x0567), MessageClass::continuous);
  CHECK(rig.takeAll() == std::vector<Bytes>{{0xB0, 7, 0x0A, 0xB0, 39, 0x67}});
}

TEST_CASE("a reset of controllers keeps its place between the values before and after it") {
  QueueRig rig;
  (void)rig.offer(controlChange(0, 1, 10));
  (void)rig.offer(controlChange(2, 1, 30));
  (void)rig.offer(controlChange(0, kResetControllers, 0));
  CHECK(rig.offer(controlChange(0, 1, 20)) == Offered::queued);
  CHECK(rig.offer(controlChange(2, 1, 31)) == Offered::replaced);
  CHECK(rig.takeAll() ==
        std::vector<Bytes>{{0xB0, 1, 10}, {0xB2, 1, 31}, {0xB0, 121, 0}, {0xB0, 1, 20}});
}

TEST_CASE("a full queue lets go of the least important, oldest first, and counts it") {
  QueueRig rig;
  const auto fill = [&rig](std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      CHECK(rig.offer(noteOn(static_cast<std::uint8_t>(i / 128), static_cast<std::uint8_t>(i % 128),
                             100)) == Offered::queued);
    }
  };
  const Bytes sysex{0xF0, 0xF7};
  fill(OutQueue::kCapacity - 3);
  (void)rig.queue->offerBulk(sysex.data(), sysex.size());
  (void)rig.offer(controlChange(15, 1, 1));
  (void)rig.offer(controlChange(15, 2, 2));
  CHECK(rig.queue->size() == OutQueue::kCapacity);
  // The same value again needs no room.
  CHECK(rig.offer(controlChange(15, 2, 3)) == Offered::replaced);
  CHECK(rig.offer(programChange(15, 1)) == Offered::queued);  // in place of the system exclusive
  CHECK(rig.queue->dropped(MessageClass::bulk) == 1);
  CHECK(rig.offer(programChange(15, 2)) == Offered::queued);  // of controller 1
  CHECK(rig.queue->dropped(MessageClass::continuous) == 1);
  CHECK(rig.offer(noteOff(15, 1)) == Offered::queued);  // of controller 2
  CHECK(rig.offer(controlChange(15, 3, 3)) == Offered::refused);
  CHECK(rig.queue->dropped(MessageClass::continuous) == 3);
  CHECK(rig.offer(noteOn(15, 1, 1)) == Offered::queued);  // of program 1
  CHECK(rig.offer(noteOn(15, 2, 1)) == Offered::queued);  // of program 2
  CHECK(rig.queue->dropped(MessageClass::stepped) == 2);
  CHECK(rig.offer(noteOn(15, 3, 1)) == Offered::refused);
  CHECK(rig.queue->dropped(MessageClass::noteOn) == 1);
  CHECK(rig.queue->size() == OutQueue::kCapacity);
  const std::vector<Bytes> all = rig.takeAll();
  CHECK(all.size() == OutQueue::kCapacity);
  CHECK(all.front() == Bytes{0x8F, 1, 64});
}

TEST_CASE("a note off that was taken is never let go of, whatever comes after") {
  std::mt19937 random(11);
  QueueRig rig;
  std::map<int, int> sounding;  // as the receiver of everything that comes out counts
  std::map<int, int> owed;      // note offs that were taken
  auto out = std::make_unique<OutgoingBytes>();
  const auto hear = [&] {
    const int key = (out->bytes[0] & 0x0F) * 128 + out->bytes[1];
    if ((out->bytes[0] & 0xF0) == 0x90) sounding[key] = 1;
    if ((out->bytes[0] & 0xF0) == 0x80) {
      sounding[key] = 0;
      --owed[key];
    }
  };
  for (int i = 0; i < 200'000; ++i) {
    const auto channel = static_cast<std::uint8_t>(random() % 16);
    const auto note = static_cast<std::uint8_t>(random() % 128);
    switch (random() % 8) {
      case 0:
      case 1: (void)rig.offer(noteOn(channel, note, 100)); break;
      case 2:
        if (rig.offer(noteOff(channel, note)) != Offered::refused) ++owed[channel * 128 + note];
        break;
      case 3: (void)rig.offer(programChange(channel, note)); break;
      case 4:
        (void)rig.offer(controlChange(channel, static_cast<std::uint8_t>(70 + note % 10), note));
        break;
      case 5:
        (void)rig.queue->offer(nonRegisteredParameter(channel, note, note),
                               MessageClass::continuous);
        break;
      default:
        if (i % 5 == 0 && rig.queue->take(*out)) hear();
    }
    REQUIRE(rig.queue->size() <= OutQueue::kCapacity);
  }
  for (int key = 0; key < 16 * 128; ++key) {
    const auto channel = static_cast<std::uint8_t>(key / 128);
    while (rig.offer(noteOff(channel, static_cast<std::uint8_t>(key % 128))) == Offered::refused) {
      REQUIRE(rig.queue->take(*out));
      hear();
    }
    ++owed[key];
  }
  while (rig.queue->take(*out)) hear();
  int hanging = 0;
  int missing = 0;
  for (const auto& [key, count] : sounding) hanging += count;
  for (const auto& [key, count] : owed) missing += count;
  CHECK(hanging == 0);
  CHECK(missing == 0);
  CHECK(rig.queue->size() == 0);
  CHECK(rig.queue->dropped(MessageClass::noteOn) > 0);
}

TEST_CASE("however many values are offered, the last of each comes out") {
  std::mt19937 random(5);
  QueueRig rig;
  std::map<int, int> last;
  std::map<int, int> heard;
  auto out = std::make_unique<OutgoingBytes>();
  const auto hear = [&] { heard[(out->bytes[0] & 0x0F) * 128 + out->bytes[1]] = out->bytes[2]; };
  for (int i = 0; i < 100'000; ++i) {
    const auto channel = static_cast<std::uint8_t>(random() % 4);
    const auto controller = static_cast<std::uint8_t>(70 + random() % 10);
    const auto value = static_cast<std::uint8_t>(random() % 128);
    CHECK(rig.offer(controlChange(channel, controller, value)) != Offered::refused);
    last[channel * 128 + controller] = value;
    if (i % 7 == 0 && rig.queue->take(*out)) hear();
  }
  CHECK(rig.queue->size() <= 40);
  while (rig.queue->take(*out)) hear();
  CHECK(heard == last);
}
