// SPDX-License-Identifier: GPL-3.0-or-later
// How racks come together: buses, inserts, routes, keys, crossfaders, commands, and their time.
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "app/session-player.hpp"
#include "rack/mix/mix-nodes.hpp"
#include "support/test-nodes.hpp"

using namespace downbeat;
using namespace downbeat::app;

namespace {

constexpr double kFramesPerBeat = 24000.0;

const rack::NodeTypeInfo* findType(const char* type) {
  const rack::NodeTypeInfo* found = test::findTestType(type);
  return found == nullptr ? rack::findNodeType(type) : found;
}

SongSpans spansAt(std::int64_t frame) {
  SongSpans spans;
  spans.firstFrame = {frame};
  spans.count = 1;
  spans.spans[0].frames = kQuantumFrames;
  spans.spans[0].isPlaying = true;
  spans.spans[0].framesPerBeat = kFramesPerBeat;
  spans.spans[0].songBeat = {static_cast<double>(frame) / kFramesPerBeat};
  return spans;
}

class Stage {
 public:
  explicit Stage(const SessionPlan& plan) { swap(plan); }

  void swap(const SessionPlan& plan) {
    PlayerSetup setup;
    setup.findType = &findType;
    setup.previous = player_.get();
    auto built = SessionPlayer::build(plan, setup);
    REQUIRE_MESSAGE(built.isOk(), (built.error().path + ": " + built.error().message));
    built.value()->takeOver();
    player_ = std::move(built.value());
  }

  void run(double seconds) {
    for (double at = 0.0; at < seconds * 48000.0; at += kQuantumFrames) {
      std::array<float, kQuantumFrames> l;
      std::array<float, kQuantumFrames> r;
      player_->renderQuantum(spansAt(frame_), {}, l.data(), r.data());
      left.insert(left.end(), l.begin(), l.end());
      right.insert(right.end(), r.begin(), r.end());
      frame_ += kQuantumFrames;
    }
  }

  [[nodiscard]] SessionPlayer& player() { return *player_; }
  [[nodiscard]] std::uint32_t index(const std::string& name) const {
    return player_->nodeIndices().at(name);
  }

  std::vector<float> left;
  std::vector<float> right;

 private:
  std::unique_ptr<SessionPlayer> player_;
  std::int64_t frame_ = 0;
};

RackPlan level(const std::string& id, double value) {
  RackPlan rack;
  rack.id = id;
  rack.nodes = {{"a", "constant", {{1, value}}}};
  rack.tempoMap = {{0.0, 120.0}};
  return rack;
}

RackPlan clicking(const std::string& id) {
  RackPlan rack = level(id, 0.5);
  rack.nodes[0].type = "click";
  sequencer::PatternPlan pattern;
  pattern.node = "a";
  pattern.hits = {0, 4, 8, 12};
  rack.patterns = {pattern};
  return rack;
}

SessionPlan sessionOf(std::vector<RackPlan> racks) {
  SessionPlan plan;
  plan.tempoMap = {{0.0, 120.0}};
  plan.racks = std::move(racks);
  return plan;
}

BusPlan bus(const std::string& id, std::vector<InsertPlan> inserts = {}) {
  BusPlan plan;
  plan.id = id;
  plan.inserts = std::move(inserts);
  return plan;
}

InsertPlan insert(const std::string& id, const std::string& type, double value = 1.0) {
  InsertPlan plan;
  plan.id = id;
  plan.type = type;
  if (type == "stereo" || type == "mono") plan.params = {{1, value}};
  return plan;
}

std::string failure(const SessionPlan& plan) {
  PlayerSetup setup;
  setup.findType = &findType;
  const auto built = SessionPlayer::build(plan, setup);
  REQUIRE_FALSE(built.isOk());
  return built.error().path + ": " + built.error().message;
}

std::vector<double> clickSeconds(const std::vector<float>& sound, std::uint32_t latency) {
  std::vector<double> seconds;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    if (sound[i] != 0.0F) seconds.push_back((static_cast<double>(i) - latency) / 48000.0);
  }
  return seconds;
}

}  // namespace

