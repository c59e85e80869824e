// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions that nobody would write: every kind of node, cable, LFO and bus at random. Whatever they
// are, they play the same for every device, stay below the ceiling, and are swapped without harm.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "app/box.hpp"
#include "dsp/measure.hpp"

using namespace downbeat;
using namespace downbeat::app;

namespace {

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t below(std::size_t count) { return engine_() % static_cast<std::uint32_t>(count); }
  bool isOneOf(std::uint32_t count) { return below(count) == 0; }
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_()) / 4294967295.0;
  }

 private:
  std::mt19937 engine_;
};

/// Types that need nothing from outside.
std::vector<const rack::NodeTypeInfo*> freeTypes() {
  std::size_t count = 0;
  const rack::NodeTypeInfo* const* types = rack::nodeTypes(count);
  std::vector<const rack::NodeTypeInfo*> found;
  for (std::size_t i = 0; i < count; ++i) {
    // Live sound does not wait for the song.
    bool isFree = std::string(types[i]->type) != "input";
    for (std::size_t t = 0; t < types[i]->textCount; ++t) {
      const rack::TextInfo& text = types[i]->texts[t];
      isFree = isFree && !text.isNeeded && !text.isFile;
    }
    if (isFree) found.push_back(types[i]);
  }
  return found;
}

rack::NodePlan randomNode(Dice& dice, const std::string& id, const rack::NodeTypeInfo& type) {
  rack::NodePlan node;
  node.id = id;
  node.type = type.type;
  for (std::size_t p = 0; p < type.paramCount; ++p) {
    const rack::ParamInfo& info = type.params[p];
    // What plays by itself does not wait for the song.
    if (std::string(info.name) == "LOOP") continue;
    if (dice.isOneOf(3)) node.params.push_back({info.id, dice.between(info.min, info.max)});
  }
  if (type.paramCount == 0 || !dice.isOneOf(2)) return node;
  for (int i = 0; i < 2; ++i) {
    rack::LfoPlan lfo;
    lfo.wave = static_cast<rack::LfoWave>(dice.below(4));
    lfo.freqHz = dice.between(0.1, 20.0);
    lfo.phase = dice.between(0.0, 1.0);
    if (dice.isOneOf(3)) lfo.syncBeats = dice.between(0.1, 4.0);
    node.mod.lfos.push_back(lfo);
  }
  for (int i = 0; i < 3; ++i) {
    const rack::ParamInfo& info = type.params[dice.below(type.paramCount)];
    if (std::string(info.name) == "LOOP") continue;
    rack::ModRoutePlan route;
    route.lfo = dice.below(2);
    route.target = static_cast<rack::ModTarget>(dice.isOneOf(3) ? 1 + dice.below(2) : 0);
    route.index = route.target == rack::ModTarget::param ? info.id : dice.below(2);
    route.depth = 0.2 * static_cast<double>(info.max - info.min);
    node.mod.routes.push_back(route);
  }
  return node;
}

RackPlan randomRack(Dice& dice, const std::string& id) {
  static const std::vector<const rack::NodeTypeInfo*> types = freeTypes();
  RackPlan rack;
  rack.id = id;
  rack.seed = dice.below(1000);
  rack.gain = dice.between(0.0, 1.0);
  rack.tempoMap = {{0.0, dice.between(60.0, 200.0)}};
  if (dice.isOneOf(3)) rack.startSeconds = dice.between(-1.0, 0.3);
  if (dice.isOneOf(3)) rack.loopBeats = dice.between(0.5, 4.0);
  const std::uint32_t count = 2 + dice.below(6);
  for (std::uint32_t n = 0; n < count; ++n) {
    const rack::NodeTypeInfo& type = *types[dice.below(types.size())];
    rack.nodes.push_back(randomNode(dice, "n" + std::to_string(n), type));
    if (n > 0 && type.inputChannels > 0) {
      rack::ConnectionPlan cable;
      cable.from = "n" + std::to_string(dice.below(n));
      cable.to = "n" + std::to_string(n);
      cable.gain = dice.between(0.0, 1.5);
      cable.dry = dice.isOneOf(3) ? dice.between(0.0, 1.0) : 0.0;
      cable.toPort = type.hasKeyInput && dice.isOneOf(3) ? 1 : 0;
      rack.connections.push_back(cable);
    }
    sequencer::PatternPlan pattern;
    pattern.node = "n" + std::to_string(n);
    pattern.resolution = 16;
    pattern.lengthSteps = 4 + dice.below(13);
    pattern.swingPercent = dice.between(0.0, 100.0);
    for (std::uint32_t step = 0; step < pattern.lengthSteps; ++step) {
      if (dice.isOneOf(3)) pattern.hits.push_back(step);
      if (dice.isOneOf(6)) pattern.notes.push_back({step, 30 + dice.below(60), 0.7, 1.5});
      if (type.paramCount > 0 && dice.isOneOf(6)) {
        const rack::ParamInfo& info = type.params[dice.below(type.paramCount)];
        if (std::string(info.name) == "LOOP") continue;
        pattern.locks.push_back(
            {step, info.id, dice.between(info.min, info.max), dice.isOneOf(2) ? 20.0 : 0.0});
      }
    }
    rack.patterns.push_back(pattern);
  }
  return rack;
}

