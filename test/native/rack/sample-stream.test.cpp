// SPDX-License-Identifier: GPL-3.0-or-later
// Sounds from the disk: the same samples as from memory, and no harm when the disk is late.
#include "rack/sample-stream.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "rack/nodes/render.hpp"
#include "rack/sample-kit.hpp"

using namespace downbeat;
using rack::kSampleHeadFrames;
using rack::SamplePath;
using rack::SampleStreams;
using test::NodeRig;

namespace {

// Longer than head and ring together.
constexpr std::uint32_t kLong = 200000;

double chirp(std::uint32_t n, int channel) {
  const double t = n / 48000.0;
  return 0.5 * std::sin(2.0 * test::kPi * (channel == 0 ? 100.0 + 50.0 * t : 333.0) * t);
}

/// Exact as a float, and different everywhere.
double place(std::uint32_t n, int channel) { return (channel == 0 ? 1.0 : -1.0) * 0x1p-18 * n; }

std::vector<rack::SampleSound> soundsOf(const std::string& path) {
  auto sounds = rack::loadSingle(path, rack::SampleLoad::disk);
  REQUIRE(sounds.isOk());
  return sounds.value();
}

/// 32 frames while the disk says nothing.
void runUnserved(NodeRig& rig) {
  std::vector<float> out[2] = {std::vector<float>(32), std::vector<float>(32)};
  float* outs[2] = {out[0].data(), out[1].data()};
  rack::NodeIo io;
  io.out = outs;
  io.frames = 32;
  rig.node().process(io);
  rig.left.insert(rig.left.end(), out[0].begin(), out[0].end());
}

void playSome(NodeRig& rig, std::uint64_t seed) {
  test::Dice dice(seed);
  for (int hit = 0; hit < 12; ++hit) {
    rig.set("SLICE", static_cast<float>(dice.bits() / 2 % 4));
    rig.node().noteOn(48 + dice.bits() / 2 % 37, static_cast<float>(dice.uniform(0.1, 1.0)),
                      dice.bits() / 2 % 3 == 0 ? 0 : 1 + dice.bits() / 2 % 60000);
    rig.run(dice.bits() / 2 % 9000, [&] { return 1 + dice.bits() / 2 % kQuantumFrames; });
    if (hit % 4 == 3) rig.set("TUNE_SEMITONES", static_cast<float>(dice.uniform(-12, 12)), 3000);
  }
  rig.run(60000);
}

}  // namespace

TEST_CASE("what plays from the disk is sample for sample what plays from memory") {
  const test::TempFolder folder;
  for (const int format : {test::kFloatWav, test::kFlac, test::kOgg}) {
    const std::string file = folder.file("sound-" + std::to_string(format));
    test::writeSound(file, {kLong, format == test::kFlac ? 1 : 2, 44100, format}, chirp);
    for (int way = 0; way < 8; ++way) {
      INFO("format ", format, " way ", way);
      NodeRig memory("sampler", {{"file", file}, {"load", "memory"}});
      NodeRig disk("sampler", {{"file", file}, {"load", "disk"}});
      CHECK_FALSE(memory.node().needsService());
      CHECK(disk.node().needsService());
      for (NodeRig* rig : {&memory, &disk}) {
        rig->set("REVERSE", way % 2 == 1 ? 1.0F : 0.0F);
        rig->set("LOOP", way % 4 >= 2 ? 1.0F : 0.0F);
        rig->set("SLICES", way >= 4 ? 4.0F : 1.0F);
        rig->set("START", way >= 4 ? 0.1F : 0.0F);
        rig->set("END", 0.97F);
        playSome(*rig, static_cast<std::uint64_t>(way));
      }
      CHECK(test::peak(disk.left) > 0.1);
      CHECK(disk.left == memory.left);
      CHECK(disk.right == memory.right);
    }
  }
}

TEST_CASE("four octaves up, 64 notes of a long sound keep up with their disk") {
  const test::TempFolder folder;
  const std::string file = folder.file("long.wav");
  test::writeSound(file, {1000000, 1}, chirp);
  NodeRig memory("sampler", {{"file", file}, {"load", "memory"}});
  NodeRig disk("sampler", {{"file", file}, {"load", "disk"}});
  for (NodeRig* rig : {&memory, &disk}) {
    for (std::uint32_t note = 0; note < 64; ++note) {
      rig->node().noteOn(45 + note, 0.02F, 0);
      rig->run(77);
    }
    rig->run(12000);
  }
  CHECK(disk.left == memory.left);
}