TEST_CASE("a rack is heard through the bus it is routed to, and nowhere else") {
  SessionPlan plan = sessionOf({level("a", 0.1), level("b", 0.2)});
  plan.buses = {bus("fx", {insert("amp", "stereo", 3.0)})};
  plan.routes = {{"a", "fx", 0.5, false}};
  Stage stage(plan);
  stage.run(0.1);
  CHECK(stage.left.back() == doctest::Approx(0.1 * 0.5 * 3.0 + 0.2));
}

TEST_CASE("a bus feeds a bus, and a send may be taken before the level of its rack") {
  SessionPlan plan = sessionOf({level("a", 0.1)});
  plan.racks[0].gain = 0.5;
  plan.buses = {bus("one"), bus("two", {insert("amp", "stereo", 2.0)})};
  plan.routes = {{"a", "one", 1.0, true}, {"one", "two", 1.0, false}, {"a", "main", 1.0, false}};
  Stage stage(plan);
  stage.run(0.1);
  CHECK(stage.left.back() == doctest::Approx(0.1 * 2.0 + 0.1 * 0.5));
}

TEST_CASE("inserts of a mid-side bus hear mid and side") {
  SessionPlan plan = sessionOf({level("a", 0.1)});
  plan.racks[0].nodes = {{"a", "two", {{1, 0.1}}}};  // 0.3 left, 0.5 right
  plan.buses = {bus("ms")};
  plan.buses[0].midSide = true;
  plan.routes = {{"a", "ms", 1.0, false}};
  Stage plain(plan);
  plain.run(0.1);
  CHECK(plain.left.back() == doctest::Approx(0.3));
  CHECK(plain.right.back() == doctest::Approx(0.5));
  plan.buses[0].inserts = {insert("mono", "mono", 1.0)};
  Stage summed(plan);
  summed.run(0.1);
  // A mono insert: mid and side are averaged into both.
  const double half = 0.5 * (0.4 - 0.1);
  CHECK(summed.left.back() == doctest::Approx(2.0 * half));
  CHECK(summed.right.back() == doctest::Approx(0.0));
}

TEST_CASE("a wide bus has one insert of its kind for each pair") {
  SessionPlan plan = sessionOf({level("a", 0.1)});
  plan.racks[0].nodes = {{"a", "two", {{1, 0.05}}}};
  plan.buses = {bus("wide", {insert("amp", "stereo", 2.0)})};
  plan.buses[0].channels = 4;
  plan.routes = {{"a", "wide", 1.0, false}};
  Stage stage(plan);
  stage.run(0.1);
  CHECK(stage.left.back() == doctest::Approx(0.3));
  CHECK(stage.right.back() == doctest::Approx(0.5));
  CHECK(stage.player().setParam(stage.index("bus:wide:amp"), 1, 0.5F, 0, 0));
  stage.run(0.1);
  CHECK(stage.left.back() == doctest::Approx(0.075));
}

TEST_CASE("a key comes from another rack and is of the same moment as the sound") {
  SessionPlan plan = sessionOf({clicking("kick"), level("pad", 0.5)});
  plan.racks[0].nodes.push_back({"late", "late", {}});
  plan.racks[0].connections = {{"a", "late"}};
  InsertPlan duck = insert("duck", "key");
  duck.sidechains = {{"kick", 1.0, true}};
  plan.buses = {bus("b", {duck})};
  plan.routes = {{"pad", "b", 1.0, false}, {"kick", "b", 0.0, false}};
  Stage stage(plan);
  stage.run(1.0);
  // The key node plays its key: clicks at the beats, late by what is stated.
  const auto clicks = clickSeconds(stage.left, stage.player().latencyFrames());
  REQUIRE(clicks.size() >= 2);
  CHECK(clicks[0] == 0.0);
  CHECK(clicks[1] == 0.5);
}

