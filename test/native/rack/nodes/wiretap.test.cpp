// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/wiretap.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>

#include "rack/nodes/render.hpp"
#include "support/sound-file.hpp"
#include "support/temp-folder.hpp"

using namespace downbeat;
using test::NodeRig;
namespace fs = std::filesystem;

namespace {

void feed(NodeRig& rig, std::size_t frames) {
  test::Dice dice(4);
  for (std::size_t n = 0; n < frames; ++n) {
    rig.input.push_back(static_cast<float>(dice.uniform(-2.0, 2.0)));
    rig.inputRight.push_back(static_cast<float>(dice.uniform(-2.0, 2.0)));
  }
}

Status prepared(const std::string& path) {
  const std::unique_ptr<rack::Node> node(rack::kWiretapType.make());
  const std::vector<rack::NodeText> texts{{"path", path}};
  rack::PrepareInfo info;
  info.texts = &texts;
  return node->prepare(info);
}

}  // namespace

TEST_CASE("a wiretap passes its sound, and its file holds every sample of it") {
  const test::TempFolder folder;
  const std::string path = folder.file("tap.wav");
  std::optional<NodeRig> rig;
  rig.emplace("wiretap", std::vector<rack::NodeText>{{"path", path}});
  feed(*rig, 50001);
  test::Dice dice(1);
  rig->run(50001, [&] { return 1 + dice.bits() / 2 % kQuantumFrames; });
  CHECK(rig->left == rig->input);
  CHECK(rig->right == rig->inputRight);
  const std::vector<float> left = rig->input;
  const std::vector<float> right = rig->inputRight;
  CHECK(rig->node().lateFrames() == 0);
  rig.reset();
  const test::SoundFile sound = test::readSound(path);
  CHECK(sound.info.samplerate == 48000);
  CHECK(sound.frames == 50001);
  CHECK(sound.channel(0) == left);
  CHECK(sound.channel(1) == right);
}

TEST_CASE("ENABLED cuts the recording to the frame, and it goes on in the same file") {
  const test::TempFolder folder;
  const std::string path = folder.file("tap.wav");
  std::vector<float> expected;
  {
    NodeRig rig("wiretap", {{"path", path}});
    feed(rig, 3000);
    rig.run(1001);
    rig.set("ENABLED", 0.0F);
    rig.run(999);
    rig.set("ENABLED", 1.0F);
    rig.run(1000);
    expected.assign(rig.input.begin(), rig.input.begin() + 1001);
    expected.insert(expected.end(), rig.input.begin() + 2000, rig.input.end());
  }
  CHECK(test::readSound(path).channel(0) == expected);
}

TEST_CASE("a path that cannot be written is a mistake of the rack, before anything plays") {
  const test::TempFolder folder;
  CHECK(prepared(folder.file("tap.wav")).isOk());
  CHECK(prepared(folder.file("tap.flac")).isOk());
  for (const std::string& path :
       {std::string(), folder.path(), folder.file("tap.ogg"), folder.file("no/folder/tap.wav")}) {
    const Status status = prepared(path);
    REQUIRE_FALSE(status.isOk());
    CHECK(status.error().message.find(path) != std::string::npos);
  }
}

TEST_CASE("a take that is there is kept under a number, and the new one has the name") {
  const test::TempFolder folder;
  const std::string path = folder.file("tap.wav");
  for (const std::uint32_t frames : {100U, 200U, 300U}) {
    NodeRig rig("wiretap", {{"path", path}});
    feed(rig, frames);
    rig.run(frames);
  }
  CHECK(test::readSound(path).frames == 300);
  CHECK(test::readSound(folder.file("tap-1.wav")).frames == 100);
  CHECK(test::readSound(folder.file("tap-2.wav")).frames == 200);
  CHECK_FALSE(fs::exists(folder.file("tap-3.wav")));
}

TEST_CASE("a wiretap that hears nothing moves no file") {
  const test::TempFolder folder;
  const std::string path = folder.file("tap.wav");
  {
    NodeRig rig("wiretap", {{"path", path}});
    feed(rig, 100);
    rig.run(100);
  }
  {
    NodeRig off("wiretap", {{"path", path}});
    off.set("ENABLED", 0.0F);
    off.run(4800);
    NodeRig neverPlayed("wiretap", {{"path", path}});
  }
  CHECK(test::readSound(path).frames == 100);
}

TEST_CASE("what a disk cannot take in four seconds is lost and counted; the rest is in order") {
  const test::TempFolder folder;
  const std::string path = folder.file("tap.wav");
  std::vector<float> expected;
  {
    NodeRig rig("wiretap", {{"path", path}});
    rack::Node& node = rig.node();
    std::vector<float> in(kQuantumFrames);
    std::vector<float> out(kQuantumFrames);
    const float* inputs[] = {in.data(), in.data()};
    float* outputs[] = {out.data(), out.data()};
    rack::NodeIo io;
    io.in = inputs;
    io.out = outputs;
    io.frames = kQuantumFrames;
    auto play = [&](std::uint32_t quanta, std::uint32_t heard) {
      for (std::uint32_t quantum = 0; quantum < quanta; ++quantum) {
        for (std::uint32_t i = 0; i < kQuantumFrames; ++i)
          in[i] = static_cast<float>((quantum * kQuantumFrames + i) % 10007);
        node.process(io);
        if (quantum < heard) expected.insert(expected.end(), in.begin(), in.end());
      }
    };
    play(7000, 6000);  // no service: the disk hangs
    CHECK(node.lateFrames() == 1000 * kQuantumFrames);
    node.service();
    play(100, 100);
  }
  CHECK(test::readSound(path).channel(1) == expected);
}

TEST_CASE("a recording can be read while it goes on, as after a program that was killed") {
  const test::TempFolder folder;
  const std::string path = folder.file("tap.wav");
  NodeRig rig("wiretap", {{"path", path}});
  feed(rig, 9600);
  rig.run(4800);
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  rig.run(4800);
  fs::copy_file(path, folder.file("killed.wav"));
  const test::SoundFile sound = test::readSound(folder.file("killed.wav"));
  CHECK(sound.frames >= 4800);
  CHECK(sound.frames <= 9600);
  for (std::size_t n = 0; n < sound.frames; ++n) REQUIRE(sound.samples[2 * n] == rig.input[n]);
}

TEST_CASE("a full disk is counted, and the sound goes on") {
  if (!fs::exists("/dev/full")) return;
  const test::TempFolder folder;
  fs::create_symlink("/dev/full", folder.file("full.wav"));
  NodeRig rig("wiretap", {{"path", folder.file("full.wav")}});
  feed(rig, 96000);
  rig.run(96000);
  rig.node().service();
  CHECK(rig.left == rig.input);
  CHECK(rig.node().lateFrames() > 48000);
}