TEST_CASE("a hit at a START that nobody knew of begins late by one call, the next one in time") {
  const test::TempFolder folder;
  const std::string file = folder.file("long.wav");
  test::writeSound(file, {kLong, 1}, place);
  NodeRig rig("sampler", {{"file", file}, {"load", "disk"}});
  rig.run(320);
  for (const bool isKnown : {false, true}) {
    rig.left.clear();
    rig.set("START", 0.5F);
    rig.node().trigger(1.0F);
    runUnserved(rig);  // the hit came inside a quantum
    rig.run(288);
    const auto at = [](std::uint32_t n) { return static_cast<float>(place(kLong / 2 + n, 0)); };
    for (std::uint32_t n = 0; n < 320; ++n) {
      if (isKnown) CHECK(rig.left[n] == at(n));
      if (!isKnown && n < 32) CHECK(rig.left[n] == 0.0F);
      if (!isKnown && n >= 96) CHECK(rig.left[n] == at(n));
    }
    rig.node().reset();
    rig.set("START", 0.0F);
    rig.run(320);
  }
}

TEST_CASE("a disk that stops is silence, and goes on in time without a click") {
  const test::TempFolder folder;
  const std::string file = folder.file("long.wav");
  test::writeSound(file, {kLong, 1}, chirp);
  const std::vector<rack::NodeText> texts{{"file", file}, {"load", "disk"}};
  NodeRig rig("sampler", texts);
  NodeRig whole("sampler", {{"file", file}, {"load", "memory"}});
  whole.node().trigger(1.0F);
  whole.run(100000);
  rig.node().trigger(1.0F);
  rig.run(64);
  for (int call = 0; call < 2500; ++call) runUnserved(rig);
  const std::size_t gap = rig.left.size();
  CHECK(test::peak(rig.left, gap - 1000) == 0.0);
  rig.run(10000);
  for (std::size_t n = 0; n < kSampleHeadFrames - 64; ++n) REQUIRE(rig.left[n] == whole.left[n]);
  for (std::size_t n = gap + 100; n < gap + 10000; ++n) REQUIRE(rig.left[n] == whole.left[n]);
  for (std::size_t n = 1; n < rig.left.size(); ++n) {
    REQUIRE(std::fabs(rig.left[n] - rig.left[n - 1]) < 0.035F);
  }
}

TEST_CASE("a file that is gone or changed while it plays is silence, and is counted") {
  const test::TempFolder folder;
  const std::string file = folder.file("long.wav");
  for (const bool isGone : {true, false}) {
    test::writeSound(file, {kLong, 1}, chirp);
    const auto sounds = soundsOf(file);
    SampleStreams streams;
    streams.prepare(sounds, 4);
    CHECK(streams.isNeeded());
    std::filesystem::remove(file);
    if (!isGone) test::writeSound(file, {1000, 2}, chirp);
    SamplePath path;
    path.end = kLong;
    streams.open(2, 0, path, kSampleHeadFrames);
    CHECK(streams.readyTo(2) <= kSampleHeadFrames);
    streams.service();
    REQUIRE(streams.readyTo(2) == kSampleHeadFrames + SampleStreams::kRingFrames);
    std::vector<float> frames(1000, 1.0F);
    streams.copy(2, kSampleHeadFrames, 1000, frames.data());
    CHECK(test::peak(frames) == 0.0);
    CHECK(streams.lateFrames() > 0);
  }
}

TEST_CASE("heads are kept while they are used, and the oldest unused goes first") {
  rack::SampleHeads heads;
  auto put = [&](std::int64_t frame) {
    float* const to = heads.make(10);
    if (to == nullptr) return false;
    to[0] = static_cast<float>(frame);
    heads.show({0, frame, false}, frame, 10);
    return true;
  };
  for (std::int64_t frame = 0; frame < 128; ++frame) REQUIRE(put(frame));
  const int first = heads.take({0, 0, false});
  REQUIRE(first != rack::SampleHeads::kNone);
  CHECK(heads.span(first).first == 0);
  CHECK(heads.take({0, 0, true}) == rack::SampleHeads::kNone);
  CHECK(heads.take({1, 0, false}) == rack::SampleHeads::kNone);
  REQUIRE(put(1000));
  CHECK(heads.has({0, 0, false}));
  CHECK_FALSE(heads.has({0, 1, false}));
  std::vector<int> taken;
  for (std::int64_t frame = 2; frame < 128; ++frame) taken.push_back(heads.take({0, frame, false}));
  taken.push_back(heads.take({0, 1000, false}));
  CHECK_FALSE(put(2000));
  CHECK(heads.span(first).data[0] == 0.0F);
  heads.release(first);
  CHECK(put(2000));
  CHECK_FALSE(heads.has({0, 0, false}));
}

