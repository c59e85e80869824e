// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/spectral-ducker.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <string>
#include <utility>

#include "rack/nodes/render.hpp"

using namespace downbeat;
using test::NodeRig;

namespace {

const std::vector<rack::NodeText> kNoLookahead{{"lookaheadMs", "0"}};

std::vector<float> sine(double hz, double levelDb, std::size_t frames) {
  std::vector<float> result(frames);
  for (std::size_t n = 0; n < frames; ++n)
    result[n] =
        static_cast<float>(std::pow(10.0, levelDb / 20.0) *
                           std::sin(2 * test::kPi * hz / test::kRate * static_cast<double>(n)));
  return result;
}

/// Loudness of one tone at the end of what was played.
double levelDb(const std::vector<float>& x, double hz) {
  constexpr std::size_t kFrames = 9600;  // whole periods of all multiples of 5 Hz
  return test::db(2.0 / kFrames * std::abs(test::dft(x, hz / test::kRate, x.size() - kFrames)));
}

/// The curve of a steady level by the book, in dB of cut.
double cutDb(double levelDb, double thresholdDb, double ratio, double kneeDb) {
  const double over = levelDb - thresholdDb;
  if (over <= -0.5 * kneeDb) return 0.0;
  const double bent =
      over < 0.5 * kneeDb ? (over + 0.5 * kneeDb) * (over + 0.5 * kneeDb) / (2.0 * kneeDb) : over;
  return bent * (1.0 - 1.0 / ratio);
}

Status prepared(const std::string& lookaheadMs, std::uint32_t& latency) {
  const std::unique_ptr<rack::Node> node(rack::kSpectralDuckerType.make());
  const std::vector<rack::NodeText> texts{{"lookaheadMs", lookaheadMs}};
  rack::PrepareInfo info;
  info.texts = &texts;
  const Status status = node->prepare(info);
  latency = node->latencyFrames();
  return status;
}

}  // namespace

TEST_CASE("multiply: one gain for all, by the curve of the band that the key plays") {
  for (const double level : {-40.0, -20.0, -18.0, -16.0, -10.0, 0.0}) {
    for (const double ratio : {2.0, 5.0}) {
      NodeRig rig("spectral_ducker", kNoLookahead);
      rig.set("BANDS", 1.0F);
      rig.set("BAND1_CENTER_HZ", 100.0F);
      rig.set("BAND1_DEPTH_DB", -60.0F);
      rig.set("BAND1_RATIO", static_cast<float>(ratio));
      rig.set("MAKEUP_DB", 3.0F);
      rig.input = sine(1000.0, -12.0, 48000);
      rig.key = sine(100.0, level, 48000);
      rig.run(48000);
      INFO("key ", level, " dB, ratio ", ratio);
      CHECK(std::fabs(levelDb(rig.left, 1000.0) - (-12.0 + 3.0 - cutDb(level, -18.0, ratio, 6.0))) <
            0.2);
    }
  }
}

TEST_CASE("multiply: the deepest band decides, and none goes beyond its depth") {
  NodeRig rig("spectral_ducker", kNoLookahead);  // 60, 120, 250 Hz: 9, 6, 3 dB at most
  rig.input = sine(1000.0, -12.0, 48000);
  rig.key = sine(60.0, 6.0, 48000);
  rig.run(48000);
  CHECK(std::fabs(levelDb(rig.left, 1000.0) + 12.0 + 9.0) < 0.1);
  NodeRig high("spectral_ducker", kNoLookahead);
  high.input = rig.input;
  high.key = sine(8000.0, 0.0, 48000);  // far above every band
  high.run(48000);
  CHECK(high.left == high.input);
}

