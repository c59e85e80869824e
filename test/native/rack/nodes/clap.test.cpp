// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/clap.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

/// Mean power of many claps, frame by frame.
std::vector<double> meanPower(float decayMs, std::uint32_t frames, int claps) {
  std::vector<double> power(frames);
  for (int seed = 0; seed < claps; ++seed) {
    NodeRig rig("clap", static_cast<std::uint64_t>(seed));
    rig.set("AMP_DECAY_MS", decayMs);
    rig.node().trigger(1.0F);
    rig.run(frames);
    for (std::size_t n = 0; n < frames; ++n) power[n] += rig.left[n] * rig.left[n] / claps;
  }
  return power;
}

double sum(const std::vector<double>& x, double fromMs, double toMs) {
  double total = 0.0;
  for (auto n = static_cast<std::size_t>(fromMs * 48); n < static_cast<std::size_t>(toMs * 48); ++n)
    total += x[n];
  return total / (toMs - fromMs);
}

}  // namespace

TEST_CASE("a clap is four bursts within 30 ms and a tail") {
  const auto power = meanPower(60.0F, 9600, 60);
  const double starts[] = {0.0, 9.8, 20.2, 29.1};
  for (int burst = 1; burst < 4; ++burst) {
    const double before = sum(power, starts[burst] - 2.5, starts[burst] - 0.5);
    const double after = sum(power, starts[burst] + 0.3, starts[burst] + 2.3);
    CHECK(after > 3.0 * before);
  }
  CHECK(sum(power, 40.0, 50.0) > 0.02 * sum(power, 29.4, 31.4));
}

TEST_CASE("the tail falls to 1/e in the amplitude decay") {
  const auto power = meanPower(80.0F, 19200, 120);
  const double ratio = sum(power, 150.0, 200.0) / sum(power, 70.0, 120.0);
  CHECK(std::sqrt(ratio) == doctest::Approx(std::exp(-1.0)).epsilon(0.08));
}

TEST_CASE("a clap is a band of noise around 1 kHz") {
  double body = 0.0;
  double low = 0.0;
  double high = 0.0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    NodeRig rig("clap", seed);
    rig.node().trigger(1.0F);
    rig.run(9600);
    for (double hz = 900.0; hz < 1300.0; hz += 40.0)
      body += std::norm(test::dft(rig.left, hz / test::kRate));
    for (double hz = 50.0; hz < 150.0; hz += 10.0)
      low += std::norm(test::dft(rig.left, hz / test::kRate));
    for (double hz = 12000.0; hz < 12400.0; hz += 40.0)
      high += std::norm(test::dft(rig.left, hz / test::kRate));
  }
  CHECK(10.0 * std::log10(body / low) > 15.0);
  CHECK(10.0 * std::log10(body / high) > 15.0);
}

TEST_CASE("two claps in a row are not copies, two racks with one seed are") {
  NodeRig rig("clap", 3);
  rig.node().trigger(1.0F);
  rig.run(96000);
  rig.node().trigger(1.0F);
  rig.run(96000);
  const std::vector<float> first(rig.left.begin(), rig.left.begin() + 96000);
  const std::vector<float> second(rig.left.begin() + 96000, rig.left.end());
  CHECK(first != second);
  NodeRig other("clap", 3);
  other.node().trigger(1.0F);
  other.run(96000);
  CHECK(other.left == first);
}

TEST_CASE("a clap pans with equal power") {
  NodeRig left("clap");
  left.set("PAN", -1.0F);
  left.node().trigger(1.0F);
  left.run(4800);
  CHECK(test::peak(left.right) < 1e-6);
  NodeRig middle("clap");
  middle.node().trigger(1.0F);
  middle.run(4800);
  CHECK(test::rms(middle.left) ==
        doctest::Approx(test::rms(left.left) * std::sqrt(0.5)).epsilon(1e-4));
}
