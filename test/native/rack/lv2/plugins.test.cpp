// SPDX-License-Identifier: GPL-3.0-or-later
// Plugins as they are installed, by other people.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "rack/lv2/rig.hpp"
#include "support/temp-folder.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

void feedNoise(NodeRig& rig, std::uint32_t frames) {
  test::Dice dice(7);
  for (std::uint32_t n = 0; n < frames; ++n) {
    rig.input.push_back(static_cast<float>(dice.uniform(-1.0, 1.0)));
  }
}

float factorOf(float db) { return db > -90.0F ? std::pow(10.0F, db * 0.05F) : 0.0F; }

}  // namespace

TEST_CASE("an amplifier multiplies by its decibels, whatever they are and however it is cut") {
  test::Dice dice(5);
  for (const float db : {0.0F, -6.0F, 24.0F, -90.0F}) {
    NodeRig rig(test::kAmp);
    feedNoise(rig, 1000);
    rig.set("GAIN", db);
    rig.run(1000, [&] { return 1 + dice.bits() / 2 % kQuantumFrames; });
    for (std::size_t n = 0; n < 1000; ++n) {
      REQUIRE(rig.left[n] == doctest::Approx(rig.input[n] * factorOf(db)).epsilon(1e-6));
    }
  }
}

TEST_CASE("a step of a parameter is at its frame, and a ramp moves every frame") {
  NodeRig rig(test::kAmp);
  rig.input.assign(400, 1.0F);
  rig.run(101);
  rig.set("GAIN", -20.0F);
  rig.run(99);
  CHECK(rig.left[100] == 1.0F);
  CHECK(rig.left[101] == doctest::Approx(0.1));
  rig.set("GAIN", 0.0F, 100);
  rig.run(200);
  for (std::size_t k = 1; k <= 100; ++k) {
    const float db = -20.0F + 0.2F * static_cast<float>(k);
    REQUIRE(rig.left[199 + k] == doctest::Approx(factorOf(db)).epsilon(1e-4));
  }
  CHECK(rig.left[399] == 1.0F);
}

TEST_CASE("a player plays the file of its default state") {
  NodeRig rig(test::kPlayer);
  rig.run(4800);
  CHECK(test::peak(rig.left) == 0.0);
  rig.node().trigger(1.0F);
  rig.run(48000);
  CHECK(test::peak(rig.left) > 0.01);
}

TEST_CASE("a player plays the file that a text names") {
  const test::TempFolder folder;
  std::vector<float> sound(300);
  for (std::size_t n = 0; n < sound.size(); ++n) sound[n] = 0.5F - static_cast<float>(n) / 700.0F;
  std::ofstream text(folder.file("sound.txt"));
  for (const float value : sound) text << value << '\n';
  text.close();
  NodeRig rig(test::kPlayer, {{"sample", folder.file("sound.txt")}});
  rig.run(320);
  rig.node().trigger(1.0F);
  rig.run(640);
  double difference = 0.0;
  for (std::size_t n = 0; n < sound.size(); ++n) {
    difference = std::max(difference, std::fabs(static_cast<double>(rig.left[320 + n]) - sound[n]));
  }
  CHECK(difference < 1e-6);
  CHECK(test::peak(rig.left, 620) == 0.0);
}

TEST_CASE("an electric piano plays the note that it is given, for as long as it is held") {
  NodeRig rig(test::kPiano);
  rig.run(4800);
  CHECK(test::peak(rig.left) == 0.0);
  rig.node().noteOn(69, 0.8F, 0);
  rig.run(48000);
  CHECK(test::peak(rig.left) > 0.01);
  CHECK(test::pitchOf(rig.left, 10000, 48000) == doctest::Approx(440.0).epsilon(0.01));
  rig.node().noteOff(69);
  rig.run(48000 * 3);
  CHECK(test::peak(rig.left, 48000 * 4) < 1e-3);
}

TEST_CASE("a metronome hears the tempo") {
  NodeRig rig(test::kMetronome);
  rig.run(48000 * 2);
  // At 120 bpm: a beep at every half second.
  std::vector<std::size_t> beeps;
  for (std::size_t n = 1; n < rig.left.size(); ++n) {
    const bool isQuiet = beeps.empty() || n - beeps.back() > 12000;
    if (isQuiet && std::fabs(rig.left[n]) > 1e-4F) beeps.push_back(n);
  }
  REQUIRE(beeps.size() == 4);
  for (std::size_t i = 1; i < beeps.size(); ++i) {
    CHECK(std::abs(static_cast<double>(beeps[i] - beeps[i - 1]) - 24000.0) < 10.0);
  }
}

TEST_CASE("twenty plugins survive whatever their parameters do") {
  std::vector<std::string> uris = rack::lv2Uris();
  std::sort(uris.begin(), uris.end());
  test::Dice dice(20);
  std::size_t played = 0;
  while (played < 20 && !uris.empty()) {
    const std::size_t at = dice.bits() / 2 % uris.size();
    const std::string type = "lv2:" + uris[at];
    uris.erase(uris.begin() + static_cast<std::ptrdiff_t>(at));
    if (type.find("urn:downbeat") != std::string::npos) continue;
    const rack::NodeTypeInfo* info = rack::findNodeType(type.c_str());
    if (info == nullptr) continue;
    ++played;
    INFO(type);
    NodeRig rig(type);
    feedNoise(rig, 9600);
    for (int event = 0; event < 100; ++event) {
      if (info->paramCount > 0) {
        const std::size_t p = dice.bits() / 2 % info->paramCount;
        const double value = dice.uniform(info->params[p].min, info->params[p].max);
        rig.node().params().set(p, static_cast<float>(value), dice.bits() / 2 % 50);
      }
      if (event % 5 == 0) rig.node().trigger(static_cast<float>(dice.uniform(0.0, 1.0)));
      rig.run(1 + dice.bits() / 2 % 100);
    }
    rig.node().reset();
    rig.left.clear();
    rig.run(320);
    CHECK(rig.left.size() == 320);
  }
  CHECK(played == 20);
}

TEST_CASE("every plugin that is described can be made at every sample rate") {
  for (const std::string& uri : rack::lv2Uris()) {
    if (uri.find("urn:downbeat") != std::string::npos) continue;
    const rack::NodeTypeInfo* info = rack::findNodeType(("lv2:" + uri).c_str());
    if (info == nullptr) continue;
    for (const double rate : {44100.0, 192000.0}) {
      INFO(uri, " at ", rate);
      NodeRig rig("lv2:" + uri, 1, rate);
      feedNoise(rig, 320);
      rig.node().trigger(1.0F);
      rig.run(320);
      CHECK(rig.left.size() == 320);
    }
  }
}
