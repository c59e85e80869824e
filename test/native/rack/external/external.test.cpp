// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "rack/external/library.hpp"
#include "rack/external/rig.hpp"
#include "rack/node.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string reasonAgainst(const std::string& library) {
  const auto loaded = rack::external::loadLibrary(library);
  return loaded.isOk() ? "" : loaded.error().message;
}

bool isRefused(const std::string& sentence) {
  for (const std::string& reason : rack::refusedLibraries()) {
    if (contains(reason, sentence)) return true;
  }
  return false;
}

std::string failureOf(const std::string& type, const std::vector<rack::NodeText>& texts = {}) {
  const rack::NodeTypeInfo* info = rack::findNodeType(type.c_str());
  REQUIRE(info != nullptr);
  const std::unique_ptr<rack::Node> node(rack::makeNode(*info));
  rack::PrepareInfo prepare;
  prepare.texts = &texts;
  const Status status = node->prepare(prepare);
  return status.isOk() ? "" : status.error().message;
}

}  // namespace

TEST_CASE("the example outside the sources is a node like any other") {
  const rack::NodeTypeInfo* type = rack::findNodeType("example.tremolo");
  REQUIRE(type != nullptr);
  CHECK(std::string(type->summary) == "A tremolo: the level swings with a sine.");
  CHECK(type->inputChannels == 2);
  CHECK(type->outputChannels == 2);
  REQUIRE(type->paramCount == 3);
  CHECK(std::string(type->params[0].key) == "rateHz");
  CHECK(type->params[0].smoothing == rack::Smoothing::exponential);
  CHECK(rack::findNodeType("example.tremolo") == type);
}

TEST_CASE("the example's sound is its formula, however its frames are cut") {
  test::Dice dice(3);
  NodeRig rig("example.tremolo");
  rig.set("RATE_HZ", 3.0F);
  rig.set("DEPTH", 0.8F);
  rig.input.assign(9600, 1.0F);
  rig.run(9600, [&] { return 1 + dice.bits() / 2 % kQuantumFrames; });
  constexpr double kTwoPi = 6.283185307179586;
  for (std::size_t n = 0; n < 9600; ++n) {
    const double swing = 0.5 - 0.5 * std::cos(kTwoPi * 3.0 * static_cast<double>(n) / 48000.0);
    REQUIRE(rig.left[n] == doctest::Approx(1.0 - 0.8 * swing).epsilon(1e-5));
  }
  CHECK(rig.left == rig.right);
}

TEST_CASE("the example follows the song when it is told to") {
  NodeRig rig("example.tremolo");
  rig.set("RATE_BEATS", 1.0F);
  rig.set("DEPTH", 1.0F);
  rig.input.assign(48000, 1.0F);
  rig.run(48000);
  // 120 bpm: silent in the middle of each beat of 24,000 frames.
  CHECK(rig.left[12000] == doctest::Approx(0.0));
  CHECK(rig.left[24000] == doctest::Approx(1.0));
  CHECK(rig.left[36000] == doctest::Approx(0.0));
}

TEST_CASE("a reset makes the example as new, and its parameters stay") {
  NodeRig rig("example.tremolo");
  rig.set("RATE_HZ", 3.0F);
  rig.input.assign(4000, 1.0F);
  rig.run(2000);
  rig.node().reset();
  rig.run(2000);
  for (std::size_t n = 0; n < 2000; ++n) REQUIRE(rig.left[n] == rig.left[2000 + n]);
}

TEST_CASE("notes, gates, texts, choices and voices reach a node of a library") {
  const rack::NodeTypeInfo* type = rack::findNodeType("test.choir");
  REQUIRE(type != nullptr);
  CHECK(std::string(type->params[1].choices) == "soft loud");
  REQUIRE(type->textCount == 1);
  CHECK(std::string(type->texts[0].key) == "words");
  CHECK(type->texts[0].isNeeded);
  CHECK_FALSE(type->texts[0].isFile);

  NodeRig rig("test.choir", {{"words", "la"}});
  rig.node().noteOn(60, 1.0F, 0);
  rig.node().noteOn(64, 1.0F, 20);
  CHECK(rig.node().voices() == 2);
  rig.run(32);
  rig.node().noteOff(60);
  rig.set("MODE", 1.0F);
  rig.node().noteOn(70, 1.0F, 0);
  rig.run(32);
  CHECK(rig.left[0] == 1.0F);
  CHECK(rig.left[19] == 1.0F);
  CHECK(rig.left[20] == 0.5F);
  CHECK(rig.left[32] == 1.0F);
}

