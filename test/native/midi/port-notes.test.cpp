// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/port-notes.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <random>

#include "player-rig.hpp"

using namespace downbeat;
using midi::MidiTrackPlan;
using test::PlayerRig;
using test::SentMessage;

namespace {

constexpr std::int64_t kOrigin = 1'000'000;

MidiTrackPlan track(const std::string& port, std::uint8_t channel) {
  MidiTrackPlan plan;
  plan.id = port + "-track";
  plan.port = port;
  plan.channel = channel;
  return plan;
}

/// Ports "0" to "31" are slots 0 to 31 with serials one higher.
std::unique_ptr<midi::MidiScore> scoreOf(const std::vector<MidiTrackPlan>& tracks) {
  return midi::makeMidiScore(tracks, [](const std::string& id) {
    const auto slot = static_cast<std::uint32_t>(std::stoul(id));
    return midi::MidiSlotRef{slot, slot + 1};
  });
}

std::vector<SentMessage> notesOf(const test::PortLog& log) {
  std::vector<SentMessage> notes;
  for (const SentMessage& message : log.messages) {
    if (message.status() < 0xF0) notes.push_back(message);
  }
  return notes;
}

}  // namespace

TEST_CASE("notes begin and end on the microsecond of their swung beats") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1, 4.0));
  MidiTrackPlan plan = track("0", 9);
  plan.swingPercent = 50;
  plan.notes = {{0, 36, 100, 1.0}, {3, 38, 90, 0.5}, {8, 42, 80, 4.0}};
  rig.player->setScore(scoreOf({plan}));
  rig.transport.play(4.0, 0.0, 1);
  rig.runUntil(kOrigin + 2'000'000 + 3 * 2'000'000);  // three cycles of four beats
  const auto notes = notesOf(*log);
  REQUIRE(notes.size() >= 18);
  const double shift = 0.25;  // of a step: 50 % of half a step
  // step, is it a note on, note
  const std::vector<std::tuple<double, bool, int>> cycle{
      {0.0, true, 36},         {1.0 + shift, false, 36},
      {3.0 + shift, true, 38}, {3.0 + shift + 0.5 * (1.0 - shift), false, 38},
      {8.0, true, 42},         {12.0, false, 42}};
  for (int i = 0; i < 18; ++i) {
    const auto [step, isOn, note] = cycle[i % 6];
    const double beat = 4.0 + (i / 6) * 4.0 + step * 0.25;
    const double ideal = static_cast<double>(kOrigin) + beat * 500'000.0 + 4000.0;
    CHECK(std::fabs(static_cast<double>(notes[i].at) - ideal) <= 1.5);
    CHECK(notes[i].status() == (isOn ? 0x99 : 0x89));
    CHECK(notes[i].bytes[1] == note);
  }
}

TEST_CASE("in one tick the order is realtime, note off, note on, controllers") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  MidiTrackPlan plan = track("0", 0);
  plan.notes = {{0, 60, 100, 4.0}, {4, 60, 100, 4.0}, {4, 64, 100, 1.0}};
  plan.controllers = {{4, 74, 5}};
  rig.player->setScore(scoreOf({plan}));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 700'000);
  std::vector<int> order;
  for (const SentMessage& message : log->messages) {
    if (message.at >= kOrigin + 500'000 && message.at <= kOrigin + 500'001) {
      order.push_back(message.status());
    }
  }
  CHECK(order == std::vector<int>{0xF8, 0x80, 0x90, 0x90, 0xB0});
}

TEST_CASE("the same key again is let go before it is struck") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  MidiTrackPlan plan = track("0", 0);
  plan.notes = {{0, 60, 100, 100.0}, {4, 60, 100, 100.0}};
  rig.player->setScore(scoreOf({plan}));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 6'000'000);
  bool isDown = false;
  for (const SentMessage& message : notesOf(*log)) {
    CHECK((message.status() == 0x90) != isDown);
    isDown = message.status() == 0x90;
  }
}

TEST_CASE("a stop, a seek, another score and the end all end what sounds") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  MidiTrackPlan plan = track("0", 0);
  plan.notes = {{0, 60, 100, 16.0}, {2, 67, 100, 16.0}};
  rig.player->setScore(scoreOf({plan}));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 1'000'000);
  CHECK(test::hangingNotes(*log) == 2);
  SUBCASE("stop") { rig.transport.stop(2.01, 0.0); }
  SUBCASE("pause") { rig.transport.stop(2.01, 2.01, 4); }
  SUBCASE("seek") { rig.transport.play(2.01, 3.0, 0); }
  SUBCASE("the track is muted") {
    plan.muted = true;
    rig.player->setScore(scoreOf({plan}));
  }
  SUBCASE("the port is removed") { (void)rig.table->withdraw(0); }
  SUBCASE("the line jumps by a beat") { rig.transport.line(kOrigin + 1'002'000, 5.5, 120.0); }
  rig.runUntil(kOrigin + 1'010'000);
  CHECK(test::hangingNotes(*log) == 0);
}

