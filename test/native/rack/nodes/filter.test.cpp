// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/filter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;
using Complex = std::complex<double>;

namespace {

enum Mode { kLow, kHigh, kBand, kNotch, kPeak, kLowShelf, kHighShelf, kAll };

/// The analog stage, s in units of the cutoff.
Complex analog(int mode, Complex s, double q, double gainDb) {
  const double a = std::pow(10.0, gainDb / 40.0);
  const double root = std::sqrt(a);
  const Complex resonant = s * s + s / q + 1.0;
  switch (mode) {
    case kLow: return 1.0 / resonant;
    case kHigh: return s * s / resonant;
    case kBand: return s / q / resonant;
    case kNotch: return (s * s + 1.0) / resonant;
    case kPeak: return (s * s + s * a / q + 1.0) / (s * s + s / (a * q) + 1.0);
    case kLowShelf: return a * (s * s + root / q * s + a) / (a * s * s + root / q * s + 1.0);
    case kHighShelf: return a * (a * s * s + root / q * s + 1.0) / (s * s + root / q * s + a);
    default: return (s * s - s / q + 1.0) / resonant;
  }
}

/// One stage, or the two of the steep slope, as docs/nodes/filter.md has them.
double analogGain(int mode, bool isSteep, double ratio, double q, double gainDb) {
  const Complex s{0.0, ratio};
  if (!isSteep) return std::abs(analog(mode, s, q, gainDb));
  double first = q;
  double second = q;
  if (mode == kLow || mode == kHigh || mode == kLowShelf || mode == kHighShelf) {
    first = 1.0 / (2.0 * std::cos(test::kPi / 8.0));
    second = q * std::sqrt(2.0) / (2.0 * std::sin(test::kPi / 8.0));
  }
  const double narrow = std::sqrt(std::sqrt(2.0) - 1.0);
  if (mode == kBand) first = second = q * narrow;
  if (mode == kNotch) first = second = q / narrow;
  return std::abs(analog(mode, s, first, gainDb / 2) * analog(mode, s, second, gainDb / 2));
}

NodeRig filterOf(int mode, double cutoffHz, double q, double gainDb = 0.0, double slope = 12.0) {
  NodeRig rig("filter");
  rig.set("MODE", static_cast<float>(mode));
  rig.set("CUTOFF_HZ", static_cast<float>(cutoffHz));
  rig.set("Q", static_cast<float>(q));
  rig.set("GAIN_DB", static_cast<float>(gainDb));
  rig.set("SLOPE", static_cast<float>(slope));
  return rig;
}

void feedSine(NodeRig& rig, double hz, std::size_t frames) {
  for (std::size_t n = 0; n < frames; ++n) {
    rig.input.push_back(
        static_cast<float>(std::sin(2 * test::kPi * hz * static_cast<double>(n) / test::kRate)));
  }
}

double steepest(const std::vector<float>& x) {
  double step = 0.0;
  for (std::size_t n = 1; n < x.size(); ++n) {
    step = std::max(step, static_cast<double>(std::fabs(x[n] - x[n - 1])));
  }
  return step;
}

constexpr double kFrequencies[] = {25.0,   60.0,   150.0,  400.0,  1000.0,
                                   2000.0, 3500.0, 5000.0, 6500.0, 8000.0};

}  // namespace

TEST_CASE("the filter is the analog one within 0.1 dB up to 8 kHz, without warping") {
  for (const double slope : {12.0, 24.0}) {
    for (int mode = kLow; mode <= kAll; ++mode) {
      for (const double cutoff : {40.0, 300.0, 1000.0, 4000.0, 8000.0, 12000.0, 18000.0}) {
        for (const double q : {0.5, 0.7071, 3.0, 12.0}) {
          const double gainDb = cutoff == 1000.0 ? -9.0 : 15.0;
          if (mode >= kLowShelf && q > 3.0) continue;
          NodeRig rig = filterOf(mode, cutoff, q, gainDb, slope);
          rig.isMono = q > 1.0;
          rig.input = {1.0F};
          rig.run(cutoff < 100.0 ? 48000 * 5 : 48000);  // until it no longer rings
          for (const double hz : kFrequencies) {
            const double expected =
                test::db(analogGain(mode, slope > 18.0, hz / static_cast<float>(cutoff),
                                    static_cast<float>(q), gainDb));
            // Below -70 dB the difference is not heard.
            if (expected < -70.0) continue;
            INFO("mode ", mode, " slope ", slope, " cutoff ", cutoff, " q ", q, " at ", hz);
            const double got = test::db(std::abs(test::dft(rig.left, hz / test::kRate)));
            CHECK(std::fabs(got - expected) < 0.1);
          }
          CHECK(rig.left == rig.right);
        }
      }
    }
  }
}

