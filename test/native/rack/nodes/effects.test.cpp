// SPDX-License-Identifier: GPL-3.0-or-later
// Delay, reverb and compressor against their formulas.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "rack/nodes/compressor.hpp"
#include "rack/nodes/delay.hpp"
#include "rack/nodes/render.hpp"
#include "rack/nodes/reverb.hpp"

using namespace downbeat;
using test::NodeRig;

TEST_CASE("echo k comes after k delays at feedback^(k-1), exactly") {
  NodeRig rig("delay");
  rig.set("DELAY_MS", 123.4F);
  rig.set("FEEDBACK", 0.5F);
  rig.set("MIX", 0.25F);
  rig.input = {1.0F};
  rig.run(48000);
  const auto delay = static_cast<std::size_t>(std::lround(0.1234 * test::kRate));
  float level = 0.25F;
  for (std::size_t n = 0; n < rig.left.size(); ++n) {
    if (n == 0) {
      CHECK(rig.left[n] == 0.75F);
    } else if (n % delay == 0) {
      CHECK(rig.left[n] == level);
      level *= 0.5F;
    } else {
      REQUIRE(rig.left[n] == 0.0F);
    }
  }
}

TEST_CASE("the longest delay is 2 s, the shortest 4 frames") {
  NodeRig rig("delay");
  rig.set("DELAY_MS", 2000.0F);
  rig.set("MIX", 1.0F);
  rig.set("FEEDBACK", 0.0F);
  rig.input = {1.0F};
  rig.run(96001);
  CHECK(rig.left[96000] == 1.0F);
  NodeRig shortest("delay");
  shortest.set("DELAY_MS", 0.0F);
  shortest.set("MIX", 1.0F);
  shortest.set("FEEDBACK", 0.0F);
  shortest.input = {1.0F};
  shortest.run(64);
  CHECK(shortest.left[4] == 1.0F);
}

TEST_CASE("a new delay time glides: no click in a sine, and then exact echoes again") {
  NodeRig rig("delay");
  rig.set("DELAY_MS", 200.0F);
  rig.set("MIX", 1.0F);
  rig.set("FEEDBACK", 0.0F);
  for (int n = 0; n < 144000; ++n)
    rig.input.push_back(
        static_cast<float>(0.5 * std::sin(2 * test::kPi * 200.0 / test::kRate * n)));
  rig.run(24000);
  rig.set("DELAY_MS", 100.0F);
  rig.run(120000);
  // 100 ms in 50 ms at the steepest: three times the pitch, three times the slope.
  const double slope = 0.5 * 2 * test::kPi * 200.0 / test::kRate;
  for (std::size_t n = 9700; n < rig.left.size(); ++n)
    REQUIRE(std::fabs(rig.left[n] - rig.left[n - 1]) < 3.2 * slope);
  for (std::size_t n = 120000; n < 144000; ++n)
    REQUIRE(std::fabs(rig.left[n] - rig.input[n - 4800]) < 1e-14F);
}

TEST_CASE("feedback at its highest stays in bounds under a loud input") {
  NodeRig rig("delay");
  rig.set("DELAY_MS", 5.0F);
  rig.set("FEEDBACK", 0.99F);
  rig.set("MIX", 1.0F);
  rig.input.assign(96000, 1.0F);
  rig.run(96000);
  CHECK(test::peak(rig.left) <= 4.0);
}

TEST_CASE("a delay in beats follows the tempo, and halves what is too long") {
  NodeRig rig("delay");
  rig.set("DELAY_BEATS", 0.75F);
  rig.set("MIX", 1.0F);
  rig.set("FEEDBACK", 0.0F);
  rig.time.beatsPerFrame = 100.0 / 60.0 / test::kRate;
  rig.input = {1.0F};
  rig.run(48000);
  CHECK(rig.left[21600] == 1.0F);
  NodeRig slow("delay");
  slow.set("DELAY_BEATS", 8.0F);
  slow.set("MIX", 1.0F);
  slow.set("FEEDBACK", 0.0F);
  slow.time.beatsPerFrame = 60.0 / 60.0 / test::kRate;
  slow.input = {1.0F};
  slow.run(4 * 48000 + 1);
  CHECK(slow.left[192000] == 1.0F);
}

TEST_CASE("ping-pong echoes change sides, left first") {
  NodeRig rig("delay");
  rig.set("DELAY_MS", 10.0F);
  rig.set("FEEDBACK", 0.5F);
  rig.set("MIX", 1.0F);
  rig.set("PING_PONG", 1.0F);
  rig.input = {1.0F};
  rig.run(4800);
  float level = 1.0F;
  for (std::size_t k = 1; k < 10; ++k) {
    CHECK(rig.left[480 * k] == (k % 2 == 1 ? level : 0.0F));
    CHECK(rig.right[480 * k] == (k % 2 == 1 ? 0.0F : level));
    level *= 0.5F;
  }
}