TEST_CASE("a crossfader goes from one rack to the other by its law") {
  for (const bool isLinear : {true, false}) {
    SessionPlan plan = sessionOf({level("a", 0.1), level("b", 0.2)});
    XfaderPlan xfader;
    xfader.id = "x";
    xfader.racks[0] = "a";
    xfader.racks[1] = "b";
    xfader.isLinear = isLinear;
    plan.xfaders = {xfader};
    Stage stage(plan);
    stage.run(0.1);
    const double middle = isLinear ? 0.5 : std::sqrt(0.5);
    CHECK(stage.left.back() == doctest::Approx(middle * 0.3));
    CHECK(stage.player().setParam(stage.index("xfader:x"), 1, 1.0F, 0, 0));
    stage.run(0.5);
    CHECK(stage.left.back() == doctest::Approx(0.2));
    CHECK(stage.player().setParam(stage.index("xfader:x"), 1, 0.0F, 4800, 0));
    stage.run(0.5);
    CHECK(stage.left.back() == doctest::Approx(0.1));
    float value = 1.0F;
    CHECK(stage.player().readParam(stage.index("xfader:x"), 1, value));
    CHECK(value == 0.0F);
  }
}

TEST_CASE("an LFO moves a crossfader until a hand does") {
  SessionPlan plan = sessionOf({level("a", 0.5), level("b", 0.0)});
  XfaderPlan xfader;
  xfader.id = "x";
  xfader.racks[0] = "a";
  xfader.racks[1] = "b";
  xfader.isLinear = true;
  xfader.smoothingMs = 0.0;
  xfader.lfo = rack::LfoPlan{};
  xfader.lfo->freqHz = 2.0;
  plan.xfaders = {xfader};
  Stage stage(plan);
  stage.run(1.0);
  const auto [low, high] = std::minmax_element(stage.left.begin() + 4800, stage.left.end());
  CHECK(*low < 0.01F);
  CHECK(*high > 0.49F);
  CHECK(stage.player().setParam(stage.index("xfader:x"), 1, 0.5F, 0, 0));
  stage.run(1.0);
  CHECK(stage.left.back() == doctest::Approx(0.25));
}

TEST_CASE("commands of a session reach nodes, levels, inserts and crossfaders at their beat") {
  SessionPlan plan = sessionOf({level("a", 0.1)});
  plan.buses = {bus("fx", {insert("amp", "stereo", 1.0)})};
  plan.routes = {{"a", "fx", 1.0, false}};
  using sequencer::CommandKind;
  plan.commands = {{1.0, "a:a", CommandKind::setParam, 1, 0.2, 0.0},
                   {2.0, "rack:a", CommandKind::setParam, 1, 0.5, 0.0},
                   {3.0, "bus:fx:amp", CommandKind::setParam, 1, 4.0, 0.0}};
  Stage stage(plan);
  stage.run(2.0);
  const std::size_t latency = stage.player().latencyFrames();
  CHECK(stage.left[latency + 24000 - 1] == doctest::Approx(0.1));
  CHECK(stage.left[latency + 24000] == doctest::Approx(0.2));
  CHECK(stage.left[latency + 48000 - 1] == doctest::Approx(0.2));
  CHECK(stage.left[latency + 48000] == doctest::Approx(0.1));
  CHECK(stage.left[latency + 72000] == doctest::Approx(0.4));
}

TEST_CASE("names that lead nowhere are refused with their place") {
  SessionPlan plan = sessionOf({level("a", 0.1)});
  plan.routes = {{"a", "nowhere", 1.0, false}};
  CHECK(failure(plan).find("session.routes[0].to") == 0);
  plan.routes = {{"ghost", "main", 1.0, false}};
  CHECK(failure(plan).find("session.routes[0].from") == 0);
  plan.routes.clear();
  plan.buses = {bus("one"), bus("two")};
  plan.routes = {{"one", "two", 1.0, false}, {"two", "one", 1.0, false}};
  CHECK(failure(plan).find("cycle") != std::string::npos);
  plan.routes.clear();
  plan.buses = {bus("a")};
  CHECK(failure(plan).find("session.buses[0].id") == 0);
  plan.buses.clear();
  plan.commands = {{0.0, "xfader:none", sequencer::CommandKind::setParam, 1, 0.0, 0.0}};
  CHECK(failure(plan).find("session.commands[0].target") == 0);
}