Plan randomPlan(std::uint32_t seed) {
  Dice dice(seed);
  Plan plan;
  plan.session.seed = seed;
  plan.session.tempoMap = {{0.0, 120.0}, {1.0, 90.0}};
  for (std::uint32_t r = 0; r < 1 + dice.below(3); ++r) {
    plan.session.racks.push_back(randomRack(dice, "r" + std::to_string(r)));
  }
  if (dice.isOneOf(2)) {
    BusPlan bus;
    bus.id = "bus";
    bus.midSide = dice.isOneOf(2);
    InsertPlan insert;
    static_cast<rack::NodePlan&>(insert) =
        randomNode(dice, "insert", *rack::findNodeType(dice.isOneOf(2) ? "limiter" : "compressor"));
    if (insert.type == "compressor") insert.sidechains = {{"r0", 1.0, true}};
    bus.inserts = {insert};
    plan.session.buses = {bus};
    plan.session.routes = {{"r0", "bus", 0.8, dice.isOneOf(2)}};
  }
  return plan;
}

}  // namespace

TEST_CASE("any session plays the same live, offline, on threads and with blocks of any size") {
  for (std::uint32_t seed = 0; seed < 10; ++seed) {
    INFO("seed ", seed);
    const Plan plan = randomPlan(seed);
    constexpr std::uint32_t kFrames = 12000;
    const std::vector<float> expected = offlineLeft(plan, kFrames);
    for (const float value : expected) REQUIRE(std::isfinite(value));
    CHECK(test::truePeak8(expected) <= std::pow(10.0, -0.3 / 20.0) * 1.001);
    OfflineRequest request;
    request.frames = kFrames;
    request.threads = 3;
    std::vector<float> threaded;
    REQUIRE(renderOffline(plan, request, [&](const OfflineChunk& chunk) {
              for (std::size_t i = 0; i < chunk.frames; ++i) {
                threaded.push_back(chunk.interleaved[2 * i]);
              }
              return Status{};
            }).isOk());
    CHECK(threaded == expected);
    Dice dice(seed + 5000);
    Box box(plan);
    box.send(RtCommandKind::play, 0.0, 1);
    std::vector<float> live;
    while (live.size() < 3 * kFrames) {
      const std::vector<float> block = box.block(16 + dice.below(1009));
      live.insert(live.end(), block.begin(), block.end());
    }
    // The start comes a lead later, on the grid of quanta.
    std::int64_t start = -1;
    for (const RtEvent& event : box.events()) {
      if (event.kind == RtEventKind::started) start = event.frame;
    }
    REQUIRE(start >= 0);
    live = {live.begin() + start, live.begin() + start + kFrames};
    CHECK(live == expected);
  }
}

TEST_CASE(
    "any session follows any other without a sample that is not finite or above the ceiling") {
  Box box(randomPlan(1000));
  box.send(RtCommandKind::play, 0.0, 1);
  std::vector<float> sound;
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    INFO("seed ", seed);
    for (int i = 0; i < 6; ++i) {
      const std::vector<float> block = box.block(256);
      for (const float value : block) REQUIRE(std::isfinite(value));
      for (const float value : block) CHECK(std::fabs(value) <= 0.97F);
    }
    box.swap(randomPlan(seed % 7), RtWhen::now, box.playing());
    box.performer().collect();
  }
}