TEST_CASE("with no bands the whole key has one threshold and one ratio") {
  for (const char* mode : {"multiply", "dynamicEq"}) {
    for (const double level : {-20.0, -12.0, -6.0, 0.0}) {
      NodeRig rig("spectral_ducker", kNoLookahead);
      rig.set("BANDS", 0.0F);
      rig.set("APPLY_MODE", std::string(mode) == "multiply" ? 0.0F : 1.0F);
      rig.set("RATIO", 4.0F);
      rig.input = sine(1000.0, -12.0, 48000);
      rig.key = sine(5000.0, level, 48000);
      rig.run(48000);
      CHECK(std::fabs(levelDb(rig.left, 1000.0) + 12.0 + cutDb(level, -12.0, 4.0, 6.0)) < 0.2);
    }
  }
}

TEST_CASE("dynamicEq: each band is a bell whose depth follows the key in that band") {
  // The key plays 500 Hz at -6 dB and 4 kHz at -12 dB; bells at 500, 1,000 and 4,000 Hz.
  const double centers[] = {500.0, 1000.0, 4000.0};
  const double q = 4.0;
  auto s = [](double hz, double center) {
    return std::complex<double>(
        0.0, std::tan(test::kPi * hz / test::kRate) / std::tan(test::kPi * center / test::kRate));
  };
  double gains[3];
  for (int band = 0; band < 3; ++band) {
    // What the band hears of both tones: the peak of their sum.
    double heard = 0.0;
    for (const auto& [hz, level] : {std::pair{500.0, -6.0}, std::pair{4000.0, -12.0}}) {
      const auto w = s(hz, centers[band]);
      heard += std::pow(10.0, level / 20.0) * std::abs((w / q) / (w * w + w / q + 1.0));
    }
    gains[band] = std::pow(10.0, -cutDb(test::db(heard), -30.0, 2.0, 6.0) / 20.0);
  }
  for (const double hz : {200.0, 400.0, 500.0, 600.0, 1000.0, 2500.0, 4000.0, 7000.0}) {
    NodeRig rig("spectral_ducker", kNoLookahead);
    rig.set("BANDS", 3.0F);
    rig.set("APPLY_MODE", 1.0F);
    for (int band = 0; band < 3; ++band) {
      const std::string name = "BAND" + std::to_string(band + 1) + "_";
      rig.set(name + "CENTER_HZ", static_cast<float>(centers[band]));
      rig.set(name + "Q", static_cast<float>(q));
      rig.set(name + "THRESHOLD_DB", -30.0F);
      rig.set(name + "DEPTH_DB", -60.0F);
    }
    rig.input = sine(hz, -20.0, 72000);
    rig.key = sine(500.0, -6.0, 72000);
    const auto upper = sine(4000.0, -12.0, 72000);
    for (std::size_t n = 0; n < rig.key.size(); ++n) rig.key[n] += upper[n];
    rig.run(72000);
    std::complex<double> bells = 1.0;
    for (int band = 0; band < 3; ++band) {
      const auto w = s(hz, centers[band]);
      bells *= (w * w + gains[band] * w / q + 1.0) / (w * w + w / q + 1.0);
    }
    INFO("at ", hz, " Hz");
    CHECK(std::fabs(levelDb(rig.left, hz) + 20.0 - test::db(std::abs(bells))) < 0.3);
  }
}