TEST_CASE(
    "one channel is filtered as each of two, whatever moves, and becomes two without a click") {
  const auto play = [](NodeRig& rig, bool becomesStereo) {
    test::Dice dice(8);
    for (int turn = 0; turn < 200; ++turn) {
      if (becomesStereo && turn == 100) rig.isMono = false;
      switch (dice.bits() / 2 % 8) {
        case 0: rig.set("MODE", static_cast<float>(dice.bits() / 2 % 8)); break;
        case 1: rig.set("CUTOFF_HZ", static_cast<float>(dice.uniform(100.0, 9000.0)), 400); break;
        case 2: rig.set("SLOPE", dice.bits() / 2 % 2 == 0 ? 12.0F : 24.0F); break;
        case 3: rig.set("DRIVE", static_cast<float>(dice.uniform(-0.5, 0.5))); break;
        case 4: rig.set("MIX", static_cast<float>(dice.uniform(0.5, 1.5))); break;
        default: break;
      }
      rig.run(37);
    }
  };
  NodeRig two = filterOf(kLow, 500.0, 4.0, 6.0);
  test::Dice noise(3);
  for (int n = 0; n < 8000; ++n) {
    two.input.push_back(static_cast<float>(noise.uniform(-0.5, 0.5)));
  }
  NodeRig one = filterOf(kLow, 500.0, 4.0, 6.0);
  NodeRig both = filterOf(kLow, 500.0, 4.0, 6.0);
  one.input = both.input = two.input;
  one.isMono = both.isMono = true;
  play(two, false);
  play(one, false);
  play(both, true);
  double size = 0.0;
  for (const float x : two.left) size = std::max(size, std::fabs(static_cast<double>(x)));
  REQUIRE(size > 0.1);
  for (std::size_t n = 0; n < two.left.size(); ++n) {
    REQUIRE(std::fabs(one.left[n] - two.left[n]) < 1e-4 * size);
    REQUIRE(std::fabs(both.left[n] - two.left[n]) < 1e-4 * size);
    REQUIRE(one.left[n] == one.right[n]);
    REQUIRE(both.left[n] == both.right[n]);
  }
}

TEST_CASE("a slope of 24 falls by 24 dB an octave, and the gain at the cutoff is Q in both") {
  for (const double slope : {12.0, 24.0}) {
    NodeRig low = filterOf(kLow, 100.0, 0.7071, 0.0, slope);
    low.input = {1.0F};
    low.run(48000);
    auto gain = [](const NodeRig& rig, double hz) {
      return test::db(std::abs(test::dft(rig.left, hz / test::kRate)));
    };
    CHECK(gain(low, 800.0) - gain(low, 1600.0) == doctest::Approx(slope).epsilon(0.01));
    CHECK(gain(low, 100.0) == doctest::Approx(-3.01).epsilon(0.01));
    NodeRig ringing = filterOf(kLow, 1000.0, 10.0, 0.0, slope);
    ringing.input = {1.0F};
    ringing.run(48000);
    CHECK(gain(ringing, 1000.0) == doctest::Approx(20.0).epsilon(0.005));
  }
}

TEST_CASE("the filter stays bounded while everything jumps at every frame") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    NodeRig rig("filter");
    test::Dice dice(seed);
    for (int n = 0; n < 20000; ++n) {
      rig.input.push_back(static_cast<float>(dice.uniform(-1.0, 1.0)));
      const std::uint32_t end = dice.bits() / 2 % 4;
      const double octave = end == 0 ? 3.3 : (end == 1 ? 14.3 : dice.uniform(3.3, 14.3));
      rig.set("CUTOFF_HZ", static_cast<float>(std::exp2(octave)));
      rig.set("Q", static_cast<float>(dice.uniform(0.3, 20.0)));
      if (n % 50 == 0) rig.set("MODE", static_cast<float>(dice.bits() / 2 % 4));
      if (n % 70 == 0) rig.set("SLOPE", dice.bits() / 2 % 2 == 0 ? 12.0F : 24.0F);
      rig.run(1);
    }
    INFO("seed ", seed, " peak ", test::peak(rig.left));
    CHECK(test::peak(rig.left) < 40.0);
  }
}

