// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/modulation.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "rack/graph.hpp"
#include "support/test-nodes.hpp"

using namespace downbeat;
using namespace downbeat::rack;

namespace {

constexpr double kRate = 48000.0;
constexpr double kTwoPi = 6.283185307179586;

LfoPlan lfo(double freqHz, double phase = 0.0, LfoWave wave = LfoWave::sine) {
  LfoPlan plan;
  plan.wave = wave;
  plan.freqHz = freqHz;
  plan.phase = phase;
  return plan;
}

ModRoutePlan route(std::uint32_t from, ModTarget target, std::uint32_t index, double depth,
                   double offset = 0.0) {
  ModRoutePlan plan;
  plan.lfo = from;
  plan.target = target;
  plan.index = index;
  plan.depth = depth;
  plan.offset = offset;
  return plan;
}

/// A constant whose LEVEL is moved.
RackPlan moved(double level, const ModPlan& mod) {
  RackPlan plan;
  plan.nodes = {{"a", "constant", {{1, level}}}};
  plan.nodes[0].mod = mod;
  return plan;
}

struct Player {
  explicit Player(const RackPlan& plan, const Graph* previous = nullptr) {
    GraphSetup setup;
    setup.findType = test::findTestType;
    setup.sampleRate = kRate;
    setup.previous = previous;
    auto built = Graph::build(plan, setup);
    REQUIRE(built.isOk());
    graph = std::move(built.value());
    graph->takeOver();
  }

  /// The song plays at 120 bpm from frame 0 of the first call on.
  void run(int quanta, const std::vector<RtRackEvent>& events = {}) {
    for (int q = 0; q < quanta; ++q) {
      GraphTime time;
      time.pieces[0].hasStarted = frame == 0;
      time.pieces[0].time.isPlaying = true;
      time.pieces[0].time.beatsPerFrame = 2.0 / kRate;
      time.pieces[0].time.beat = 2.0 / kRate * static_cast<double>(frame);
      GraphQuantum quantum;
      quantum.time = &time;
      quantum.events = events.data();
      quantum.eventCount = q == 0 ? events.size() : 0;
      graph->process(quantum);
      sound.insert(sound.end(), graph->output(0), graph->output(0) + kQuantumFrames);
      frame += kQuantumFrames;
    }
  }

  std::unique_ptr<Graph> graph;
  std::vector<float> sound;
  std::int64_t frame = 0;
};

/// The frame at whose value frame `n` stands.
std::size_t stepOf(std::size_t n) { return n - n % Modulation::kStepFrames; }

}  // namespace

TEST_CASE("an LFO has the shape of its name") {
  CHECK(lfoValue(LfoWave::sine, 0.25) == doctest::Approx(1.0));
  CHECK(lfoValue(LfoWave::triangle, 0.0) == 1.0);
  CHECK(lfoValue(LfoWave::triangle, 0.5) == -1.0);
  CHECK(lfoValue(LfoWave::saw, 0.0) == -1.0);
  CHECK(lfoValue(LfoWave::saw, 0.75) == 0.5);
  CHECK(lfoValue(LfoWave::square, 0.25) == 1.0);
  CHECK(lfoValue(LfoWave::square, 0.75) == -1.0);
  CHECK(lfoValue(LfoWave::saw, -0.25) == lfoValue(LfoWave::saw, 0.75));
}

TEST_CASE("depth and offset are added to the value") {
  ModPlan mod;
  mod.lfos = {lfo(10.0)};
  mod.routes = {route(0, ModTarget::param, 1, 0.25, 0.5)};
  Player player(moved(1.0, mod));
  player.run(300);
  for (std::size_t n = 0; n < player.sound.size(); ++n) {
    const double phase = 10.0 * static_cast<double>(stepOf(n)) / kRate;
    CHECK(player.sound[n] == doctest::Approx(1.5 + 0.25 * std::sin(kTwoPi * phase)).epsilon(1e-5));
  }
}

TEST_CASE("a range goes from min to max, straight or by equal ratios") {
  for (const bool isExponential : {false, true}) {
    ModPlan mod;
    mod.lfos = {lfo(20.0, 0.0, LfoWave::saw)};
    ModRoutePlan range = route(0, ModTarget::param, 1, 7.0, 7.0);
    range.hasRange = true;
    range.min = 100.0;
    range.max = 400.0;
    range.isExponential = isExponential;
    mod.routes = {range};
    Player player(moved(1.0, mod));
    player.run(50);
    for (std::size_t n = 0; n < player.sound.size(); ++n) {
      const double share = 20.0 * static_cast<double>(stepOf(n)) / kRate;
      const double expected = isExponential ? 100.0 * std::pow(4.0, share) : 100.0 + 300.0 * share;
      CHECK(player.sound[n] == doctest::Approx(expected).epsilon(1e-5));
    }
  }
}

