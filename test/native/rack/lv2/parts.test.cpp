// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>
#include <lv2/atom/util.h>

#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "rack/lv2/byte-ring.hpp"
#include "rack/lv2/event-buffer.hpp"
#include "rack/lv2/note-queue.hpp"
#include "rack/lv2/symbol-names.hpp"

using namespace downbeat;
using namespace downbeat::rack::lv2;

TEST_CASE("symbols of any fashion become our names and keys") {
  struct Case {
    const char* symbol;
    const char* name;
    const char* key;
  };
  const Case cases[] = {
      {"env_decay", "ENV_DECAY", "envDecay"},
      {"EnvDecay", "ENV_DECAY", "envDecay"},
      {"ENV_DECAY", "ENV_DECAY", "envDecay"},
      {"osc1Freq", "OSC1_FREQ", "osc1Freq"},
      {"_x__y_", "X_Y", "xY"},
      {"2nd", "P2ND", "p2nd"},
      {"", "P", "p"},
      {"\xc3\xa4", "P", "p"},
  };
  for (const Case& c : cases) {
    INFO(std::string(c.symbol));
    CHECK(screamingName(c.symbol) == c.name);
    CHECK(camelName(c.symbol) == c.key);
  }
}

TEST_CASE("labels become words without spaces, and numbers alone are none") {
  CHECK(choiceWord("Low Pass (12 dB)") == "low_pass_12_db");
  CHECK(choiceWord("  on|off ") == "on_off");
  CHECK(choiceWord("24") == "");
  CHECK(choiceWord("1/16") == "");
  CHECK(choiceWord("1/16T") == "1_16t");
}

TEST_CASE("messages of any length go around a ring unharmed between two threads") {
  ByteRing ring(256);
  constexpr std::uint32_t kMessages = 100000;
  std::thread producer([&ring] {
    std::vector<std::uint8_t> bytes(100);
    for (std::uint32_t i = 0; i < kMessages; ++i) {
      for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(i);
      while (!ring.push(bytes.data(), i % 100)) std::this_thread::yield();
    }
  });
  std::vector<std::uint8_t> into(ring.largestMessage());
  std::uint32_t wrong = 0;
  for (std::uint32_t i = 0; i < kMessages; ++i) {
    std::uint32_t size = 0;
    while (!ring.pop(into.data(), size)) std::this_thread::yield();
    if (size != i % 100) ++wrong;
    for (std::uint32_t b = 0; b < size; ++b) {
      if (into[b] != static_cast<std::uint8_t>(i)) ++wrong;
    }
  }
  producer.join();
  CHECK(wrong == 0);
  CHECK(ring.isEmpty());
}

TEST_CASE("a message larger than half the ring is refused and counted") {
  ByteRing ring(64);
  const std::vector<std::uint8_t> large(33);
  CHECK_FALSE(ring.push(large.data(), 33));
  CHECK(ring.push(large.data(), 32));
  CHECK_FALSE(ring.push(large.data(), 32));
  CHECK(ring.dropped() == 2);
}

TEST_CASE("notes end at their frames, in order, also several blocks later") {
  NoteQueue queue;
  queue.noteOn(3, 60, 1.0F, 10);
  queue.noteOn(3, 61, 0.5F, 40);
  queue.noteOn(5, 62, 0.0F, 40);  // no strength: no note
  queue.noteOn(5, 128, 1.0F, 40);
  queue.close(32);
  REQUIRE(queue.count() == 3);
  CHECK(queue.begin()[0].bytes[1] == 60);
  CHECK(queue.begin()[0].bytes[2] == 127);
  CHECK(queue.begin()[1].bytes[2] == 64);
  CHECK(queue.begin()[2].frame == 13);
  CHECK(queue.begin()[2].bytes[0] == 0x80);
  queue.pass(32);
  CHECK(queue.heldNotes() == 1);
  queue.close(11);
  CHECK(queue.count() == 0);
  queue.pass(11);
  // Its end is the first frame of this block.
  queue.close(5);
  REQUIRE(queue.count() == 1);
  CHECK(queue.begin()[0].frame == 0);
  CHECK(queue.begin()[0].bytes[1] == 61);
  queue.pass(5);
  CHECK(queue.heldNotes() == 0);
}

TEST_CASE("a note that is struck again ends first, and no earlier than it had to") {
  NoteQueue queue;
  queue.noteOn(0, 60, 1.0F, 4);
  queue.noteOn(20, 60, 1.0F, 0);
  queue.noteOn(25, 60, 1.0F, 0);
  queue.close(64);
  REQUIRE(queue.count() == 5);
  const std::uint32_t frames[] = {0, 4, 20, 25, 25};
  const std::uint8_t status[] = {0x90, 0x80, 0x90, 0x80, 0x90};
  for (std::uint32_t i = 0; i < 5; ++i) {
    CHECK(queue.begin()[i].frame == frames[i]);
    CHECK(queue.begin()[i].bytes[0] == status[i]);
  }
  CHECK(queue.heldNotes() == 1);
}

TEST_CASE("more messages than a block has room for are dropped and counted") {
  NoteQueue queue;
  for (std::uint32_t i = 0; i < 600; ++i) queue.controller(0, 1, 0.5F);
  CHECK(queue.count() == 512);
  CHECK(queue.dropped() == 88);
}

TEST_CASE("a sequence reads as LV2 reads it, and a full one refuses") {
  const Urids& u = urids();
  EventBuffer buffer(256, u);
  buffer.beginInput();
  const std::uint8_t note[] = {0x90, 60, 100};
  REQUIRE(buffer.add(7, u.midiEvent, note, sizeof note));
  REQUIRE(buffer.add(9, u.midiEvent, note, sizeof note));
  int seen = 0;
  LV2_ATOM_SEQUENCE_FOREACH(&buffer.sequence(), event) {
    CHECK(event->time.frames == (seen == 0 ? 7 : 9));
    CHECK(event->body.size == 3);
    CHECK(std::memcmp(event + 1, note, sizeof note) == 0);
    ++seen;
  }
  CHECK(seen == 2);
  int more = 0;
  while (buffer.add(10, u.midiEvent, note, sizeof note)) ++more;
  // 16 bytes of head and 24 for each event.
  CHECK(more == 8);
}

TEST_CASE("a message about a file reads as LV2 reads it") {
  const Urids& u = urids();
  const std::vector<std::uint64_t> words = fileMessage(77, "/tmp/a sound.wav");
  std::vector<std::uint64_t> whole(words.size() + 1);
  LV2_Atom head{static_cast<std::uint32_t>(words.size() * 8), u.atomObject};
  std::memcpy(whole.data(), &head, sizeof head);
  std::memcpy(whole.data() + 1, words.data(), words.size() * 8);
  const auto* object = reinterpret_cast<const LV2_Atom_Object*>(whole.data());
  CHECK(object->body.otype == u.patchSet);
  const LV2_Atom* property = nullptr;
  const LV2_Atom* value = nullptr;
  lv2_atom_object_get(object, u.patchProperty, &property, u.patchValue, &value, 0);
  REQUIRE(property != nullptr);
  REQUIRE(value != nullptr);
  CHECK(reinterpret_cast<const LV2_Atom_URID*>(property)->body == 77);
  CHECK(value->type == u.atomPath);
  CHECK(std::string(reinterpret_cast<const char*>(value + 1)) == "/tmp/a sound.wav");
}