TEST_CASE("echoes lose highs and lows each time round, the first has all") {
  NodeRig rig("delay");
  rig.set("DELAY_MS", 500.0F);
  rig.set("FEEDBACK", 0.8F);
  rig.set("MIX", 1.0F);
  rig.set("DAMP_HZ", 3000.0F);
  rig.set("CUT_HZ", 300.0F);
  rig.input = {1.0F};
  rig.run(96000);
  for (const double hz : {50.0, 300.0, 1000.0, 3000.0, 8000.0}) {
    const double once = -10.0 * std::log10((1.0 + hz * hz / 9e6) * (1.0 + 9e4 / (hz * hz)));
    for (std::size_t k = 1; k < 4; ++k) {
      const double wanted = static_cast<double>(k - 1) * (once + test::db(0.8));
      const double level =
          test::db(std::abs(test::dft(rig.left, hz / test::kRate, 24000 * k, 24000)));
      INFO("echo ", k, " at ", hz);
      CHECK(std::fabs(level - wanted) < 0.1 * static_cast<double>(k));
    }
  }
}

TEST_CASE("a dry reverb passes its input bit for bit, a wet one holds the direct sound back") {
  NodeRig dry("reverb");
  dry.set("MIX", 0.0F);
  NodeRig wet("reverb");
  wet.set("MIX", 1.0F);
  test::Dice dice(1);
  for (int n = 0; n < 4800; ++n) dry.input.push_back(static_cast<float>(dice.uniform(-1.0, 1.0)));
  wet.input = {1.0F};
  dry.run(4800);
  wet.run(48000);
  CHECK(dry.left == dry.input);
  CHECK(test::peak(std::vector<float>(wet.left.begin(), wet.left.begin() + 960)) < 1e-6);
  CHECK(test::rms(wet.left) > 0.0);
}

TEST_CASE("a bigger room rings longer, a damped one is darker") {
  auto level = [](float room, float damp, double fromSeconds, double hz) {
    NodeRig rig("reverb");
    rig.set("ROOM_SIZE", room);
    rig.set("DAMP", damp);
    rig.set("MIX", 1.0F);
    rig.input = {1.0F};
    rig.run(96000);
    double sum = 0.0;
    for (int k = 0; k < 20; ++k) {
      sum += std::norm(test::dft(rig.left, (hz + 13.0 * k) / test::kRate,
                                 static_cast<std::size_t>(fromSeconds * test::kRate), 24000));
    }
    return 10.0 * std::log10(sum);
  };
  CHECK(level(0.9F, 0.3F, 1.0, 500.0) > level(0.3F, 0.3F, 1.0, 500.0) + 20.0);
  CHECK(level(0.5F, 1.0F, 0.2, 6000.0) < level(0.5F, 0.0F, 0.2, 6000.0) - 20.0);
}

TEST_CASE("the compressor's steady gain is its curve: ratio above, knee of 4 dB, nothing below") {
  for (const float levelDb : {-40.0F, -23.0F, -21.0F, -20.0F, -19.0F, -15.0F, -6.0F, 0.0F}) {
    NodeRig rig("compressor");
    rig.set("THRESHOLD_DB", -20.0F);
    rig.set("RATIO", 4.0F);
    rig.set("ATTACK_MS", 1.0F);
    rig.set("MAKEUP_DB", 3.0F);
    rig.input.assign(24000, static_cast<float>(std::pow(10.0, levelDb / 20.0)));
    rig.run(24000);
    const double over = levelDb + 20.0;
    const double bent =
        over <= -2.0 ? 0.0 : (over < 2.0 ? (over + 2.0) * (over + 2.0) / 8.0 : over);
    CHECK(test::db(rig.left.back()) == doctest::Approx(levelDb - 0.75 * bent + 3.0).epsilon(0.002));
  }
}

TEST_CASE("attack and release take their time constants") {
  NodeRig rig("compressor");
  rig.set("THRESHOLD_DB", -40.0F);
  rig.set("RATIO", 100.0F);
  rig.set("ATTACK_MS", 20.0F);
  rig.set("RELEASE_MS", 100.0F);
  rig.key.assign(24000, 0.0F);
  rig.key.insert(rig.key.begin(), 24000, 1.0F);
  rig.input.assign(48000, 0.1F);
  rig.run(48000);
  // The gain tells the detector's level: with this ratio it is threshold / level, nearly.
  auto levelAt = [&](std::size_t n) {
    return std::pow(10.0, -2.0 - test::db(rig.left[n] / 0.1F) / 20.0 / 0.99);
  };
  CHECK(levelAt(959) == doctest::Approx(1.0 - std::exp(-1.0)).epsilon(0.01));
  CHECK(levelAt(24000 + 4799) == doctest::Approx(std::exp(-1.0)).epsilon(0.01));
}

TEST_CASE("a key ducks what is not loud itself, and a loud input with a silent key passes") {
  NodeRig ducked("compressor");
  ducked.set("THRESHOLD_DB", -20.0F);
  ducked.set("RATIO", 10.0F);
  ducked.input.assign(24000, 0.05F);
  ducked.key.assign(24000, 1.0F);
  ducked.run(24000);
  CHECK(test::db(ducked.left.back() / 0.05) == doctest::Approx(-18.0).epsilon(0.01));
  NodeRig passed("compressor");
  passed.set("THRESHOLD_DB", -20.0F);
  passed.input.assign(24000, 0.9F);
  passed.key.assign(24000, 0.0F);
  passed.run(24000);
  CHECK(passed.left.back() == 0.9F);
}