TEST_CASE("two threads: every frame that is there is the right one, however notes begin and end") {
  const test::TempFolder folder;
  const std::string file = folder.file("long.wav");
  test::writeSound(file, {kLong, 2}, place);
  const auto sounds = soundsOf(file);
  constexpr std::uint32_t kVoices = 6;
  SampleStreams streams;
  streams.prepare(sounds, kVoices);
  std::atomic<bool> isDone{false};
  std::thread worker([&] {
    while (!isDone.load()) {
      streams.service();
      std::this_thread::yield();
    }
  });
  struct Player {
    SamplePath path;
    std::int64_t step = 0;
    std::int64_t end = 0;
    int head = rack::SampleHeads::kNone;
  };
  std::vector<Player> players(kVoices);
  test::Dice dice(3);
  std::uint64_t checked = 0;
  std::uint64_t wrong = 0;
  std::uint64_t headsUsed = 0;
  std::vector<float> frames(2 * 600);
  // The rounds are counted, and then by what the worker has read: a quiet machine
  // runs through them before the first page is there.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  const auto wantsMore = [&](int round) {
    if (round < 30000) return true;
    const bool hasSeenAll = checked > 100000 && headsUsed > 0;
    return !hasSeenAll && std::chrono::steady_clock::now() < patience;
  };
  for (int round = 0; wantsMore(round); ++round) {
    const std::uint32_t voice = dice.bits() / 2 % kVoices;
    Player& player = players[voice];
    if (player.step >= player.end || dice.bits() / 2 % 50 == 0) {
      if (player.head != rack::SampleHeads::kNone) streams.heads().release(player.head);
      const std::uint32_t part = dice.bits() / 2 % 8;
      player.path = SamplePath{};
      player.path.start = part * 20000;
      player.path.end = kLong - 1000;
      player.path.isReverse = dice.bits() / 2 % 2 == 0;
      if (dice.bits() / 2 % 2 == 0) {
        player.path.loopStart = player.path.start + 3000;
        player.path.loopEnd = player.path.start + 9000;
      }
      const rack::HeadPlace place{0, player.path.firstFrame(), player.path.isReverse};
      player.head = streams.heads().take(place);
      if (player.head != rack::SampleHeads::kNone) ++headsUsed;
      player.step = 0;
      player.end = std::min<std::int64_t>(player.path.length(), 60000);
      streams.open(voice, 0, player.path, 0);
      if (dice.bits() / 2 % 4 == 0) {
        rack::SamplePick pick;
        pick.start = static_cast<float>(dice.uniform(0.0, 0.5));
        pick.slices = 1 + dice.bits() / 2 % 20;
        streams.expect(pick);
      }
    }
    const std::int64_t count =
        std::min<std::int64_t>(1 + dice.bits() / 2 % 600, player.end - player.step);
    if (streams.readyTo(voice) >= player.step + count) {
      streams.copy(voice, player.step, count, frames.data());
      for (std::int64_t i = 0; i < count; ++i) {
        const auto frame = static_cast<std::uint32_t>(player.path.runAt(player.step + i).frame);
        const bool isRight =
            frames[static_cast<std::size_t>(i) * 2] == static_cast<float>(place(frame, 0)) &&
            frames[static_cast<std::size_t>(i) * 2 + 1] == static_cast<float>(place(frame, 1));
        wrong += isRight ? 0 : 1;
      }
      checked += static_cast<std::uint64_t>(count);
      player.step += count;
      if (player.head != rack::SampleHeads::kNone) {
        const auto span = streams.heads().span(player.head);
        const auto middle = static_cast<std::uint32_t>(span.first + span.count / 2);
        wrong += span.data[span.count / 2 * 2] == static_cast<float>(place(middle, 0)) ? 0 : 1;
      }
    } else {
      std::this_thread::yield();
    }
    // Sometimes time has run on while the disk was busy.
    if (dice.bits() / 2 % 200 == 0) player.step = std::min(player.end, player.step + 40000);
    streams.giveBack(voice, player.step);
  }
  isDone = true;
  worker.join();
  CHECK(wrong == 0);
  CHECK(checked > 100000);
  CHECK(headsUsed > 0);
}

TEST_CASE("two threads: a sampler plays, cuts and steals while a worker reads") {
  const test::TempFolder folder;
  const std::string file = folder.file("long.flac");
  test::writeSound(file, {kLong, 2, 48000, test::kFlac}, chirp);
  NodeRig rig("sampler", {{"file", file}, {"load", "disk"}});
  rig.set("VOICES", 6.0F);
  rig.node().service();
  std::atomic<bool> isDone{false};
  std::thread worker([&] {
    while (!isDone.load()) {
      rig.node().service();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  test::Dice dice(5);
  std::vector<float> out[2] = {std::vector<float>(32), std::vector<float>(32)};
  float* outs[2] = {out[0].data(), out[1].data()};
  for (int block = 0; block < 4000; ++block) {
    if (dice.bits() / 2 % 20 == 0) {
      rig.set("START", static_cast<float>(dice.bits() / 2 % 4) * 0.2F);
      rig.set("REVERSE", static_cast<float>(dice.bits() / 2 % 2));
      rig.node().noteOn(50 + dice.bits() / 2 % 30, 0.5F, dice.bits() / 2 % 40000);
    }
    rack::NodeIo io;
    io.out = outs;
    io.frames = 32;
    rig.node().process(io);
    for (const float value : out[0]) REQUIRE(std::fabs(value) < 12.0F);
    if (block % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  isDone = true;
  worker.join();
}
