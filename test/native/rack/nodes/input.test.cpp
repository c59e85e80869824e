// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/input.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

std::vector<float> sine(double hz, double height, std::size_t frames) {
  std::vector<float> result(frames);
  for (std::size_t n = 0; n < frames; ++n)
    result[n] = static_cast<float>(
        height * std::sin(2 * test::kPi * hz / test::kRate * static_cast<double>(n)));
  return result;
}

}  // namespace

TEST_CASE("an input plays the channels it names, a single one on both sides") {
  struct Case {
    const char* channels;
    int left, right;  ///< channel of the card from 1; 0: silence
  };
  for (const Case& c : {Case{"", 1, 2}, Case{"1-2", 1, 2}, Case{"2-1", 2, 1}, Case{"1", 1, 1},
                        Case{"2", 2, 2}, Case{"2-3", 2, 0}, Case{"5", 0, 0}}) {
    NodeRig rig("input", {{"channels", c.channels}});
    rig.set("DC_BLOCK", 0.0F);
    rig.input = sine(440.0, 0.5, 4800);
    rig.inputRight = sine(1000.0, 0.25, 4800);
    rig.run(4800);
    const std::vector<float> silence(4800, 0.0F);
    const std::vector<float>* heard[] = {&silence, &rig.input, &rig.inputRight};
    INFO(std::string(c.channels));
    CHECK(rig.left == *heard[c.left]);
    CHECK(rig.right == *heard[c.right]);
  }
}

TEST_CASE("channels are one number from 1 to 64 or two with a dash, and nothing else") {
  for (const char* text : {"0", "65", "1-", "-1", "1-2-3", "a", "1,2", " 1", "1 ", "99999999999"}) {
    const std::unique_ptr<rack::Node> node(rack::kInputType.make());
    const std::vector<rack::NodeText> texts{{"channels", text}};
    rack::PrepareInfo info;
    info.texts = &texts;
    const Status status = node->prepare(info);
    REQUIRE_FALSE(status.isOk());
    CHECK(status.error().message.find("1-2") != std::string::npos);
    CHECK(status.error().message.find(text) != std::string::npos);
  }
}

TEST_CASE("an input reads the card from the frame at which the call begins") {
  const std::unique_ptr<rack::Node> node(rack::kInputType.make());
  REQUIRE(node->prepare({}).isOk());
  node->params().set(1, 0.0F, 0);  // DC_BLOCK
  float card[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  const float* external[] = {card};
  float left[3];
  float right[3];
  float* out[] = {left, right};
  rack::NodeIo io;
  io.external = external;
  io.externalCount = 1;
  io.externalAt = 4;
  io.out = out;
  io.frames = 3;
  node->process(io);
  CHECK(left[0] == 5.0F);
  CHECK(left[2] == 7.0F);
  CHECK(right[0] == 0.0F);
}

TEST_CASE("GAIN_DB is a gain, and MUTE fades out and in within 5 ms without a click") {
  NodeRig rig("input");
  rig.set("GAIN_DB", 6.0F);
  rig.set("DC_BLOCK", 0.0F);
  rig.input.assign(48000, 0.25F);
  rig.run(4800);
  CHECK(rig.left[0] == doctest::Approx(0.25 * std::pow(10.0, 0.3)).epsilon(1e-5));
  CHECK(rig.left[0] == rig.left[4799]);
  rig.set("MUTE", 1.0F);
  rig.run(4800);
  CHECK(rig.left[4800 + 239] == 0.0F);
  CHECK(rig.left[4800 + 238] > 0.0F);
  CHECK(rig.left.back() == 0.0F);
  rig.set("MUTE", 0.0F);
  rig.run(4800);
  CHECK(rig.left[9600 + 239] == rig.left[0]);
  for (std::size_t n = 1; n < rig.left.size(); ++n)
    REQUIRE(std::fabs(rig.left[n] - rig.left[n - 1]) < 0.003F);
}

TEST_CASE("the DC blocker takes DC away and leaves the bass; switching it does not click") {
  NodeRig rig("input");
  rig.input = sine(40.0, 0.5, 192000);
  for (float& x : rig.input) x += 0.2F;
  rig.run(96000);
  double mean = 0.0;
  for (std::size_t n = 48000; n < 96000; ++n) mean += rig.left[n] / 48000.0;
  CHECK(std::fabs(mean) < 1e-4);
  // One pole at 5 Hz: at 40 Hz 0.07 dB are missing.
  const double expected = 0.5 / std::sqrt(1.0 + 5.0 * 5.0 / (40.0 * 40.0)) / std::sqrt(2.0);
  CHECK(std::fabs(test::db(test::rms(rig.left, 48000, 48000) / expected)) < 0.01);
  rig.set("DC_BLOCK", 0.0F);
  rig.run(48000);
  CHECK(rig.left.back() == rig.input[143999]);
  for (std::size_t n = 96000; n < rig.left.size(); ++n)
    REQUIRE(std::fabs(rig.left[n] - rig.left[n - 1]) < 0.005F);
}