TEST_CASE("a key, a latency, the beat and work reach a node of a library") {
  CHECK(rack::findNodeType("test.echo")->hasKeyInput);
  NodeRig rig("test.echo");
  CHECK(rig.node().latencyFrames() == 40);
  CHECK(rig.node().needsService());
  rig.key.assign(200, 3.0F);
  rig.run(100);
  CHECK(rig.left[39] == doctest::Approx(0.001));
  CHECK(rig.left[40] == doctest::Approx(3.001));

  NodeRig alone("test.echo");
  alone.time.beat = 7.0;
  alone.run(100);
  CHECK(alone.left[40] == doctest::Approx(7.001));
}

TEST_CASE("a node without notes of its own hears a note as its parameter and a hit") {
  NodeRig rig("test.echo");
  rig.key.assign(100, 0.0F);
  rig.node().noteOn(72, 0.5F, 0);
  rig.run(10);
  CHECK(rig.left[0] == doctest::Approx(36.001));
}

TEST_CASE("a node of a library says why it cannot be prepared") {
  CHECK(failureOf("test.choir") ==
        "the node type \"test.choir\" could not be prepared: without words there is no song.");
  CHECK(contains(failureOf("test.choir", {{"words", "boom"}}), "could not be prepared: boom."));
  CHECK(contains(failureOf("test.nothing"), "it could not be made."));
  CHECK(contains(failureOf("test.refuse"), "it gives no reason."));
}

TEST_CASE("a library of another version is refused") {
  CHECK(contains(reasonAgainst(test::kOtherNodes + "/old-version.so"),
                 "old-version.so: it was built for version 7 of downbeat-node.h, and this Downbeat "
                 "has version 1."));
}

TEST_CASE("a library without nodes, and a file that is no library, are refused") {
  CHECK(contains(reasonAgainst(test::kOtherNodes + "/no-symbol.so"),
                 "no-symbol.so: it has no function downbeat_nodes"));
  CHECK(contains(reasonAgainst(DOWNBEAT_SOURCE_DIR "/README.md"), "could not be loaded"));
  CHECK(contains(reasonAgainst("/nowhere/at/all.so"), "could not be loaded"));
  CHECK_FALSE(rack::external::readLibrary(nullptr).isOk());
}

TEST_CASE("a description that makes no sense costs that type alone") {
  CHECK(rack::findNodeType("test.level") != nullptr);
  for (const char* type : {"test.summary", "test.wide", "test.deaf", "test.table", "test.twice",
                           "test.outside", "test.small", "nodot", "Test.Capital"}) {
    INFO(std::string(type));
    CHECK(rack::findNodeType(type) == nullptr);
  }
  CHECK(isRefused("a type: expected a name like author.name"));
  CHECK(isRefused("test.summary: expected a summary"));
  CHECK(isRefused("test.wide: expected 1 or 2 output channels, got 3"));
  CHECK(isRefused("test.deaf: expected the functions"));
  CHECK(isRefused("test.table: expected a table"));
  CHECK(isRefused("test.twice, parameter 2: expected an id"));
  CHECK(isRefused("test.outside, parameter 1: expected min < max"));
  CHECK(isRefused("test.small, parameter 1: expected a name in capitals"));
}

TEST_CASE("of two types with one name the first is taken") {
  CHECK(isRefused("nonsense.so: a library before it has \"example.tremolo\" already."));
  CHECK(std::string(rack::findNodeType("example.tremolo")->summary) !=
        std::string(rack::findNodeType("test.level")->summary));
}

TEST_CASE("an unknown external node is answered with the nearest and with what was refused") {
  const auto described = rack::describeNodeType("example.tremollo");
  REQUIRE_FALSE(described.isOk());
  CHECK(contains(described.error().message, "The nearest are \"example.tremolo\""));
  CHECK(contains(described.error().message, "Refused: "));
  CHECK_FALSE(contains(rack::describeNodeType("tremolo").error().message, "Refused"));
}

TEST_CASE("libraries are looked for in the environment's folders, the user's, the machine's") {
  const std::vector<std::string> folders = rack::externalFolders();
  REQUIRE(folders.size() == 4);
  CHECK(folders[0] == test::kExampleNodes);
  CHECK(folders[1] == test::kOtherNodes);
  CHECK(contains(folders[2], "/nobody/downbeat/nodes"));
  CHECK(folders[3] == "/etc/downbeat/nodes");
}
