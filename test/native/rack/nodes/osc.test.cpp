// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/osc.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "dsp/noise.hpp"
#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

constexpr float kSine = 0.0F;
constexpr float kTriangle = 1.0F;
constexpr float kSaw = 2.0F;
constexpr float kSquare = 3.0F;
constexpr float kNoise = 4.0F;
constexpr std::uint32_t kPeriodFrames = 1U << 15;

/// Sounds for ever at full level from its first frame.
NodeRig steady(float wave, float hz, std::uint64_t seed = 1) {
  NodeRig rig("osc", seed);
  rig.set("WAVE", wave);
  rig.set("FREQ_HZ", hz);
  rig.set("GAIN", 1.0F);
  rig.set("ATTACK_MS", 0.0F);
  rig.set("GATE_MS", 0.0F);
  rig.node().trigger(1.0F);
  return rig;
}

/// A number of periods in kPeriodFrames, near `hz`; floats hold its frequency exactly.
std::uint32_t cyclesNear(double hz) {
  return static_cast<std::uint32_t>(hz / test::kRate * kPeriodFrames) | 1U;
}
float hzOf(std::uint32_t cycles) {
  return static_cast<float>(cycles * (test::kRate / kPeriodFrames));
}

/// Energy of all but the harmonics up to `top`, dB relative to the whole. The mean is outside.
double restDb(const std::vector<float>& x, std::uint32_t cycles, std::uint32_t top) {
  std::vector<double> rest(x.begin(), x.end());
  double total = 0.0;
  for (const double value : rest) total += value * value;
  for (std::uint32_t h = 1; h <= top && h * cycles < kPeriodFrames / 2; ++h) {
    const double f = static_cast<double>(h) * cycles / kPeriodFrames;
    const auto bin = 2.0 * test::dft(x, f) / static_cast<double>(kPeriodFrames);
    for (std::uint32_t n = 0; n < kPeriodFrames; ++n) {
      const double angle = 2 * test::kPi *
                           (static_cast<std::uint64_t>(n) * h * cycles % kPeriodFrames) /
                           kPeriodFrames;
      rest[n] -= bin.real() * std::cos(angle) - bin.imag() * std::sin(angle);
    }
  }
  double outside = 0.0;
  for (const double value : rest) outside += value * value;
  return 10.0 * std::log10(outside / total + 1e-30);
}

/// Cents by which `x` differs from `hz`: how far its fundamental turns over three seconds.
double centsOff(const std::vector<float>& x, double hz) {
  const double f = hz / test::kRate;
  const auto window = static_cast<std::size_t>(std::round(std::floor(24000.0 * f) / f));
  const std::size_t distance = 144000;
  const auto early = test::dft(x, f, 0, window);
  const auto late = test::dft(x, f, distance, window);
  const double expected = 2 * test::kPi * std::fmod(f * static_cast<double>(distance), 1.0);
  const double turned = std::arg(late / early * std::polar(1.0, -expected));
  return 1200.0 * std::log2(1.0 + turned / (2 * test::kPi * f * static_cast<double>(distance)));
}

}  // namespace

TEST_CASE("the oscillator's sine has noise and distortion below -140 dB") {
  for (const double hz : {27.5, 220.0, 1248.0, 4979.0, 15000.0}) {
    const std::uint32_t cycles = cyclesNear(hz);
    NodeRig rig = steady(kSine, hzOf(cycles));
    rig.run(kPeriodFrames);
    INFO(hz, " Hz: ", restDb(rig.left, cycles, 1), " dB");
    CHECK(restDb(rig.left, cycles, 1) < -140.0);
    for (std::uint32_t n = 0; n < 1000; ++n) {
      const double turns = static_cast<double>(n) * cycles / kPeriodFrames;
      CHECK(std::fabs(rig.left[n] - std::sin(2 * test::kPi * turns)) < 4e-7);
    }
  }
}

