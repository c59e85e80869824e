// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session-player.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

#include "app/built-in-plan.hpp"
#include "app/plan-reader.hpp"
#include "support/test-nodes.hpp"

using namespace downbeat;
using namespace downbeat::app;

namespace {

constexpr double kFramesPerBeat = 24000.0;

std::unique_ptr<SessionPlayer> make(const SessionPlan& plan,
                                    const SessionPlayer* previous = nullptr,
                                    rack::NodeTypeLookup findType = test::findTestType) {
  PlayerSetup setup;
  setup.findType = findType;
  setup.previous = previous;
  auto player = SessionPlayer::build(plan, setup);
  REQUIRE_MESSAGE(player.isOk(), (player.error().path + ": " + player.error().message));
  std::unique_ptr<SessionPlayer> made = std::move(player.value());
  made->takeOver();
  return made;
}

/// A song that plays from frame 0 at 120 bpm.
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

struct Sound {
  std::vector<float> left;
  std::vector<float> right;
  std::int64_t frame = 0;
};

void play(SessionPlayer& player, int quanta, Sound& sound) {
  for (int i = 0; i < quanta; ++i) {
    std::array<float, kQuantumFrames> left;
    std::array<float, kQuantumFrames> right;
    player.renderQuantum(spansAt(sound.frame), {}, left.data(), right.data());
    sound.left.insert(sound.left.end(), left.begin(), left.end());
    sound.right.insert(sound.right.end(), right.begin(), right.end());
    sound.frame += kQuantumFrames;
  }
}

/// One click of 0.5 on every beat.
SessionPlan clicks() {
  RackPlan rack;
  rack.id = "r";
  rack.nodes = {{"a", "click", {{1, 0.5}}}};
  sequencer::PatternPlan pattern;
  pattern.node = "a";
  pattern.hits = {0, 4, 8, 12};
  rack.patterns = {pattern};
  rack.tempoMap = {{0.0, 120.0}};
  SessionPlan plan;
  plan.tempoMap = {{0.0, 120.0}};
  plan.racks = {rack};
  return plan;
}

SessionPlan ringing() {
  SessionPlan plan = clicks();
  plan.racks[0].nodes = {{"a", "ring", {{1, 0.3}}}};
  plan.racks[0].patterns[0].hits = {0};
  return plan;
}

}  // namespace

TEST_CASE("every hit of a session is heard at its frame plus the stated latency") {
  const auto player = make(clicks());
  Sound sound;
  play(*player, 3000, sound);
  const std::uint32_t latency = player->latencyFrames();
  for (std::size_t i = 0; i < sound.left.size(); ++i) {
    const bool isHit = i >= latency && (i - latency) % 24000 == 0;
    CHECK(sound.left[i] == (isHit ? 0.5F : 0.0F));
  }
}

TEST_CASE("nodes have one index each over all racks, by rack and node") {
  SessionPlan plan = clicks();
  plan.racks[0].nodes.push_back({"b", "constant", {}});
  plan.racks.push_back(plan.racks[0]);
  plan.racks[1].id = "s";
  const auto player = make(plan);
  const std::map<std::string, std::uint32_t> expected{{"r:a", 0}, {"r:b", 1},    {"s:a", 2},
                                                      {"s:b", 3}, {"rack:r", 4}, {"rack:s", 5}};
  CHECK(player->nodeIndices() == expected);
  CHECK(player->nodeCount() == 6);
}

TEST_CASE("hands are heard at their frame, and what does not exist is refused") {
  SessionPlan plan = clicks();
  plan.racks[0].patterns.clear();
  const auto player = make(plan);
  CHECK(player->trigger(0, 0.5F, 7));
  CHECK(player->setParam(0, 1, 0.8F, 0, 7));
  CHECK_FALSE(player->trigger(2, 1.0F, 0));
  CHECK_FALSE(player->setParam(0, 99, 1.0F, 0, 0));
  CHECK_FALSE(player->setParam(5, 1, 1.0F, 0, 0));
  Sound sound;
  play(*player, 10, sound);
  const std::uint32_t latency = player->latencyFrames();
  CHECK(sound.left[latency + 7] == 0.4F);
  float value = 0.0F;
  CHECK(player->readParam(0, 1, value));
  CHECK(value == 0.8F);
  CHECK_FALSE(player->readParam(0, 2, value));
}

TEST_CASE("hands that do more than a quantum holds are counted") {
  const auto player = make(clicks());
  for (int i = 0; i < 300; ++i) (void)player->trigger(0, 1.0F, 0);
  CHECK(player->eventsDropped() == 44);
}

TEST_CASE("a swap to the same plan changes no sample, wherever it happens") {
  std::mt19937 random(31);
  SessionPlan plan = ringing();
  plan.racks[0].patterns[0].locks = {{0, 1, 0.2, 30.0}, {7, 1, 0.5, 200.0}};
  plan.racks[0].patterns[0].hits = {0, 3, 6, 9};
  const auto only = make(plan);
  Sound expected;
  play(*only, 4000, expected);
  for (int round = 0; round < 5; ++round) {
    auto player = make(plan);
    Sound sound;
    while (sound.left.size() < expected.left.size()) {
      play(*player, 1 + static_cast<int>(random() % 400), sound);
      player = make(plan, player.get());
    }
    sound.left.resize(expected.left.size());
    CHECK(sound.left == expected.left);
  }
}