TEST_CASE("attack and release take their time constants, and HOLD_MS is held to the frame") {
  NodeRig rig("spectral_ducker", kNoLookahead);
  rig.set("BANDS", 0.0F);
  rig.set("THRESHOLD_DB", -60.0F);
  rig.set("RATIO", 2.0F);
  rig.set("ATTACK_MS", 20.0F);
  rig.set("RELEASE_MS", 100.0F);
  rig.key.assign(24000, 1.0F);
  rig.key.resize(72000, 0.0F);
  rig.input.assign(72000, 0.1F);
  rig.run(72000);
  // With ratio 2 the cut is half of what lies above the threshold: it tells the level.
  auto levelAt = [&](std::size_t n) {
    return std::pow(10.0, (-2.0 * test::db(rig.left[n] / 0.1) - 60.0) / 20.0);
  };
  CHECK(levelAt(959) == doctest::Approx(1.0 - std::exp(-1.0)).epsilon(0.002));
  CHECK(levelAt(23999) == doctest::Approx(1.0).epsilon(0.002));
  // 10 ms are always held: half a period of 50 Hz.
  CHECK(levelAt(23999 + 480) == doctest::Approx(1.0).epsilon(0.002));
  CHECK(levelAt(23999 + 480 + 4800) == doctest::Approx(std::exp(-1.0)).epsilon(0.005));
  NodeRig held("spectral_ducker", kNoLookahead);
  held.set("BANDS", 1.0F);
  held.set("BAND1_CENTER_HZ", 1000.0F);
  held.set("BAND1_HOLD_MS", 50.0F);
  held.set("BAND1_DEPTH_DB", -60.0F);
  held.set("RELEASE_MS", 1.0F);
  held.key = sine(1000.0, 0.0, 12000);
  held.input.assign(24000, 0.1F);
  held.run(24000);
  const float deep = held.left[11999];
  CHECK(deep < 0.05F);
  CHECK(held.left[12000 + 2300] == doctest::Approx(deep).epsilon(0.01));
  CHECK(held.left[12000 + 2400 + 240] > 2.0F * deep);
}

TEST_CASE(
    "the look-ahead is the latency, to the frame, and the duck comes that much before the hit") {
  NodeRig rig("spectral_ducker");
  CHECK(rig.node().latencyFrames() == 240);
  rig.input = {0.5F, 0.25F};
  rig.key.assign(1, 0.0F);
  rig.run(480);
  for (std::size_t n = 0; n < 480; ++n)
    REQUIRE(rig.left[n] == (n == 240 ? 0.5F : n == 241 ? 0.25F : 0.0F));
  NodeRig ducked("spectral_ducker", {{"lookaheadMs", "20"}});
  ducked.set("BANDS", 0.0F);
  ducked.input.assign(9600, 0.5F);
  ducked.key.assign(4800, 0.0F);
  ducked.key.resize(9600, 1.0F);
  ducked.run(9600);
  CHECK(ducked.node().latencyFrames() == 960);
  CHECK(ducked.left[4799] == 0.5F);
  CHECK(ducked.left[4800 + 480] < 0.5F);  // frame 4320 of the input
}

TEST_CASE("a look-ahead is a number from 0 to 20 ms") {
  std::uint32_t latency = 0;
  CHECK(prepared("", latency).isOk());
  CHECK(latency == 240);
  CHECK(prepared("7.5", latency).isOk());
  CHECK(latency == 360);
  CHECK(prepared("0", latency).isOk());
  CHECK(latency == 0);
  for (const char* text : {"-1", "20.5", "five", "5 ms", "nan", "1,5"}) {
    const Status status = prepared(text, latency);
    REQUIRE_FALSE(status.isOk());
    CHECK(status.error().message.find(text) != std::string::npos);
  }
}

TEST_CASE("MidSide: a mono sound is ducked as by LR, sides by their share, none at scale 0") {
  for (const float mode : {0.0F, 1.0F}) {  // multiply, dynamicEq
    for (const float scale : {0.0F, 0.5F, 1.0F}) {
      auto play = [&](bool isMidSide, bool isMono) {
        NodeRig rig("spectral_ducker", kNoLookahead);
        rig.set("APPLY_MODE", mode);
        rig.set("STEREO_MODE", isMidSide ? 1.0F : 0.0F);
        rig.set("MS_SIDE_SCALE", scale);
        rig.set("BANDS", 1.0F);
        rig.input = sine(60.0, -12.0, 48000);
        rig.inputRight = rig.input;
        if (!isMono)
          for (float& x : rig.inputRight) x = -x;
        rig.key = sine(60.0, 0.0, 48000);
        rig.run(48000);
        CHECK(rig.right.back() == (isMono ? rig.left.back() : -rig.left.back()));
        return rig.left;
      };
      const auto stereo = play(false, true);
      const auto mono = play(true, true);
      for (std::size_t n = 0; n < mono.size(); ++n) REQUIRE(std::fabs(mono[n] - stereo[n]) < 1e-6F);
      // Of what is taken away of the middle, the sides lose their share.
      const double gain = std::pow(10.0, (levelDb(stereo, 60.0) + 12.0) / 20.0);
      CHECK(test::db(gain) < -5.0);
      const double side = std::pow(10.0, (levelDb(play(true, false), 60.0) + 12.0) / 20.0);
      INFO("mode ", mode, " scale ", scale);
      CHECK(side == doctest::Approx(1.0 - scale * (1.0 - gain)).epsilon(0.005));
    }
  }
}