TEST_CASE("the oscillator's triangle, saw and square alias below -80 dB") {
  for (const double hz : {220.0, 1248.0, 2491.0, 4979.0}) {
    const std::uint32_t cycles = cyclesNear(hz);
    for (const float wave : {kTriangle, kSaw, kSquare}) {
      for (const float width : {0.5F, 0.1F}) {
        NodeRig rig = steady(wave, hzOf(cycles));
        rig.set("PULSE_WIDTH", width);
        rig.run(kPeriodFrames);
        INFO("wave ", wave, " at ", hz, " Hz: ", restDb(rig.left, cycles, kPeriodFrames), " dB");
        CHECK(restDb(rig.left, cycles, kPeriodFrames) < -80.0);
      }
    }
  }
}

TEST_CASE("the oscillator's waves have the harmonics of their names") {
  const std::uint32_t cycles = cyclesNear(220.0);
  auto harmonic = [&](const NodeRig& rig, std::uint32_t h) {
    const double f = static_cast<double>(h) * cycles / kPeriodFrames;
    return 2.0 * std::abs(test::dft(rig.left, f)) / kPeriodFrames;
  };
  for (const float wave : {kTriangle, kSaw, kSquare}) {
    NodeRig rig = steady(wave, hzOf(cycles));
    rig.set("PULSE_WIDTH", 0.3F);
    rig.run(kPeriodFrames);
    for (std::uint32_t h = 1; h < 80; ++h) {
      const double n = h;
      const double saw = 2.0 / (test::kPi * n);
      const double square = 2.0 * saw * std::fabs(std::sin(test::kPi * n * 0.3F));
      const double triangle = h % 2 == 1 ? 8.0 / (test::kPi * test::kPi * n * n) : 0.0;
      const double expected = wave == kSaw ? saw : (wave == kSquare ? square : triangle);
      CHECK(harmonic(rig, h) == doctest::Approx(expected).epsilon(0.003).scale(0.001));
    }
    CHECK(std::fabs(test::mean(rig.left)) < 1e-6);
  }
}

TEST_CASE("the oscillator is in tune to 0.01 cent, by Hz, by note and detuned") {
  for (const double hz : {27.5, 65.4064, 440.0, 4979.0}) {
    NodeRig rig = steady(kSine, static_cast<float>(hz));
    rig.run(48000 * 4);
    CHECK(std::fabs(centsOff(rig.left, static_cast<float>(hz))) < 0.01);
  }
  for (const float note : {21.0F, 60.0F, 69.0F, 69.5F, 108.0F}) {
    for (const float cents : {0.0F, -7.0F, 350.0F}) {
      NodeRig rig = steady(kSine, 0.0F);
      rig.set("NOTE_SEMITONES", note);
      rig.set("DETUNE_CENTS", cents);
      rig.run(48000 * 4);
      const double hz = 440.0 * std::exp2((note - 69.0) / 12.0 + cents / 1200.0);
      INFO("note ", note, " + ", cents);
      CHECK(std::fabs(centsOff(rig.left, hz)) < 0.01);
    }
  }
}

TEST_CASE("the oscillator's edges and gate are exact to the frame") {
  // Noise is known frame by frame, so the level is too.
  auto levels = [](float attackMs, float gateMs, float releaseMs) {
    NodeRig rig("osc");
    rig.set("WAVE", kNoise);
    rig.set("ATTACK_MS", attackMs);
    rig.set("RELEASE_MS", releaseMs);
    rig.set("GATE_MS", gateMs);
    rig.set("GAIN", 0.8F);
    rig.run(17);
    rig.node().trigger(0.5F);
    rig.run(2000);
    const dsp::Noise noise(1);
    std::vector<double> level;
    for (std::uint32_t n = 0; n < 2000; ++n) {
      level.push_back(rig.left[17 + n] / static_cast<double>(noise.at(n)));
    }
    return level;
  };
  const auto soft = levels(5.0F, 20.0F, 10.0F);
  for (std::uint32_t n = 0; n < 2000; ++n) {
    double expected = 0.4;
    if (n < 240) expected = 0.4 * n / 240.0;
    if (n >= 960) expected = 0.4 * std::max(0.0, 1.0 - (n - 960.0) / 480.0);
    REQUIRE(soft[n] == doctest::Approx(expected).epsilon(1e-6).scale(1.0));
  }
  CHECK(soft[1439] != 0.0);
  CHECK(soft[1440] == 0.0);
  const auto hard = levels(0.0F, 10.0F, 0.0F);
  CHECK(hard[0] == doctest::Approx(0.4));
  CHECK(hard[479] == doctest::Approx(0.4));
  CHECK(hard[480] == 0.0);
  // A gate shorter than the attack falls from where it came to.
  const auto brief = levels(10.0F, 5.0F, 5.0F);
  CHECK(brief[240] == doctest::Approx(0.2));
  CHECK(brief[360] == doctest::Approx(0.1));
  CHECK(brief[480] == 0.0);
}

