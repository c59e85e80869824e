// SPDX-License-Identifier: GPL-3.0-or-later
// What holds for every node, whatever it does.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using rack::NodeTypeInfo;
using test::NodeRig;

namespace {

constexpr std::uint32_t kFrames = 9600;

void feedNoise(NodeRig& rig, std::uint32_t frames, double height = 1.0) {
  test::Dice dice(99);
  for (std::uint32_t n = 0; n < frames; ++n) {
    rig.input.push_back(static_cast<float>(dice.uniform(-height, height)));
  }
}

/// Hits, steps and ramps at frames that do not care about the cuts between them.
void play(NodeRig& rig, std::uint64_t seed, const std::function<std::uint32_t()>& cut) {
  test::Dice dice(seed);
  for (int event = 0; event < 40; ++event) {
    const std::size_t index = dice.bits() / 2 % rig.info().paramCount;
    const auto& info = rig.info().params[index];
    const auto value = static_cast<float>(dice.uniform(info.min, info.max));
    const std::uint32_t ramp = dice.bits() / 2 % 3 == 0 ? dice.bits() / 2 % 200 : 0;
    rig.node().params().set(index, value, ramp);
    if (dice.bits() / 2 % 3 == 0) rig.node().trigger(static_cast<float>(dice.uniform(0.0, 1.0)));
    rig.run(1 + dice.bits() / 2 % 480, cut);
  }
}

/// All bands at work, and what the parameter `name` is about.
void makeDucking(NodeRig& rig, const std::string& name) {
  const bool isOfBand = name.rfind("BAND", 0) == 0 && name != "BANDS";
  const bool isDepth = isOfBand && name.find("DEPTH_DB") != std::string::npos;
  rig.set("BANDS", name == "THRESHOLD_DB" || name == "RATIO" ? 0.0F : 8.0F);
  rig.set("APPLY_MODE", isOfBand ? 1.0F : 0.0F);
  rig.set("STEREO_MODE", name == "MS_SIDE_SCALE" ? 1.0F : 0.0F);
  for (int band = 1; band <= 8; ++band) {
    const std::string start = "BAND" + std::to_string(band) + "_";
    rig.set(start + "CENTER_HZ", 1000.0F);
    rig.set(start + "THRESHOLD_DB", isDepth ? -80.0F : -12.0F);
    if (!isDepth) rig.set(start + "DEPTH_DB", -60.0F);
  }
}

}  // namespace

TEST_CASE("every node sounds the same however its frames are cut") {
  for (const NodeTypeInfo* type : test::allTypes()) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      INFO(std::string(type->type), " seed ", seed);
      NodeRig whole(type->type);
      NodeRig single(type->type);
      NodeRig uneven(type->type);
      for (NodeRig* rig : {&whole, &single, &uneven}) feedNoise(*rig, kFrames);
      test::Dice dice(seed + 1000);
      play(whole, seed, nullptr);
      play(single, seed, [] { return 1U; });
      play(uneven, seed, [&] { return 1 + dice.bits() / 2 % kQuantumFrames; });
      CHECK(whole.left == single.left);
      CHECK(whole.left == uneven.left);
      CHECK(whole.right == single.right);
      CHECK(whole.right == uneven.right);
    }
  }
}

TEST_CASE("every node stays finite and bounded while its parameters jump at random") {
  for (const NodeTypeInfo* type : test::allTypes()) {
    const double bound = test::loudestOf(*type);
    for (std::uint64_t seed = 0; seed < 25; ++seed) {
      NodeRig rig(type->type, seed);
      feedNoise(rig, kFrames);
      test::Dice dice(seed);
      for (int event = 0; event < 150; ++event) {
        const std::size_t index = dice.bits() / 2 % type->paramCount;
        const auto& info = type->params[index];
        const std::uint32_t kind = dice.bits() / 2 % 4;
        const double value =
            kind == 0 ? info.min : (kind == 1 ? info.max : dice.uniform(info.min, info.max));
        rig.node().params().set(index, static_cast<float>(value), 0);
        if (dice.bits() / 2 % 4 == 0) rig.node().trigger(1.0F);
        rig.run(1 + dice.bits() / 2 % 100);
      }
      INFO(std::string(type->type), " seed ", seed, " peak ", test::peak(rig.left));
      REQUIRE(test::isFinite(rig.left));
      REQUIRE(test::isFinite(rig.right));
      CHECK(test::peak(rig.left) < bound);
      CHECK(test::peak(rig.right) < bound);
    }
  }
}