TEST_CASE("the end of the midi thread ends what sounds") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  MidiTrackPlan plan = track("0", 3);
  plan.notes = {{0, 60, 100, 16.0}};
  rig.player->setScore(scoreOf({plan}));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 100'000);
  CHECK(test::hangingNotes(*log) == 1);
  rig.player->finish();
  CHECK(test::hangingNotes(*log) == 0);
}

TEST_CASE(
    "a loop plays its first note on every turn and its end note never, however early the port") {
  for (const double offsetMs : {-50.0, 0.0, 20.0}) {
    PlayerRig rig;
    rig.transport.loop(true, 1.0, 2.0);
    const auto log = rig.addPort(0, PlayerRig::all(1, offsetMs));
    MidiTrackPlan plan = track("0", 0);
    plan.notes = {{4, 61, 100, 1.0}, {8, 62, 100, 1.0}};  // at beats 1 and 2
    rig.player->setScore(scoreOf({plan}));
    rig.transport.play(1.0, 0.0, 1);
    // Song beat 2 is line beat 3; then a turn every beat, told 5 ms ahead.
    for (int turn = 0; turn < 6; ++turn) {
      rig.runUntil(kOrigin + 1'500'000 + turn * 500'000 - 5000);
      rig.transport.play(3.0 + turn, 1.0, 0);
    }
    rig.runUntil(kOrigin + 1'500'000 + 5 * 500'000 + 300'000);
    std::map<int, int> begun;
    for (const SentMessage& message : notesOf(*log)) {
      if (message.status() == 0x90) ++begun[message.bytes[1]];
    }
    CHECK(begun[61] == 7);
    CHECK(begun[62] == 0);
  }
}

TEST_CASE("a note off that finds no room on the wire is sent again") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  MidiTrackPlan plan = track("0", 0);
  plan.notes = {{0, 60, 100, 1.0}, {1, 61, 100, 200.0}};
  rig.player->setScore(scoreOf({plan}));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 100'000);
  log->isFull = true;
  rig.runUntil(kOrigin + 300'000);
  CHECK(test::hangingNotes(*log) == 1);  // note 61 found no room, note 60 was due to end
  rig.transport.stop(0.7, 0.0);
  rig.runUntil(kOrigin + 500'000);
  log->isFull = false;
  rig.runFor(0.01);
  CHECK(test::hangingNotes(*log) == 0);
  CHECK(test::only(*log, 0xFC).size() == 1);
  CHECK(rig.table->counters(0).droppedInAll() > 0);
}

TEST_CASE("a port that comes back has its hanging notes ended and all notes off") {
  PlayerRig rig;
  auto log = rig.addPort(0, PlayerRig::all(1));
  MidiTrackPlan plan = track("0", 5);
  plan.notes = {{0, 60, 100, 16.0}};
  rig.player->setScore(scoreOf({plan}));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 500'000);
  CHECK(test::hangingNotes(*log) == 1);
  log->isLost = true;  // pulled out
  rig.runFor(0.1);
  CHECK(rig.table->isLost(0));
  (void)rig.table->withdraw(0);
  rig.runFor(0.1);
  log = rig.addPort(0, PlayerRig::all(1));
  rig.runFor(0.01);
  REQUIRE(log->messages.size() >= 2);
  CHECK(log->messages[0].bytes == std::vector<std::uint8_t>{0x85, 60, 64});
  CHECK(log->messages[1].bytes == std::vector<std::uint8_t>{0xB5, 123, 0});
  CHECK_FALSE(rig.table->isLost(0));
}

TEST_CASE("what the song holds is struck when a port has its values again, and ends in time") {
  PlayerRig rig;
  auto log = rig.addPort(0, PlayerRig::all(1));
  MidiTrackPlan plan = track("0", 5);
  // A pad of four beats, a short note that is over, one that has nearly ended, and one to come.
  plan.notes = {{0, 60, 100, 16.0}, {0, 62, 100, 2.0}, {2, 64, 100, 6.5}, {12, 67, 100, 2.0}};
  plan.lengthSteps = 32;
  rig.player->setScore(scoreOf({plan}));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 500'000);
  log->isLost = true;
  rig.runFor(0.1);
  (void)rig.table->withdraw(0);
  rig.runUntil(kOrigin + 900'000);
  log = rig.addPort(0, PlayerRig::all(1));
  rig.runUntil(kOrigin + 1'000'000);  // beat 2
  CHECK(test::only(*log, 0x95).empty());
  midi::MidiPost post;
  post.serial = 1;
  post.strikesHeld = true;
  for (int turn = 0; turn < 2; ++turn) {
    REQUIRE(rig.player->post(post));
    rig.runFor(0.01);
  }
  const auto struck = test::only(*log, 0x95);
  REQUIRE(struck.size() == 1);
  CHECK(struck[0].bytes == std::vector<std::uint8_t>{0x95, 60, 100});
  rig.runUntil(kOrigin + 2'100'000);
  const auto ended = test::only(*log, 0x85);
  REQUIRE_FALSE(ended.empty());
  CHECK(ended.back().bytes[1] == 60);
  CHECK(std::abs(ended.back().at - (kOrigin + 2'000'000)) <= 2);
  CHECK(test::hangingNotes(*log) == 0);
}

TEST_CASE("what the song did not begin is not held: it plays from behind it, or stands") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  MidiTrackPlan plan = track("0", 5);
  plan.notes = {{0, 60, 100, 16.0}};
  rig.player->setScore(scoreOf({plan}));
  SUBCASE("from behind it") { rig.transport.play(0.0, 1.0, 1); }
  SUBCASE("it stands") {}
  rig.runUntil(kOrigin + 300'000);
  midi::MidiPost post;
  post.serial = 1;
  post.strikesHeld = true;
  REQUIRE(rig.player->post(post));
  rig.runFor(0.01);
  CHECK(test::only(*log, 0x95).empty());
}

TEST_CASE("another port in the same slot is not told about notes of the one before") {
  PlayerRig rig;
  auto log = rig.addPort(0, PlayerRig::all(1));
  MidiTrackPlan plan = track("0", 5);
  plan.notes = {{0, 60, 100, 16.0}};
  rig.player->setScore(scoreOf({plan}));
  rig.transport.play(0.0, 0.0, 1);
  rig.runUntil(kOrigin + 500'000);
  (void)rig.table->withdraw(0);
  rig.runFor(0.01);
  CHECK(test::hangingNotes(*log) == 0);
  log = rig.addPort(0, PlayerRig::all(7));
  rig.runFor(4.0);
  CHECK(notesOf(*log).empty());
}

TEST_CASE("no note hangs after any mix of edits, jumps, stops and ports that come and go") {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    const auto chance = [&random](double from, double to) {
      return from + (to - from) * static_cast<double>(random() % 100'000) / 100'000.0;
    };
    const auto randomTracks = [&] {
      std::vector<MidiTrackPlan> tracks;
      for (int i = 0; i < 4; ++i) {
        MidiTrackPlan plan = track(std::to_string(random() % 3), random() % 16);
        plan.muted = random() % 4 == 0;
        plan.lengthSteps = 1 + random() % 16;
        plan.resolution = 1 + random() % 64;
        plan.swingPercent = chance(0, 100);
        for (int n = 0; n < 8; ++n) {
          plan.notes.push_back({static_cast<std::uint32_t>(random() % 16),
                                static_cast<std::uint8_t>(random() % 128), 100, chance(0.1, 20)});
        }
        tracks.push_back(plan);
      }
      return tracks;
    };
    PlayerRig rig;
    // All logs of a slot are one device's memory.
    std::vector<std::vector<std::shared_ptr<test::PortLog>>> logs(3);
    const auto plug = [&](std::uint32_t slot) {
      logs[slot].push_back(rig.addPort(slot, PlayerRig::all(slot + 1, chance(-50, 50))));
    };
    for (std::uint32_t slot = 0; slot < 3; ++slot) plug(slot);
    for (int i = 0; i < 120; ++i) {
      rig.runFor(chance(0.001, 0.3));
      const double here = beatAt(rig.transport.view(), rig.time.now()).value;
      const auto slot = static_cast<std::uint32_t>(random() % 3);
      switch (random() % 8) {
        case 0: rig.player->setScore(scoreOf(randomTracks())); break;
        case 1: rig.transport.stop(here + chance(-0.1, 0.1), 0.0, 3 + random() % 2); break;
        case 2: rig.transport.tempo(rig.time.micros + 2000, chance(20, 999)); break;
        case 3: rig.transport.line(rig.time.micros, here + chance(-2, 2), chance(20, 999)); break;
        case 4: rig.transport.loop(random() % 2 == 0, 0.0, chance(0.1, 8)); break;
        case 5:
          (void)rig.table->withdraw(slot);
          rig.runFor(0.01);
          plug(slot);
          break;
        case 6: rig.time.micros += random() % 400'000; break;
        default: rig.transport.play(here + chance(-0.1, 0.1), chance(0, 16), random() % 3); break;
      }
    }
    // Five ways to end. A port that is late (up to 50 ms) hears of a stop later.
    switch (seed % 5) {
      case 0: rig.transport.stop(beatAt(rig.transport.view(), rig.time.now()).value, 0.0); break;
      case 1: rig.player->setScore(scoreOf({})); break;
      case 2:
        for (std::uint32_t slot = 0; slot < 3; ++slot) (void)rig.table->withdraw(slot);
        break;
      case 3:
        for (auto& device : logs) {
          for (auto& log : device) log->isLost = true;
        }
        rig.runFor(0.05);
        for (std::uint32_t slot = 0; slot < 3; ++slot) {
          (void)rig.table->withdraw(slot);
          rig.runFor(0.01);
          plug(slot);
        }
        rig.player->setScore(scoreOf({}));
        break;
      default: break;
    }
    if (seed % 5 == 4) {
      rig.player->finish();
    } else {
      rig.runFor(0.06);
    }
    for (const auto& device : logs) {
      test::PortLog memory;
      for (const auto& log : device) {
        memory.messages.insert(memory.messages.end(), log->messages.begin(), log->messages.end());
      }
      CHECK(test::hangingNotes(memory) == 0);
    }
  }
}

namespace {

/// A note on every beat, as long as `length` beats; what it is asked is written down.
class BeatPart final : public midi::LivePart {
 public:
  explicit BeatPart(std::uint8_t note, double length) : note_(note), length_(length) {}
  void visit(const midi::SongPiece& piece, midi::LiveListener& listener) RT_SAFE override {
    lineOffset = piece.lineOffset;
    const auto first = static_cast<int>(std::ceil(piece.from));
    for (int beat = first > 0 ? first : 0; static_cast<double>(beat) < piece.to; ++beat) {
      listener.onGroup(beat, midi::controlChange(0, 74, static_cast<std::uint8_t>(beat % 128)));
      listener.onNote(beat, length_, note_, 100);
    }
  }
  [[nodiscard]] double longestBeats() const RT_SAFE override { return length_; }

  double lineOffset = 0.0;

 private:
  std::uint8_t note_;
  double length_;
};

std::unique_ptr<midi::MidiScore> partScore(std::shared_ptr<midi::LivePart> part,
                                           std::uint8_t channel = 0) {
  auto score = std::make_unique<midi::MidiScore>();
  score->parts.push_back({{0, 1}, channel, std::move(part)});
  return score;
}

}  // namespace

TEST_CASE(
    "a part that is decided as the song goes is played on the microsecond, its values first") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  const auto part = std::make_shared<BeatPart>(60, 0.5);
  rig.player->setScore(partScore(part));
  rig.transport.play(4.0, 0.0, 1);
  rig.runUntil(kOrigin + 2'000'000 + 4 * 500'000 - 1000);
  const auto notes = notesOf(*log);
  REQUIRE(notes.size() == 12);
  for (std::size_t beat = 0; beat < 4; ++beat) {
    const std::int64_t at = kOrigin + 2'000'000 + static_cast<std::int64_t>(beat) * 500'000;
    CHECK(notes[3 * beat].status() == 0xB0);
    CHECK(notes[3 * beat].bytes[2] == beat);
    CHECK(notes[3 * beat + 1].status() == 0x90);
    CHECK(std::abs(notes[3 * beat + 1].at - at) <= 1);
    CHECK(notes[3 * beat + 2].status() == 0x80);
    CHECK(std::abs(notes[3 * beat + 2].at - at - 250'000) <= 1);
  }
  CHECK(part->lineOffset == 4.0);
}

TEST_CASE("notes of a part end with the song, and go on while only what is decided changes") {
  PlayerRig rig;
  const auto log = rig.addPort(0, PlayerRig::all(1));
  rig.player->setScore(partScore(std::make_shared<BeatPart>(60, 0.75)));
  rig.transport.play(4.0, 0.0, 1);
  rig.runUntil(kOrigin + 2'100'000);
  CHECK(test::hangingNotes(*log) == 1);
  rig.player->setScore(partScore(std::make_shared<BeatPart>(64, 0.75)));
  rig.runFor(0.1);
  CHECK(test::hangingNotes(*log) == 1);  // in its time
  rig.runUntil(kOrigin + 2'400'000);
  CHECK(test::hangingNotes(*log) == 0);
  rig.runUntil(kOrigin + 2'600'000);
  CHECK(test::hangingNotes(*log) == 1);
  // On another channel nobody would end it.
  rig.player->setScore(partScore(std::make_shared<BeatPart>(64, 0.75), 3));
  rig.runFor(0.01);
  CHECK(test::hangingNotes(*log) == 0);
  rig.runFor(0.5);
  rig.transport.stop(6.5, 2.5);
  rig.runFor(1.0);
  CHECK(test::hangingNotes(*log) == 0);
}
