// SPDX-License-Identifier: GPL-3.0-or-later
// What a host gives to its plugins, by the sound of plugins that were made for that.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "rack/lv2/rig.hpp"
#include "rack/outside-log.hpp"

using namespace downbeat;
using test::NodeRig;
using test::ours;

namespace {

std::vector<std::string> toldLines;

/// Collects what plugins say for as long as it lives.
class Ear {
 public:
  Ear() {
    toldLines.clear();
    rack::setOutsideLogSink([](const std::string& line) { toldLines.push_back(line); });
  }
  ~Ear() { rack::setOutsideLogSink(nullptr); }
};

void feedNoise(NodeRig& rig, std::uint32_t frames) {
  test::Dice dice(7);
  for (std::uint32_t n = 0; n < frames; ++n) {
    rig.input.push_back(static_cast<float>(dice.uniform(-1.0, 1.0)));
  }
}

}  // namespace

TEST_CASE("options say the longest block, and addresses have numbers") {
  NodeRig rig(ours("options"));
  rig.run(64);
  CHECK(rig.left.front() == doctest::Approx(1.0 + 0.001 * kQuantumFrames));
}

TEST_CASE("work is done off the audio thread, and every run is ended") {
  NodeRig rig(ours("work"));
  rig.input.assign(32, 3.0F);
  rig.run(32 * 3);
  // Asked in the first run, done before the second, answered after it.
  CHECK(rig.left[0] == 0.0F);
  CHECK(rig.left[32] == doctest::Approx(0.001));
  CHECK(rig.left[64] == doctest::Approx(9.002));
}

TEST_CASE("work that finds no room is refused, not waited for") {
  NodeRig rig(ours("work"));
  rig.input.assign(200000, 2.0F);
  // Nobody serves: the audio thread alone.
  std::vector<float> in(32, 2.0F);
  std::vector<float> out(32);
  const float* ins[] = {in.data()};
  float* outs[] = {out.data()};
  rack::NodeIo io;
  io.in = ins;
  io.out = outs;
  io.frames = 32;
  for (int i = 0; i < 20000; ++i) rig.node().process(io);
  CHECK(rig.node().needsService());
  rig.node().service();
  CHECK_FALSE(rig.node().needsService());
  rig.node().process(io);
  rig.node().process(io);
  CHECK(std::floor(out[0]) >= 4.0F);
}

TEST_CASE("a latency is measured with the values of the plan") {
  const rack::NodeTypeInfo* type = rack::findNodeType(ours("late").c_str());
  REQUIRE(type != nullptr);
  const std::unique_ptr<rack::Node> node(rack::makeNode(*type));
  rack::PrepareInfo info;
  REQUIRE(node->prepare(info).isOk());
  CHECK(node->latencyFrames() == 64);
  const std::vector<float> values{123.0F};
  info.values = &values;
  const std::unique_ptr<rack::Node> other(rack::makeNode(*type));
  REQUIRE(other->prepare(info).isOk());
  CHECK(other->latencyFrames() == 123);
}

TEST_CASE("the measurement of a latency leaves no trace in the sound") {
  NodeRig rig(ours("late"));
  feedNoise(rig, 500);
  rig.run(1000);
  for (std::size_t n = 0; n < 1000; ++n) {
    REQUIRE(rig.left[n] == (n < 64 || n >= 564 ? 0.0F : rig.input[n - 64]));
  }
}

TEST_CASE("a latency that changes later is counted and told") {
  const Ear ear;
  NodeRig rig(ours("late"));
  rig.run(64);
  CHECK(toldLines.empty());
  rig.set("FRAMES", 200.0F);
  rig.run(64);
  CHECK(rig.node().latencyFrames() == 64);
  REQUIRE(toldLines.size() == 1);
  CHECK(toldLines[0] == ours("late") +
                            ": is late by 200 frames now; the rack counts on 64 until it is built "
                            "again (change 1).");
}

TEST_CASE("a plugin that demands fixed blocks, or starts with long ones alone, gets blocks of 64") {
  for (const char* name : {"fixed", "coarse"}) {
    INFO(std::string(name));
    NodeRig rig(ours(name));
    CHECK(rig.node().latencyFrames() == 64);
    feedNoise(rig, 500);
    test::Dice dice(3);
    rig.run(640, [&] { return 1 + dice.bits() / 2 % kQuantumFrames; });
    for (std::size_t n = 0; n < 640; ++n) {
      REQUIRE(rig.left[n] == (n < 64 || n >= 564 ? 0.0F : rig.input[n - 64]));
    }
  }
}

