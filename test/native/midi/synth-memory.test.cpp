// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/synth-memory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "midi/player-rig.hpp"

using namespace downbeat;
using midi::SynthMemory;
using midi::SynthValue;

namespace {

SynthValue valueOf(const std::string& key, std::int32_t order, const std::string& shown = "0") {
  SynthValue value;
  value.key = key;
  value.order = order;
  value.shown = shown;
  return value;
}

midi::MidiPost firstPost(midi::MessageClass importance) {
  midi::MidiPost post;
  post.serial = 1;
  post.importance = importance;
  return post;
}

std::vector<std::string> said(SynthMemory& memory) {
  std::vector<std::string> keys;
  while (const auto due = memory.takeDue()) {
    keys.push_back(due->port + "." + (due->value == nullptr ? "end" : due->value->key));
  }
  return keys;
}

}  // namespace

TEST_CASE("a synth that is back is told everything, in order, and the newest value of each") {
  SynthMemory memory;
  CHECK(memory.remember("left", valueOf("cutoff", 10, "0.1")));
  CHECK(memory.remember("left", valueOf("wave", 1)));
  CHECK(memory.remember("left", valueOf("cutoff", 10, "0.9")));
  CHECK(said(memory).empty());
  memory.beginRestore("left");
  const auto first = memory.takeDue();
  REQUIRE(first);
  CHECK(first->value->key == "wave");
  const auto second = memory.takeDue();
  REQUIRE(second);
  CHECK(second->value->shown == "0.9");
  const auto end = memory.takeDue();
  REQUIRE(end);
  CHECK(end->value == nullptr);
  CHECK_FALSE(memory.takeDue());
}

TEST_CASE("what was set while a synth is told is newer and not said twice") {
  SynthMemory memory;
  for (const char* key : {"a", "b", "c"}) REQUIRE(memory.remember("left", valueOf(key, 1)));
  memory.beginRestore("left");
  CHECK(memory.takeDue()->value->key == "a");
  REQUIRE(memory.remember("left", valueOf("c", 1, "1")));
  CHECK(said(memory) == std::vector<std::string>{"left.b", "left.end"});
}

TEST_CASE("two synths do not mix, and one that goes again is told no more") {
  SynthMemory memory;
  REQUIRE(memory.remember("left", valueOf("a", 1)));
  REQUIRE(memory.remember("right", valueOf("b", 1)));
  memory.beginRestore("left");
  memory.beginRestore("right");
  memory.endRestore("left");
  CHECK(said(memory) == std::vector<std::string>{"right.b", "right.end"});
  memory.keep({"right"});
  CHECK(memory.values("left").empty());
  CHECK(memory.values("right").size() == 1);
}

TEST_CASE("there is room for every parameter of a big synth, and an end to it") {
  SynthMemory memory;
  for (std::size_t i = 0; i < SynthMemory::kMaxValues; ++i) {
    REQUIRE(memory.remember("left", valueOf(std::to_string(i), 1)));
  }
  CHECK_FALSE(memory.remember("left", valueOf("one more", 1)));
  CHECK(memory.remember("left", valueOf("0", 1, "new")));
}

TEST_CASE("what is asked for goes out within 2 ms, to its own port, and to no other in its slot") {
  test::PlayerRig rig;
  const auto log = rig.addPort(3, test::PlayerRig::all(7));
  rig.runFor(0.01);
  log->messages.clear();
  midi::MidiPost post;
  post.slot = 3;
  post.serial = 7;
  post.group.add(midi::controlChange(0, 43, 96));
  post.importance = midi::MessageClass::continuous;
  REQUIRE(rig.player->post(post));
  const std::int64_t asked = rig.time.micros;
  rig.runFor(0.01);
  const auto sent = test::only(*log, 0xB0);
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].bytes == std::vector<std::uint8_t>{0xB0, 43, 96});
  CHECK(sent[0].at - asked <= midi::MidiPlayer::kMaxSleepMicros);

  post.serial = 6;
  REQUIRE(rig.player->post(post));
  rig.runFor(0.01);
  CHECK(test::only(*log, 0xB0).size() == 1);
}

TEST_CASE("system exclusive goes out whole") {
  test::PlayerRig rig;
  const auto log = rig.addPort(0, test::PlayerRig::all(1));
  rig.runFor(0.01);
  midi::MidiPost post = firstPost(midi::MessageClass::bulk);
  const std::vector<std::uint8_t> bytes{0xF0, 0x42, 0x30, 0x01, 0xF7};
  std::copy(bytes.begin(), bytes.end(), post.bulk.begin());
  post.bulkSize = static_cast<std::uint16_t>(bytes.size());
  REQUIRE(rig.player->post(post));
  rig.runFor(0.05);
  const auto sent = test::only(*log, 0xF0);
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].bytes == bytes);
}

TEST_CASE("more than the queue holds is refused, and nothing is lost that was taken") {
  test::PlayerRig rig;
  const auto log = rig.addPort(0, test::PlayerRig::all(1));
  rig.runFor(0.01);
  midi::MidiPost post = firstPost(midi::MessageClass::stepped);
  std::size_t taken = 0;
  for (std::uint8_t i = 0; i < 127; ++i) {
    post.group = midi::MidiGroup{};
    post.group.add(midi::programChange(0, i));
    if (rig.player->post(post)) ++taken;
  }
  CHECK(taken < 127);
  rig.runFor(0.1);
  CHECK(test::only(*log, 0xC0).size() == taken);
}
