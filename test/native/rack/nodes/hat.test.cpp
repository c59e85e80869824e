// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/hat.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

/// Level of a long hat between two times, over many seeds.
double meanRms(const std::function<void(NodeRig&)>& play, std::size_t from, std::size_t frames) {
  double sum = 0.0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    NodeRig rig("hat", seed);
    rig.set("METAL", 0.0F);
    rig.set("PAN", -1.0F);
    play(rig);
    sum += std::pow(test::rms(rig.left, from, frames), 2) / 20.0;
  }
  return std::sqrt(sum);
}

NodeRig metal(float toneHz) {
  NodeRig rig("hat");
  rig.set("METAL", 1.0F);
  rig.set("OPEN", 1.0F);
  rig.set("OPEN_DECAY_MS", 3000.0F);
  rig.set("TONE_HZ", toneHz);
  rig.set("PAN", -1.0F);
  return rig;
}

}  // namespace

TEST_CASE("OPEN goes from DECAY_MS to OPEN_DECAY_MS in even ratios") {
  for (const float open : {0.0F, 0.5F, 1.0F}) {
    const double ms = 40.0 * std::pow(10.0, static_cast<double>(open));
    const auto play = [&](NodeRig& rig) {
      rig.set("DECAY_MS", 40.0F);
      rig.set("OPEN_DECAY_MS", 400.0F);
      rig.set("OPEN", open);
      rig.node().trigger(1.0F);
      rig.run(48000);
    };
    const auto frames = static_cast<std::size_t>(ms * 48.0);
    INFO("open ", open);
    CHECK(meanRms(play, 480 + frames, frames / 2) / meanRms(play, 480, frames / 2) ==
          doctest::Approx(std::exp(-1.0)).epsilon(0.06));
  }
}

TEST_CASE("a closed hit cuts the open hat within 5 ms, unless CHOKE is off") {
  const auto level = [](float choke, std::size_t from) {
    const auto play = [&](NodeRig& rig) {
      rig.set("DECAY_MS", 5.0F);
      rig.set("OPEN_DECAY_MS", 3000.0F);
      rig.set("OPEN", 1.0F);
      rig.set("CHOKE", choke);
      rig.node().trigger(1.0F);
      rig.run(4800);
      rig.set("OPEN", 0.0F);
      rig.node().trigger(0.01F);
      rig.run(9600);
    };
    return meanRms(play, from, 960);
  };
  CHECK(level(1.0F, 4800 + 240) < 0.03 * level(1.0F, 3600));
  CHECK(level(1.0F, 4800 + 2400) < 1e-5);
  CHECK(level(0.0F, 4800 + 2400) == doctest::Approx(level(0.0F, 3600)).epsilon(0.15));
}

TEST_CASE("a choke does not click: nothing appears below the band of the hat") {
  const auto low = [](bool isChoked) {
    double sum = 0.0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      NodeRig rig("hat", seed);
      rig.set("OPEN", 1.0F);
      rig.set("OPEN_DECAY_MS", 1000.0F);
      rig.node().trigger(1.0F);
      rig.run(4800 + 37 * static_cast<std::uint32_t>(seed));
      rig.set("OPEN", 0.0F);
      if (isChoked) rig.node().trigger(0.0F);
      const std::size_t from = rig.left.size() - 480;
      rig.run(2400);
      for (double hz = 100.0; hz < 1000.0; hz += 100.0)
        sum += std::norm(test::dft(rig.left, hz / test::kRate, from, 960));
    }
    return std::sqrt(sum / 90.0) / 480.0;
  };
  // A jump of the full sound would be at -40 dB.
  CHECK(test::db(low(true)) < -60.0);
}

