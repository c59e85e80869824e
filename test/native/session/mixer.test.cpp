// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/mixer.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

using namespace downbeat;
using namespace downbeat::session;

namespace {

struct Signal {
  std::array<float, kQuantumFrames> left;
  std::array<float, kQuantumFrames> right;
  explicit Signal(float value) {
    left.fill(value);
    right.fill(-value);
  }
  [[nodiscard]] StereoQuantum view() const { return {left.data(), right.data()}; }
};

struct Out {
  std::vector<float> left;
  std::vector<float> right;
};

void play(Mixer& mixer, const std::vector<Signal>& signals, int quanta, Out& out) {
  std::vector<StereoQuantum> sources;
  for (const Signal& signal : signals) sources.push_back(signal.view());
  for (int i = 0; i < quanta; ++i) {
    std::array<float, kQuantumFrames> left;
    std::array<float, kQuantumFrames> right;
    mixer.process(sources.data(), sources.size(), left.data(), right.data());
    out.left.insert(out.left.end(), left.begin(), left.end());
    out.right.insert(out.right.end(), right.begin(), right.end());
  }
}

/// What comes out for constant inputs, when all is settled.
float settled(const MixPlan& plan, const std::vector<Signal>& signals) {
  Mixer mixer(plan, 48000.0, nullptr);
  mixer.takeOver(false);
  Out out;
  play(mixer, signals, 60, out);
  CHECK(out.right.back() == -out.left.back());
  return out.left.back();
}

}  // namespace

TEST_CASE("the session is the sum of its racks with their gains, times the master gain") {
  MixPlan plan;
  plan.strips = {{"a", 0.5, false, false, 0}, {"b", 0.25, false, false, 0}};
  plan.master.gain = 0.5F;
  CHECK(settled(plan, {Signal(0.4F), Signal(0.8F)}) == doctest::Approx(0.2));
}

TEST_CASE("a muted rack is silent, and with a solo only the soloed racks are heard") {
  MixPlan plan;
  plan.strips = {
      {"a", 1.0, false, false, 0}, {"b", 1.0, true, false, 0}, {"c", 1.0, false, false, 0}};
  const std::vector<Signal> signals{Signal(0.1F), Signal(0.2F), Signal(0.4F)};
  CHECK(settled(plan, signals) == doctest::Approx(0.5));
  plan.strips[2].soloed = true;
  CHECK(settled(plan, signals) == doctest::Approx(0.4));
  plan.strips[2].muted = true;
  CHECK(settled(plan, signals) == 0.0F);
}

TEST_CASE("no level passes the ceiling") {
  MixPlan plan;
  plan.strips = {{"a", 4.0, false, false, 0}};
  plan.master.ceilingDb = -6.0F;
  Mixer mixer(plan, 48000.0, nullptr);
  Out out;
  play(mixer, {Signal(3.0F)}, 100, out);
  for (const float value : out.left) CHECK(std::fabs(value) <= std::pow(10.0F, -6.0F / 20.0F));
}

TEST_CASE("a faster rack waits for the slowest, and the mixer states what it takes") {
  MixPlan plan;
  plan.strips = {{"fast", 1.0, false, false, 0}, {"slow", 1.0, false, false, 40}};
  Mixer mixer(plan, 48000.0, nullptr);
  const std::uint32_t limiter = Mixer(MixPlan{}, 48000.0, nullptr).latencyFrames();
  CHECK(mixer.latencyFrames() == limiter + 40);
  Out out;
  play(mixer, {Signal(0.25F), Signal(0.0F)}, 10, out);
  CHECK(out.left[limiter + 39] == 0.0F);
  CHECK(out.left[limiter + 40] == 0.25F);
}

TEST_CASE("mute fades within 5 ms, without a step") {
  MixPlan plan;
  plan.strips = {{"a", 1.0, false, false, 0}};
  Mixer before(plan, 48000.0, nullptr);
  before.takeOver(false);
  Out out;
  play(before, {Signal(0.5F)}, 20, out);
  plan.strips[0].muted = true;
  Mixer after(plan, 48000.0, &before);
  after.takeOver(false);
  play(after, {Signal(0.5F)}, 20, out);
  for (std::size_t i = 200; i < out.left.size(); ++i) {
    CHECK(std::fabs(out.left[i] - out.left[i - 1]) <= 0.5F / 240.0F * 1.01F);
  }
  CHECK(out.left.back() == 0.0F);
}

TEST_CASE("another mixer of the same plan goes on bit for bit") {
  MixPlan plan;
  plan.strips = {{"a", 0.7, false, false, 0}, {"b", 0.6, false, false, 13}};
  const std::vector<Signal> signals{Signal(0.9F), Signal(0.8F)};
  Out expected;
  Mixer only(plan, 48000.0, nullptr);
  play(only, signals, 30, expected);
  Out out;
  auto mixer = std::make_unique<Mixer>(plan, 48000.0, nullptr);
  for (int i = 0; i < 30; ++i) {
    mixer = std::make_unique<Mixer>(plan, 48000.0, mixer.get());
    mixer->takeOver(false);
    play(*mixer, signals, 1, out);
  }
  CHECK(out.left == expected.left);
}

TEST_CASE("a sum that is not finite is silence, counted, and over with its cause") {
  MixPlan plan;
  plan.strips = {{"a", 1.0, false, false, 0}};
  Mixer mixer(plan, 48000.0, nullptr);
  Out out;
  play(mixer, {Signal(std::numeric_limits<float>::infinity())}, 3, out);
  CHECK(mixer.faults() == 3);
  play(mixer, {Signal(0.25F)}, 10, out);
  for (const float value : out.left) CHECK(std::isfinite(value));
  CHECK(out.left.back() == 0.25F);
}

TEST_CASE(
    "the declick hides a step: its first frame is the last one, and it is gone after the fade") {
  Declick declick;
  std::vector<float> left(100, 0.8F);
  std::vector<float> right(100, -0.2F);
  declick.process(left.data(), right.data(), 100);
  CHECK(left[50] == 0.8F);
  declick.arm(240);
  left.assign(400, -0.4F);
  right.assign(400, 0.0F);
  declick.process(left.data(), right.data(), 400);
  CHECK(left[0] == doctest::Approx(0.8F));
  CHECK(right[0] == doctest::Approx(-0.2F));
  for (std::size_t i = 1; i < 400; ++i) {
    CHECK(std::fabs(left[i] - left[i - 1]) <= 1.2F * 2.0F / 240.0F);
  }
  CHECK(left[240] == -0.4F);
  CHECK(right[399] == 0.0F);
}