TEST_CASE("a rack begins at its offset, and one that began before the song is in the middle") {
  SessionPlan plan = sessionOf({clicking("r")});
  plan.racks[0].patterns[0].hits = {0, 5};
  plan.racks[0].startSeconds = 0.25;
  Stage later(plan);
  later.run(3.0);
  auto seconds = clickSeconds(later.left, later.player().latencyFrames());
  REQUIRE(seconds.size() >= 3);
  CHECK(seconds[0] == doctest::Approx(0.25));
  CHECK(seconds[1] == doctest::Approx(0.25 + 5 * 0.125));
  CHECK(seconds[2] == doctest::Approx(2.25));
  plan.racks[0].startSeconds = -0.5;
  Stage earlier(plan);
  earlier.run(2.0);
  seconds = clickSeconds(earlier.left, earlier.player().latencyFrames());
  REQUIRE(seconds.size() >= 2);
  CHECK(seconds[0] == doctest::Approx(0.125));
  CHECK(seconds[1] == doctest::Approx(1.5));
}

TEST_CASE("a rack's loop begins everything again, and after its end it plays nothing") {
  SessionPlan plan = sessionOf({clicking("r")});
  plan.racks[0].patterns[0].hits = {0, 12};
  plan.racks[0].loopBeats = 2.0;  // before step 12 is reached
  plan.racks[0].endBeats = 6.0;
  Stage stage(plan);
  stage.run(6.0);
  const auto seconds = clickSeconds(stage.left, stage.player().latencyFrames());
  CHECK(seconds == std::vector<double>{0.0, 1.0, 2.0});
}

TEST_CASE("after its tail a rack is silent") {
  SessionPlan plan = sessionOf({level("r", 0.3)});
  plan.racks[0].endBeats = 1.0;
  plan.racks[0].tailMs = 250.0;
  Stage stage(plan);
  stage.run(1.0);
  const std::size_t latency = stage.player().latencyFrames();
  const auto end = static_cast<std::size_t>(0.75 * 48000.0);
  CHECK(stage.left[latency + end - 64] == 0.3F);
  CHECK(stage.left[latency + end + 320] == 0.0F);
}

TEST_CASE("a rack that leaves the session rings out, and its place is given away only then") {
  SessionPlan plan = sessionOf({clicking("r"), level("s", 0.1)});
  plan.racks[0].nodes = {{"a", "ring", {{1, 0.3}}}};
  plan.racks[0].patterns[0].hits = {0};
  Stage whole(plan);
  whole.run(1.0);
  Stage stage(plan);
  stage.run(0.2);
  SessionPlan rest = sessionOf({level("s", 0.1), level("t", 0.0)});
  stage.swap(rest);
  stage.run(0.8);
  REQUIRE(stage.left.size() == whole.left.size());
  double worst = 0.0;
  for (std::size_t i = 0; i < whole.left.size(); ++i) {
    worst = std::max(worst, std::fabs(static_cast<double>(whole.left[i] - stage.left[i])));
  }
  CHECK(worst < 1e-6);
  CHECK(stage.player().rackCount() == 3);
  stage.run(20.0);
  stage.swap(rest);
  CHECK(stage.player().rackCount() == 2);
}

TEST_CASE("solo and mute come and go without a click") {
  SessionPlan plan = sessionOf({level("a", 0.2), level("b", 0.3)});
  Stage stage(plan);
  stage.run(0.1);
  plan.racks[0].soloed = true;
  stage.swap(plan);
  stage.run(0.1);
  CHECK(stage.left.back() == doctest::Approx(0.2));
  plan.racks[0].soloed = false;
  plan.racks[0].muted = true;
  stage.swap(plan);
  stage.run(0.1);
  CHECK(stage.left.back() == doctest::Approx(0.3));
  float steepest = 0.0F;
  for (std::size_t i = 1000; i < stage.left.size(); ++i) {
    steepest = std::max(steepest, std::fabs(stage.left[i] - stage.left[i - 1]));
  }
  CHECK(steepest < 0.005F);
}