TEST_CASE("a ringing tail goes on bit for bit when a rack is added that is silent") {
  SessionPlan plan = ringing();
  const auto only = make(plan);
  Sound expected;
  play(*only, 400, expected);
  auto player = make(plan);
  Sound sound;
  play(*player, 100, sound);
  SessionPlan wider = plan;
  wider.racks.push_back(clicks().racks[0]);
  wider.racks[1].id = "silent";
  wider.racks[1].patterns.clear();
  player = make(wider, player.get());
  play(*player, 300, sound);
  // The declick fades 5 ms (240 frames) of a step that is one frame's natural difference.
  const std::size_t settled = 100 * kQuantumFrames + 240 + player->latencyFrames();
  for (std::size_t i = 0; i < sound.left.size(); ++i) {
    if (i < 100 * kQuantumFrames || i >= settled) {
      CHECK(sound.left[i] == expected.left[i]);
    } else {
      CHECK(std::fabs(sound.left[i] - expected.left[i]) < 0.02F);
    }
  }
}

TEST_CASE("taking away what sounds does not click") {
  SessionPlan plan = ringing();
  auto player = make(plan);
  Sound sound;
  play(*player, 20, sound);
  plan.racks[0].nodes = {{"b", "constant", {{1, 0.0}}}};
  plan.racks[0].patterns.clear();
  player = make(plan, player.get());
  play(*player, 40, sound);
  for (std::size_t i = 200; i < sound.left.size(); ++i) {
    CHECK(std::fabs(sound.left[i] - sound.left[i - 1]) < 0.02F);
  }
  // It rings on.
  CHECK(std::fabs(sound.left[sound.left.size() - 20]) > 0.01F);
}

TEST_CASE("what hands did to a parameter stays over a swap that does not name it") {
  SessionPlan plan = clicks();
  plan.racks[0].nodes[0].params = {{1, 0.5}};
  auto player = make(plan);
  Sound sound;
  CHECK(player->setParam(0, 1, 0.25F, 0, 0));
  play(*player, 1, sound);
  plan.racks[0].gain = 0.9;
  player = make(plan, player.get());
  float value = 0.0F;
  CHECK(player->readParam(0, 1, value));
  CHECK(value == 0.25F);
}

TEST_CASE("at another sample rate everything begins anew") {
  const SessionPlan plan = ringing();
  auto player = make(plan);
  PlayerSetup setup;
  setup.findType = test::findTestType;
  setup.sampleRate = 44100.0;
  setup.previous = player.get();
  auto other = SessionPlayer::build(plan, setup);
  REQUIRE(other.isOk());
  other.value()->takeOver();
  player.reset();
  Sound sound;
  play(*other.value(), 10, sound);
  CHECK(other.value()->nonFinite() == 0);
}

TEST_CASE("a session that cannot be built names the rack and the place in it") {
  SessionPlan plan = clicks();
  plan.racks.push_back(plan.racks[0]);
  plan.racks[1].id = "s";
  plan.racks[1].nodes[0].type = "unwilling";
  PlayerSetup setup;
  setup.findType = test::findTestType;
  const auto player = SessionPlayer::build(plan, setup);
  REQUIRE_FALSE(player.isOk());
  CHECK(player.error().path == "session.racks[1].nodes[0]");
}

TEST_CASE("a fault is counted and the faulty node is known by its index") {
  SessionPlan plan = clicks();
  plan.racks.push_back(plan.racks[0]);
  plan.racks[1].id = "s";
  plan.racks[1].patterns.clear();
  plan.racks[1].nodes = {{"good", "constant", {}}, {"bad", "broken", {}}};
  const auto player = make(plan);
  CHECK(player->trigger(2, 1.0F, 0));
  Sound sound;
  play(*player, 5, sound);
  CHECK(player->nonFinite() == 1);
  CHECK(player->faultyNode() == 2);
  for (const float value : sound.left) CHECK(std::isfinite(value));
}

TEST_CASE("the tempo of the session is that of its map") {
  SessionPlan plan = clicks();
  plan.tempoMap = {{0.0, 120.0}, {32.0, 90.0}};
  const auto player = make(plan);
  CHECK(player->tempoAt({31.9}).bpm == 120.0);
  CHECK(player->tempoAt({32.0}).bpm == 90.0);
}

TEST_CASE("the built-in session plays: finite, audible, below its ceiling, the same every time") {
  const auto plan = readPlan(builtInPlanText(), &rack::findNodeType);
  REQUIRE(plan.isOk());
  Sound one;
  Sound other;
  const auto first = make(plan.value().session, nullptr, &rack::findNodeType);
  play(*first, 6000, one);
  const auto second = make(plan.value().session, nullptr, &rack::findNodeType);
  play(*second, 6000, other);
  CHECK(one.left == other.left);
  CHECK(one.right == other.right);
  double power = 0.0;
  float peak = 0.0F;
  for (const float value : one.left) {
    REQUIRE(std::isfinite(value));
    power += static_cast<double>(value) * value;
    peak = std::max(peak, std::fabs(value));
  }
  const double rmsDb = 10.0 * std::log10(power / static_cast<double>(one.left.size()));
  CHECK(rmsDb > -24.0);
  CHECK(rmsDb < -9.0);
  CHECK(peak <= std::pow(10.0F, -0.3F / 20.0F));
  CHECK(first->nonFinite() == 0);
  CHECK(first->eventsDropped() == 0);
}