TEST_CASE("an LFO moves the phase of another") {
  ModPlan mod;
  mod.lfos = {lfo(0.001, 0.25, LfoWave::square), lfo(10.0)};
  mod.routes = {route(1, ModTarget::param, 1, 1.0), route(0, ModTarget::lfoPhase, 1, 0.25)};
  Player player(moved(0.0, mod));
  player.run(300);
  for (std::size_t n = 0; n < player.sound.size(); ++n) {
    const double phase = 10.0 * static_cast<double>(stepOf(n)) / kRate + 0.25;
    CHECK(player.sound[n] == doctest::Approx(std::sin(kTwoPi * phase)).epsilon(1e-4));
  }
}

TEST_CASE("an LFO moves the rate of another") {
  ModPlan mod;
  mod.lfos = {lfo(0.001, 0.25, LfoWave::square), lfo(10.0)};
  mod.routes = {route(1, ModTarget::param, 1, 1.0), route(0, ModTarget::lfoFreq, 1, 10.0, 5.0)};
  Player player(moved(0.0, mod));
  player.run(300);
  // The square stands at 1: 10 + 5 + 10 x 1 Hz.
  for (std::size_t n = 0; n < player.sound.size(); ++n) {
    const double phase = 25.0 * static_cast<double>(stepOf(n)) / kRate;
    CHECK(player.sound[n] == doctest::Approx(std::sin(kTwoPi * phase)).epsilon(1e-4));
  }
}

TEST_CASE("a synced LFO stands where the song does") {
  ModPlan mod;
  mod.lfos = {lfo(99.0)};
  mod.lfos[0].syncBeats = 0.5;
  mod.routes = {route(0, ModTarget::param, 1, 1.0)};
  Player player(moved(0.0, mod));
  player.frame = 32 * 1000;  // the middle of a song
  player.run(300);
  for (std::size_t n = 0; n < player.sound.size(); ++n) {
    const double beat = 2.0 / kRate * static_cast<double>(32 * 1000 + stepOf(n));
    const double expected = std::sin(kTwoPi * beat / 0.5);
    CHECK(std::fabs(static_cast<double>(player.sound[n]) - expected) < 1e-4);
  }
}

TEST_CASE("what is set while an LFO moves it is the new middle") {
  ModPlan mod;
  mod.lfos = {lfo(0.001, 0.25, LfoWave::square)};
  mod.routes = {route(0, ModTarget::param, 1, 0.5)};
  Player player(moved(1.0, mod));
  player.run(1);
  CHECK(player.sound[0] == 1.5F);
  player.run(1, {{8, RtRackEventKind::setParam, 0, 0, 0, 2.0F}});
  CHECK(player.sound[32 + 7] == 1.5F);
  CHECK(player.sound[32 + 8] == 2.5F);
}

TEST_CASE("a route that lasts until somebody sets the parameter ends there") {
  ModPlan mod;
  mod.lfos = {lfo(0.001, 0.25, LfoWave::square)};
  mod.routes = {route(0, ModTarget::param, 1, 0.5)};
  mod.routes[0].isUntilSet = true;
  Player player(moved(1.0, mod));
  player.run(1);
  CHECK(player.sound[0] == 1.5F);
  player.run(2, {{8, RtRackEventKind::setParam, 0, 0, 0, 3.0F}});
  CHECK(player.sound[32 + 8] == 3.0F);
  CHECK(player.sound.back() == 3.0F);
}

TEST_CASE("an LFO goes on over a swap when its plan stays, and lets go when it is gone") {
  ModPlan mod;
  mod.lfos = {lfo(10.0)};
  mod.routes = {route(0, ModTarget::param, 1, 0.25)};
  Player whole(moved(1.0, mod));
  whole.run(40);
  Player first(moved(1.0, mod));
  first.run(20);
  Player second(moved(1.0, mod), first.graph.get());
  second.frame = first.frame;
  second.run(20);
  const std::vector<float> tail(whole.sound.begin() + 20 * kQuantumFrames, whole.sound.end());
  CHECK(second.sound == tail);
  Player third(moved(1.0, {}), second.graph.get());
  third.frame = second.frame;
  third.run(2);
  CHECK(third.sound.back() == 1.0F);
}
