// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/drive.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

constexpr std::size_t kLatency = 48;

void feedSine(NodeRig& rig, double hz, double height, int frames) {
  for (int n = 0; n < frames; ++n) {
    rig.input.push_back(static_cast<float>(
        height * std::sin(2 * test::kPi * std::fmod(hz / test::kRate * n, 1.0))));
  }
}

double softCurve(double x) {
  const double u = std::clamp(x / 2.1875, -1.0, 1.0);
  return (35 * u - 35 * std::pow(u, 3) + 21 * std::pow(u, 5) - 5 * std::pow(u, 7)) / 16;
}

}  // namespace

TEST_CASE("a drive without mix is a delay of its latency, bit for bit") {
  NodeRig rig("drive");
  rig.set("MIX", 0.0F);
  rig.set("BIAS", 0.5F);
  CHECK(rig.node().latencyFrames() == kLatency);
  test::Dice dice(1);
  for (int n = 0; n < 4800; ++n) rig.input.push_back(static_cast<float>(dice.uniform(-1.0, 1.0)));
  rig.run(4800);
  for (std::size_t n = 0; n < 4800; ++n) {
    REQUIRE(rig.left[n] == (n < kLatency ? 0.0F : rig.input[n - kLatency]));
  }
}

TEST_CASE("what no curve bends passes flat to 15 kHz, as late as the dry sound") {
  for (const float type : {0.0F, 1.0F, 2.0F, 3.0F, 4.0F}) {
    for (const double hz : {100.0, 1000.0, 5000.0, 15000.0}) {
      NodeRig rig("drive");
      rig.set("TYPE", type);
      rig.set("DRIVE_DB", 0.0F);
      feedSine(rig, hz, 0.01, 14400);
      rig.run(14400);
      const auto in = test::dft(rig.input, hz / test::kRate, 4800 - kLatency, 9600);
      const auto out = test::dft(rig.left, hz / test::kRate, 4800, 9600);
      INFO("type ", type, " at ", hz);
      CHECK(std::fabs(test::db(std::abs(out / in))) < 0.03);
      // The high-pass at 5 Hz turns 100 Hz by 3 degrees.
      CHECK(std::fabs(std::arg(out / in)) < 6.0 / hz + 0.001);
    }
  }
}

TEST_CASE("the curves are what the page says") {
  struct Case {
    float type;
    float driveDb;
    double (*curve)(double);
  };
  const Case cases[] = {
      {0.0F, 12.0F, [](double x) { return softCurve(3.98107 * x); }},
      {1.0F, 12.0F, [](double x) { return std::clamp(3.98107 * x, -1.0, 1.0); }},
      {2.0F, 24.0F, [](double x) { return std::sin(3.98107 * x); }},
      {3.0F, 12.0F,
       [](double x) {
         const double y = 3.98107 * x;
         return y > 0.0 ? softCurve(y) : 0.5 * softCurve(2.0 * y);
       }},
  };
  for (const Case& c : cases) {
    NodeRig rig("drive");
    rig.set("TYPE", c.type);
    rig.set("DRIVE_DB", c.driveDb);
    feedSine(rig, 500.0, 0.7, 48000);
    rig.run(48000);
    // Period by period without the mean, which is not let through.
    double mean = 0.0;
    for (std::size_t n = 0; n < 96; ++n) mean += c.curve(rig.input[n]) / 96.0;
    for (std::size_t n = 40000; n < 41000; ++n) {
      INFO("type ", c.type, " frame ", n);
      REQUIRE(std::fabs(rig.left[n] - (c.curve(rig.input[n - kLatency]) - mean)) < 0.06);
    }
    double squares = 0.0;
    for (std::size_t n = 40000; n < 40960; ++n) {
      squares += std::pow(rig.left[n] - (c.curve(rig.input[n - kLatency]) - mean), 2) / 960.0;
    }
    CHECK(std::sqrt(squares) < 0.01);
  }
}

TEST_CASE("aliases of a sine of 5 kHz at full drive are 70 dB below its harmonics") {
  for (const float type : {0.0F, 1.0F, 2.0F, 3.0F, 4.0F}) {
    for (const std::size_t cycles : {125U, 249U, 498U, 499U}) {
      NodeRig rig("drive");
      rig.set("TYPE", type);
      rig.set("DRIVE_DB", 40.0F);
      feedSine(rig, 10.0 * static_cast<double>(cycles), 1.0, 28800);
      // One and a half octaves of DC blocker are still settling before that.
      rig.run(28800);
      const double aliases = test::aliasDb(rig.left, 24000, 4800, cycles);
      INFO("type ", type, ", ", 10 * cycles, " Hz: ", aliases, " dB");
      CHECK(aliases < -70.0);
    }
  }
}

TEST_CASE("a drive has no DC at its output, and silence stays silence whatever its bias") {
  for (const float type : {0.0F, 1.0F, 2.0F, 3.0F, 4.0F}) {
    NodeRig rig("drive");
    rig.set("TYPE", type);
    rig.set("BIAS", 0.4F);
    rig.set("DRIVE_DB", 20.0F);
    rig.run(4800);
    CHECK(test::peak(rig.left) == 0.0);
    feedSine(rig, 100.0, 0.5, 96000);
    rig.run(91200);
    double mean = 0.0;
    for (std::size_t n = 86400; n < 96000; ++n) mean += rig.left[n] / 9600.0;
    CHECK(std::fabs(mean) < 1e-3);
    CHECK(test::rms(rig.left, 86400) > 0.1);
  }
}

TEST_CASE("tone is a low-pass of one pole behind the curve") {
  NodeRig rig("drive");
  rig.set("DRIVE_DB", 0.0F);
  rig.set("TONE_HZ", 2000.0F);
  rig.input = {0.001F};
  rig.run(4800);
  for (const double hz : {200.0, 1000.0, 2000.0, 5000.0, 8000.0}) {
    const double wanted = -10.0 * std::log10(1.0 + hz * hz / 4e6);
    INFO(hz);
    CHECK(std::fabs(test::db(std::abs(test::dft(rig.left, hz / test::kRate)) / 0.001) - wanted) <
          0.1);
  }
}