TEST_CASE("a resonance whose cutoff jumps rings down, and never up") {
  NodeRig rig = filterOf(kBand, 500.0, 40.0);
  rig.input = {1.0F};
  test::Dice dice(5);
  for (int n = 0; n < 48000; ++n) {
    rig.set("CUTOFF_HZ", static_cast<float>(dice.uniform(50.0, 18000.0)));
    rig.run(1);
  }
  CHECK(test::peak(rig.left) < 1.0);
  CHECK(test::peak(rig.left, 24000) < 1e-3 * test::peak(rig.left));
}

TEST_CASE("jumps of the cutoff, the mode and the slope do not click") {
  // A hard switch would step by up to 1; the glide takes 16 frames.
  for (const double hz : {100.0, 1000.0}) {
    NodeRig rig("filter");
    feedSine(rig, hz, 48000);
    test::Dice dice(3);
    for (int event = 0; event < 60; ++event) {
      rig.set("CUTOFF_HZ", static_cast<float>(std::exp2(dice.uniform(6.0, 13.0))));
      rig.set("MODE", static_cast<float>(dice.bits() / 2 % 4));
      rig.set("SLOPE", dice.bits() / 2 % 2 == 0 ? 12.0F : 24.0F);
      rig.run(777);
    }
    INFO(hz, " Hz: steepest ", steepest(rig.left));
    CHECK(steepest(rig.left) < 2 * test::kPi * hz / test::kRate + 2.5 / 16.0);
  }
}

TEST_CASE("a cutoff that ramps passes where it should") {
  // Two octaves up in a second; the sine that the cutoff passes halfway is then 3 dB down.
  NodeRig rig = filterOf(kLow, 500.0, 0.7071);
  feedSine(rig, 1000.0, 48000);
  rig.set("CUTOFF_HZ", 2000.0F, 48000);
  rig.run(48000);
  const double level =
      2.0 * std::abs(test::dft(rig.left, 1000.0 / test::kRate, 24000 - 480, 960)) / 960.0;
  CHECK(test::db(level) == doctest::Approx(-3.01).epsilon(0.03));
}

TEST_CASE("drive saturates what goes in, and none of it is linear to the bit") {
  auto third = [](float drive, double height) {
    NodeRig rig = filterOf(kLow, 20000.0, 0.5);
    rig.set("DRIVE", drive);
    feedSine(rig, 500.0, 48000);
    for (float& value : rig.input) value *= static_cast<float>(height);
    rig.run(48000);
    const double first = std::abs(test::dft(rig.left, 500.0 / test::kRate, 4800, 9600));
    return test::db(std::abs(test::dft(rig.left, 1500.0 / test::kRate, 4800, 9600)) / first);
  };
  CHECK(third(0.0F, 1.0) < -120.0);
  CHECK(third(0.3F, 1.0) > -45.0);
  CHECK(third(1.0F, 1.0) > -15.0);
  NodeRig full = filterOf(kLow, 20000.0, 0.5);
  full.set("DRIVE", 1.0F);
  full.input.assign(9600, 1.0F);
  full.run(9600);
  CHECK(full.left.back() == doctest::Approx(1.0).epsilon(1e-4));
}

TEST_CASE("key tracking moves the cutoff by an octave with every twelve notes") {
  for (const float note : {48.0F, 60.0F, 84.0F}) {
    NodeRig tracked = filterOf(kLow, 500.0, 0.7071);
    tracked.set("KEYTRACK", 1.0F);
    tracked.node().noteOn(static_cast<std::uint32_t>(note), 1.0F, 0);
    NodeRig plain = filterOf(kLow, 500.0 * std::exp2((note - 60.0) / 12.0), 0.7071);
    for (NodeRig* rig : {&tracked, &plain}) {
      feedSine(*rig, 700.0, 4800);
      rig->run(4800);
    }
    CHECK(test::rms(tracked.left, 2400) == doctest::Approx(test::rms(plain.left, 2400)));
  }
}

TEST_CASE("the mix is a straight line from dry to wet") {
  NodeRig dry = filterOf(kHigh, 2000.0, 1.0);
  NodeRig half = filterOf(kHigh, 2000.0, 1.0);
  NodeRig wet = filterOf(kHigh, 2000.0, 1.0);
  dry.set("MIX", 0.0F);
  half.set("MIX", 0.5F);
  for (NodeRig* rig : {&dry, &half, &wet}) {
    feedSine(*rig, 900.0, 2000);
    rig->run(2000);
  }
  CHECK(dry.left == dry.input);
  for (std::size_t n = 0; n < 2000; ++n) {
    CHECK(half.left[n] == doctest::Approx(0.5 * (dry.left[n] + wet.left[n])).epsilon(1e-5));
  }
}