TEST_CASE("a key is heard at the sidechain, and without a key the input itself") {
  NodeRig keyed(ours("key"));
  keyed.input.assign(64, 0.5F);
  keyed.key.assign(64, 0.25F);
  keyed.run(64);
  CHECK(keyed.left[10] == 0.125F);
  NodeRig alone(ours("key"));
  alone.input.assign(64, 0.5F);
  alone.run(64);
  CHECK(alone.left[10] == 0.25F);
}

TEST_CASE("a reset replaces a plugin that has gone mad, and its parameters stay") {
  NodeRig rig(ours("poison"));
  rig.input.assign(320, 1.0F);
  rig.run(32);
  CHECK(rig.left[31] == 32.0F);
  rig.set("DOSE", 1.0F);
  rig.run(32);
  CHECK(std::isinf(rig.left[63]));
  rig.set("DOSE", 0.0F);
  rig.node().reset();
  rig.run(32);
  CHECK(rig.left[64] == 1.0F);
  CHECK(rig.left[95] == 32.0F);
}

TEST_CASE("until the new instance is made a plugin is silent") {
  NodeRig rig(ours("poison"));
  std::vector<float> in(32, 1.0F);
  std::vector<float> out(32, 5.0F);
  const float* ins[] = {in.data()};
  float* outs[] = {out.data()};
  rack::NodeIo io;
  io.in = ins;
  io.out = outs;
  io.frames = 32;
  rig.node().process(io);
  rig.node().reset();
  rig.node().process(io);
  CHECK(out[31] == 0.0F);
  rig.node().service();
  rig.node().process(io);
  CHECK(out[31] == 32.0F);
}

TEST_CASE("time is told when it is not what the plugin expects") {
  NodeRig rig(ours("position"));
  rig.time.beat = 5.5;
  rig.run(96);
  CHECK(rig.left[0] == 5.5F);
  CHECK(rig.left[1] == 1.0F);
  CHECK(rig.left[2] == doctest::Approx(120.0));
  for (std::size_t n = 3; n < 96; ++n) REQUIRE(rig.left[n] == 0.0F);
  // Another tempo.
  rig.time.beatsPerFrame = 90.0 / 60.0 / test::kRate;
  rig.run(32);
  CHECK(rig.left[98] == doctest::Approx(90.0));
  // A stop.
  rig.time.isPlaying = false;
  rig.run(32);
  CHECK(rig.left[129] == 0.0F);
  CHECK(rig.left[130] == doctest::Approx(90.0));
}

TEST_CASE("controls that mean the tempo are fed, and no parameters") {
  const rack::NodeTypeInfo* type = rack::findNodeType(ours("beats").c_str());
  REQUIRE(type != nullptr);
  CHECK(type->paramCount == 0);
  NodeRig rig(ours("beats"));
  rig.run(32);
  CHECK(rig.left[0] == doctest::Approx(0.12 + 1.0));
}

TEST_CASE("what a plugin says is told by service, a hundred lines at most") {
  const Ear ear;
  {
    NodeRig rig(ours("talk"));
    rig.run(64);
    rig.node().service();
    REQUIRE(toldLines.size() == 2);
    CHECK(toldLines[0] == ours("talk") + ": run 0");
    rig.run(32 * 1000);
  }
  CHECK(toldLines.size() == 100);
  CHECK(toldLines.back() == ours("talk") + ": says too much; it is not listened to any more.");
}

TEST_CASE("notes and their ends arrive at their frames") {
  NodeRig rig(ours("midi"));
  rig.set("GATE_LEN_MS", 1.0F);  // 48 frames
  rig.run(10);
  rig.node().trigger(1.0F);
  rig.run(40);
  rig.node().noteOn(64, 0.5F, 7);
  rig.node().noteOn(65, 1.0F, 0);
  CHECK(rig.node().voices() == 3);
  rig.run(100);
  CHECK(rig.node().voices() == 1);
  rig.node().noteOff(65);
  rig.node().noteOff(99);  // is not held
  rig.run(10);
  CHECK(rig.node().voices() == 0);
  std::vector<float> expected(160, 0.0F);
  expected[10] = 1.0F;
  expected[58] = -1.0F;
  expected[50] = 1.0F + 64.0F / 127.0F;
  expected[57] = -1.0F;
  expected[150] = -1.0F;
  CHECK(rig.left == expected);
}

TEST_CASE("controllers and the bend are sent when they move") {
  NodeRig rig(ours("midi"));
  rig.run(32);
  CHECK(test::peak(rig.left) == 0.0);
  rig.set("CC74", 1.0F);
  rig.run(32);
  CHECK(rig.left[32] == 11.0F);
  rig.set("PITCH_BEND", -1.0F);
  rig.run(32);
  CHECK(rig.left[64] == 10.0F);
  rig.set("PITCH_BEND", 0.0F);
  rig.run(32);
  CHECK(rig.left[96] == doctest::Approx(10.0 + 64.0 / 127.0));
}