TEST_CASE("every parameter of every node is heard, but for those that modulation reads") {
  for (const NodeTypeInfo* type : test::allTypes()) {
    if (!test::isAboutSound(*type)) continue;
    for (std::size_t p = 0; p < type->paramCount; ++p) {
      const std::string name = type->params[p].name;
      if (name.rfind("LFO", 0) == 0) continue;
      auto render = [&](bool isMoved) {
        NodeRig rig(type->type);
        feedNoise(rig, 9600);
        test::makeHeard(rig, name);
        rig.inputRight.assign(rig.input.rbegin(), rig.input.rend());
        // Settings in which everything matters.
        if (std::string(type->type) == "spectral_ducker") makeDucking(rig, name);
        if (std::string(type->type) == "tb303_ext") {
          const bool isAdsrParam = type->params[p].id >= 201 && type->params[p].id <= 207;
          rig.set("ENV_MODE", isAdsrParam ? 1.0F : 0.0F);
          rig.set("FILTER_SUSTAIN", 0.3F);
          if (name == "KEYTRACK") rig.set("NOTE_SEMITONES", 72.0F);
        }
        if (name == "OPEN_DECAY_MS") rig.set("OPEN", 1.0F);
        if (name == "BPM") rig.set("LOOP", 1.0F);
        if (name == "LOOP" && rig.has("BPM")) rig.set("BPM", 240.0F);
        test::setWhatMatters(rig, name);
        test::setExample(rig);
        for (const auto& [setting, value] : test::settingsToHear(type->type, name)) {
          rig.set(setting, value);
        }
        // Below full velocity, so that what depends on velocity is heard.
        rig.node().trigger(0.7F);
        rig.run(2400);
        if (isMoved) {
          const auto& info = type->params[p];
          const float now = rig.node().params()[p];
          const float target = now > 0.5F * (info.min + info.max) ? info.min : info.max;
          rig.node().params().set(p, target, 0);
        }
        rig.node().trigger(0.7F);
        if (name == "GLIDE_MS") {
          rig.set("NOTE_SEMITONES", 67.0F);
          if (rig.node().voices() > 0) rig.node().trigger(0.7F);
        }
        rig.run(24000);
        rig.left.insert(rig.left.end(), rig.right.begin(), rig.right.end());
        return rig.left;
      };
      const auto before = render(false);
      const auto after = render(true);
      double difference = 0.0;
      for (std::size_t n = 0; n < before.size(); ++n) {
        difference = std::max(difference, std::fabs(static_cast<double>(before[n]) - after[n]));
      }
      INFO(std::string(type->type), " ", name);
      CHECK(difference > 1e-3);
    }
  }
}

TEST_CASE("every node ends in exact silence after its tail") {
  for (const NodeTypeInfo* type : test::allTypes()) {
    NodeRig rig(type->type);
    feedNoise(rig, 4800, 0.5);
    rig.node().trigger(1.0F);
    rig.run(48000 * 24);
    INFO(std::string(type->type));
    CHECK(test::peak(rig.left) > 0.05);
    CHECK(test::peak(rig.left, 48000 * 23) == 0.0);
  }
}

TEST_CASE("no node makes denormals on its way to silence") {
  for (const NodeTypeInfo* type : test::allTypes()) {
    NodeRig rig(type->type);
    feedNoise(rig, 4800, 0.5);
    rig.node().trigger(1.0F);
    rig.run(48000 * 12);
    INFO(std::string(type->type));
    CHECK(test::countDenormals(rig.left) == 0);
    CHECK(test::countDenormals(rig.right) == 0);
  }
}

TEST_CASE("after a reset every node is as new, and equal seeds sound equal") {
  for (const NodeTypeInfo* type : test::allTypes()) {
    NodeRig used(type->type, 5);
    NodeRig fresh(type->type, 5);
    feedNoise(used, 4800);
    used.node().trigger(1.0F);
    used.run(4800);
    used.node().reset();
    used.left.clear();
    used.right.clear();
    used.node().trigger(0.7F);
    fresh.node().trigger(0.7F);
    used.run(4800);
    fresh.run(4800);
    INFO(std::string(type->type));
    CHECK(used.left == fresh.left);
    CHECK(used.right == fresh.right);
  }
}

TEST_CASE("a source is silent until it is hit") {
  for (const NodeTypeInfo* type : test::allTypes()) {
    if (type->inputChannels != 0) continue;
    NodeRig rig(type->type);
    rig.run(4800);
    CHECK(test::peak(rig.left) == 0.0);
  }
}

TEST_CASE("a source follows the velocity of its hits") {
  for (const NodeTypeInfo* type : test::allTypes()) {
    if (type->inputChannels != 0) continue;
    NodeRig loud(type->type);
    NodeRig soft(type->type);
    NodeRig none(type->type);
    loud.node().trigger(1.0F);
    soft.node().trigger(0.5F);
    none.node().trigger(0.0F);
    for (NodeRig* rig : {&loud, &soft, &none}) rig->run(9600);
    INFO(std::string(type->type));
    CHECK(test::rms(soft.left) == doctest::Approx(0.5 * test::rms(loud.left)).epsilon(0.02));
    CHECK(test::peak(none.left) == 0.0);
  }
}

TEST_CASE("a kick that is hit again while it sounds does not click") {
  NodeRig rig("kick");
  rig.node().trigger(1.0F);
  rig.run(3777);
  REQUIRE(std::fabs(rig.left.back()) > 0.3F);
  rig.node().trigger(1.0F);
  rig.run(4800);
  double steepest = 0.0;
  for (std::size_t n = 1; n < rig.left.size(); ++n) {
    steepest = std::max(steepest, static_cast<double>(std::fabs(rig.left[n] - rig.left[n - 1])));
  }
  CHECK(steepest < 0.08);
}

TEST_CASE("every node works at 44.1, 48, 96 and 8 kHz") {
  for (const NodeTypeInfo* type : test::allTypes()) {
    for (const double rate : {8000.0, 44100.0, 96000.0, 192000.0}) {
      NodeRig rig(type->type, 1, rate);
      feedNoise(rig, 4800);
      rig.node().trigger(1.0F);
      rig.run(9600);
      INFO(std::string(type->type), " at ", rate);
      CHECK(test::peak(rig.left) > 0.01);
      CHECK(test::peak(rig.left) < 4.0);
    }
  }
}