TEST_CASE("the oscillator's gate may be in beats, in a note's length or in a player's hands") {
  auto rigWith = [](float gateMs, float beats) {
    NodeRig rig = steady(kSquare, 100.0F);
    rig.node().reset();
    rig.set("GATE_MS", gateMs);
    rig.set("GATE_BEATS", beats);
    rig.set("RELEASE_MS", 0.0F);
    return rig;
  };
  auto lastOf = [](const NodeRig& rig) {
    std::size_t last = rig.left.size();
    while (last > 0 && rig.left[last - 1] == 0.0F) --last;
    return last;
  };
  NodeRig beats = rigWith(10.0F, 0.25F);  // at 120 bpm
  beats.node().trigger(1.0F);
  beats.run(10000);
  CHECK(lastOf(beats) == 6000);

  NodeRig length = rigWith(10.0F, 0.25F);
  length.node().noteOn(50, 1.0F, 777);
  length.run(10000);
  CHECK(lastOf(length) == 777);

  NodeRig held = rigWith(10.0F, 0.25F);
  held.node().noteOn(50, 1.0F, 0);
  held.run(20000);
  held.node().noteOff(51);
  held.run(1234);
  held.node().noteOff(50);
  held.run(1000);
  CHECK(lastOf(held) == 21234);

  NodeRig drone = rigWith(0.0F, 0.0F);
  drone.node().trigger(1.0F);
  drone.run(48000 * 3);
  CHECK(test::rms(drone.left, 47900 * 3) > 0.4);
  drone.node().noteOff(60);
  drone.run(100);
  CHECK(lastOf(drone) == 48000 * 3);
}

TEST_CASE("a note plays its pitch, and a new one while it sounds does not click") {
  NodeRig rig("osc");
  rig.set("GAIN", 1.0F);
  rig.node().noteOn(45, 1.0F, 0);
  rig.run(24000);
  CHECK(test::pitchOf(rig.left, 1000, 24000) == doctest::Approx(110.0).epsilon(1e-4));
  REQUIRE(std::fabs(rig.left.back()) > 0.0F);
  rig.node().noteOn(57, 0.5F, 0);
  rig.run(24000);
  CHECK(test::pitchOf(rig.left, 25000, 48000) == doctest::Approx(220.0).epsilon(1e-4));
  double steepest = 0.0;
  for (std::size_t n = 1; n < rig.left.size(); ++n) {
    steepest = std::max(steepest, static_cast<double>(std::fabs(rig.left[n] - rig.left[n - 1])));
  }
  CHECK(steepest < 2 * test::kPi * 220.0 / test::kRate + 1.0 / 96.0);
}

TEST_CASE("the oscillator's noise is white and follows the seed") {
  NodeRig one = steady(kNoise, 0.0F, 1);
  NodeRig same = steady(kNoise, 0.0F, 1);
  NodeRig other = steady(kNoise, 0.0F, 2);
  for (NodeRig* rig : {&one, &same, &other}) rig->run(48000);
  CHECK(one.left == same.left);
  CHECK(one.left != other.left);
  CHECK(test::rms(one.left) == doctest::Approx(1.0 / std::sqrt(3.0)).epsilon(0.01));
  double neighbours = 0.0;
  for (std::size_t n = 1; n < one.left.size(); ++n) {
    neighbours += static_cast<double>(one.left[n]) * one.left[n - 1];
  }
  CHECK(std::fabs(neighbours / 48000.0) < 0.005);
}
