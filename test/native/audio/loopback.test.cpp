// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/loopback.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "audio/latency-probe.hpp"

using namespace downbeat;
using audio::findLoopback;
using audio::kSequenceFrames;
using audio::LatencyProbe;
using audio::loopbackSequence;

namespace {

constexpr float kLevel = 0.25F;

/// What comes back after `lag` frames with this gain, and noise of this mean square root.
std::vector<float> recording(std::uint32_t lag, float gain, float noise) {
  const std::vector<float> sequence = loopbackSequence();
  std::mt19937 random{5};
  std::normal_distribution<float> hiss(0.0F, 1.0F);
  std::vector<float> out(kSequenceFrames);
  for (std::uint32_t i = 0; i < kSequenceFrames; ++i) {
    out[(i + lag) % kSequenceFrames] = kLevel * gain * sequence[i];
  }
  if (noise > 0.0F) {
    for (float& value : out) value += noise * hiss(random);
  }
  return out;
}

}  // namespace

TEST_CASE("the sequence has every state once: as many ups as downs but for one") {
  const std::vector<float> sequence = loopbackSequence();
  double sum = 0.0;
  for (const float value : sequence) sum += value;
  CHECK(std::fabs(sum) == 1.0);
  // And it is like itself nowhere else.
  for (const std::size_t lag : {1U, 2U, 100U, 8191U}) {
    double fit = 0.0;
    for (std::size_t i = 0; i < sequence.size(); ++i) {
      fit += static_cast<double>(sequence[i] * sequence[(i + lag) % sequence.size()]);
    }
    CHECK(std::fabs(fit) == 1.0);
  }
}

TEST_CASE("the way is found to the frame: upside down, quiet, in noise, and with a steady offset") {
  struct Case {
    std::uint32_t lag;
    float gain;
    float noise;
  };
  for (const Case& one : {Case{0, 1.0F, 0.0F}, Case{128, 1.0F, 0.0F}, Case{741, -0.5F, 0.0F},
                          Case{5000, 0.02F, 0.01F}, Case{16000, 1.0F, 0.3F}}) {
    auto recorded = recording(one.lag, one.gain, one.noise);
    for (float& value : recorded) value += 0.05F;
    const auto found = findLoopback(recorded, kLevel);
    REQUIRE(found.isOk());
    CHECK(found.value().frames == one.lag);
    CHECK(found.value().gain == doctest::Approx(one.gain).epsilon(0.2));
    CHECK(found.value().clarity >= audio::kMinClarity);
  }
}

TEST_CASE("the direct way counts, not a louder echo") {
  auto direct = recording(300, 0.6F, 0.0F);
  const auto echo = recording(1500, 1.0F, 0.0F);
  for (std::size_t i = 0; i < direct.size(); ++i) direct[i] += echo[i];
  const auto found = findLoopback(direct, kLevel);
  REQUIRE(found.isOk());
  CHECK(found.value().frames == 300);
}

TEST_CASE("silence, noise alone and half a recording are told apart, each with what to do") {
  const auto silent = findLoopback(std::vector<float>(kSequenceFrames, 0.1F), kLevel);
  REQUIRE_FALSE(silent.isOk());
  CHECK(silent.error().code == "CALIBRATION_FAILED");
  CHECK(silent.error().message.find("nothing came back") != std::string::npos);
  const auto noise = findLoopback(recording(10, 0.0F, 0.2F), kLevel);
  REQUIRE_FALSE(noise.isOk());
  CHECK(noise.error().message.find("too noisy") != std::string::npos);
  CHECK_FALSE(findLoopback(std::vector<float>(100), kLevel).isOk());
}

TEST_CASE("the probe plays in place of the music, and measures the way whatever the block size") {
  for (const std::uint32_t frames : {32U, 100U, 777U}) {
    LatencyProbe probe;
    std::array<std::vector<float>, 2> outputs{std::vector<float>(frames, 0.7F),
                                              std::vector<float>(frames, 0.7F)};
    std::vector<float> input(frames);
    std::array<float*, 2> outPointers{outputs[0].data(), outputs[1].data()};
    std::array<const float*, 1> inPointers{input.data()};
    audio::AudioBlock block;
    block.outputs = outPointers.data();
    block.inputs = inPointers.data();
    block.outputChannels = 2;
    block.inputChannels = 1;
    block.frames = frames;
    probe.process(block);
    CHECK(outputs[1][0] == 0.7F);  // not asked yet: the music plays

    probe.arm();
    // A cable of 777 frames.
    std::vector<float> cable(777, 0.0F);
    std::size_t at = 0;
    int blocks = 0;
    while (!probe.isDone() && ++blocks < 10000) {
      for (std::uint32_t i = 0; i < frames; ++i) input[i] = 0.5F * cable[(at + i) % cable.size()];
      probe.process(block);
      for (std::uint32_t i = 0; i < frames; ++i) cable[(at + i) % cable.size()] = outputs[0][i];
      at += frames;
    }
    REQUIRE(probe.isDone());
    const auto found = findLoopback(probe.takeRecording(), LatencyProbe::kLevel);
    REQUIRE(found.isOk());
    CHECK(found.value().frames == 777);
    CHECK_FALSE(probe.isRunning());
  }
}