TEST_CASE("the oscillators are six squares: odd harmonics of 205 to 800 Hz, and no aliases") {
  NodeRig rig = metal(8500.0F);
  rig.node().trigger(1.0F);
  rig.run(48000 * 2);
  // Hann window of 48,000 frames: what lies further than 4 Hz from a line is not of it.
  std::vector<float> x(48000);
  double total = 0.0;
  for (std::size_t n = 0; n < x.size(); ++n) {
    const double window = 0.5 - 0.5 * std::cos(2 * test::kPi * static_cast<double>(n) / 48000.0);
    x[n] = static_cast<float>(rig.left[n + 9600] * window);
    total += static_cast<double>(x[n]) * x[n];
  }
  std::vector<bool> isLine(24001);
  for (const double hz : {205.3, 304.4, 369.6, 522.7, 540.0, 800.0}) {
    for (int h = 1; h * hz < 24000.0; h += 2) {
      const int bin = static_cast<int>(std::lround(h * hz));
      for (int k = std::max(0, bin - 5); k <= std::min(24000, bin + 5); ++k)
        isLine[static_cast<std::size_t>(k)] = true;
    }
  }
  double lines = 0.0;
  for (int k = 1; k < 24000; ++k) {
    if (isLine[static_cast<std::size_t>(k)])
      lines += 2.0 * std::norm(test::dft(x, k / 48000.0)) / 48000.0;
  }
  CHECK(10.0 * std::log10(std::fabs(total - lines) / total + 1e-30) < -50.0);
}

TEST_CASE("TUNE_SEMITONES moves the oscillators, TONE_HZ the band") {
  NodeRig rig = metal(4000.0F);
  rig.set("TUNE_SEMITONES", 12.0F);
  rig.node().trigger(1.0F);
  rig.run(48000);
  const auto at = [&](double hz) {
    return std::abs(test::dft(rig.left, hz / test::kRate, 9600, 24000));
  };
  CHECK(at(1600.0 * 3.0) > 100.0 * at(800.0 * 5.5));
  const auto centre = [](float toneHz) {
    double sum = 0.0;
    double weighted = 0.0;
    NodeRig noise = metal(toneHz);
    noise.set("METAL", 0.0F);
    noise.node().trigger(1.0F);
    noise.run(9600);
    for (double hz = 100.0; hz < 24000.0; hz += 50.0) {
      const double power = std::norm(test::dft(noise.left, hz / test::kRate));
      sum += power;
      weighted += power * std::log2(hz);
    }
    return std::exp2(weighted / sum);
  };
  CHECK(centre(3000.0F) > 3000.0);
  CHECK(centre(3000.0F) < 5000.0);
  CHECK(centre(10000.0F) > 8500.0);
  CHECK(centre(10000.0F) < 14000.0);
}

TEST_CASE("metal and noise are about equally loud, wherever the band is") {
  for (const float tone : {3000.0F, 6000.0F, 8500.0F, 12000.0F}) {
    NodeRig bright = metal(tone);
    NodeRig noise = metal(tone);
    noise.set("METAL", 0.0F);
    for (NodeRig* rig : {&bright, &noise}) {
      rig->node().trigger(1.0F);
      rig->run(24000);
    }
    INFO(tone, " Hz");
    CHECK(std::fabs(test::db(test::rms(bright.left, 480) / test::rms(noise.left, 480))) < 3.0);
  }
}

TEST_CASE("hats in a row are not copies, and hits of one seed are the same after any rest") {
  NodeRig rig("hat", 3);
  NodeRig other("hat", 3);
  rig.node().trigger(1.0F);
  rig.run(96000);
  rig.node().trigger(1.0F);
  rig.run(48000);
  other.node().trigger(1.0F);
  other.run(77777);
  other.node().trigger(1.0F);
  other.run(48000);
  const std::vector<float> second(rig.left.begin() + 96000, rig.left.end());
  CHECK(second == std::vector<float>(other.left.begin() + 77777, other.left.end()));
  CHECK(second != std::vector<float>(rig.left.begin(), rig.left.begin() + 48000));
}