TEST_CASE("MIX 0 is the delayed sound bit for bit, and half of it half of the way") {
  NodeRig dry("spectral_ducker");
  dry.set("MIX", 0.0F);
  dry.set("BANDS", 0.0F);
  dry.input = sine(1000.0, -6.0, 24000);
  dry.key.assign(24000, 1.0F);
  dry.run(24000);
  for (std::size_t n = 240; n < 24000; ++n) REQUIRE(dry.left[n] == dry.input[n - 240]);
  NodeRig half("spectral_ducker", kNoLookahead);
  half.set("MIX", 0.5F);
  half.set("BANDS", 0.0F);  // 6 dB of cut
  half.input.assign(48000, 0.5F);
  half.key.assign(48000, 1.0F);
  half.run(48000);
  CHECK(half.left.back() ==
        doctest::Approx(0.25 + 0.25 * std::pow(10.0, -6.0 / 20.0)).epsilon(1e-3));
}

TEST_CASE("DETECTOR_HPF_HZ keeps the bass of the key from ducking") {
  auto cut = [](float hpfHz) {
    NodeRig rig("spectral_ducker", kNoLookahead);
    rig.set("BANDS", 0.0F);
    rig.set("THRESHOLD_DB", -40.0F);
    rig.set("DETECTOR_HPF_HZ", hpfHz);
    rig.input = sine(3000.0, -12.0, 48000);
    rig.key = sine(100.0, 0.0, 48000);
    rig.run(48000);
    return -12.0 - levelDb(rig.left, 3000.0);
  };
  // One pole: at a tenth of its cutoff the key is 20.04 dB lower.
  CHECK(std::fabs(cut(0.0F) - 20.0) < 0.2);
  CHECK(std::fabs(cut(1000.0F) - 0.5 * (40.0 - 20.04)) < 0.2);
}

TEST_CASE("without a key the sound ducks itself, and a silent key lets it pass bit for bit") {
  NodeRig self("spectral_ducker", kNoLookahead);
  self.set("BANDS", 0.0F);
  self.input = sine(1000.0, 0.0, 48000);
  self.run(48000);
  CHECK(std::fabs(levelDb(self.left, 1000.0) + 6.0) < 0.2);
  for (const float mode : {0.0F, 1.0F}) {
    NodeRig passed("spectral_ducker", kNoLookahead);
    passed.set("APPLY_MODE", mode);
    passed.input = self.input;
    passed.key.assign(1, 0.0F);
    passed.run(48000);
    CHECK(passed.left == passed.input);
  }
}

TEST_CASE("modes and bands may change while the sound is ducked: nothing clicks") {
  const double slope = 0.5 * 2 * test::kPi * 200.0 / test::kRate;
  for (const char* name : {"APPLY_MODE", "STEREO_MODE", "BANDS"}) {
    NodeRig rig("spectral_ducker", kNoLookahead);
    rig.input = sine(200.0, -6.02, 48000);
    rig.inputRight.assign(48000, 0.0F);
    rig.key = sine(60.0, 6.0, 48000);
    rig.run(24000);
    rig.set(name, 1.0F);
    rig.run(24000);
    INFO(std::string(name));
    for (std::size_t n = 24000; n < rig.left.size(); ++n)
      REQUIRE(std::fabs(rig.left[n] - rig.left[n - 1]) < 1.2 * slope);
  }
}
