// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/fm-operators.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dsp/fast-math.hpp"
#include "dsp/measure.hpp"

using namespace downbeat;
using dsp::FmOperators;

namespace {

/// One voice, frame by frame, in plain floats: what the lanes must be, bit for bit.
struct LoneVoice {
  std::uint32_t phase[4] = {};
  std::uint32_t step[4] = {};
  std::uint32_t stepDelta[4] = {};
  float gain[4] = {};
  float gainDelta[4] = {};
  float feedback = 0.0F;
  float newer = 0.0F;
  float older = 0.0F;

  static std::uint32_t pushed(std::uint32_t phase, float units) {
    return phase + (static_cast<std::uint32_t>(static_cast<std::int32_t>(units)) << 8);
  }
  float half(const FmOperators::Routes& r, std::uint32_t v, const float* level) {
    const float own = 0.5F * feedback * (newer + older);
    const float raw = dsp::sineOf(pushed(phase[3], own)) * level[3];
    older = newer;
    newer = raw;
    const float out4 = raw * gain[3];
    const float out3 = dsp::sineOf(pushed(phase[2], r.from4To3[v] * out4)) * (level[2] * gain[2]);
    const float on2 = r.from4To2[v] * out4 + r.from3To2[v] * out3;
    const float out2 = dsp::sineOf(pushed(phase[1], on2)) * (level[1] * gain[1]);
    const float on1 = r.from4To1[v] * out4 + r.from3To1[v] * out3 + r.from2To1[v] * out2;
    const float out1 = dsp::sineOf(pushed(phase[0], on1)) * (level[0] * gain[0]);
    for (int op = 0; op < 4; ++op) phase[op] += step[op];
    return (r.heard[0][v] * out1 + r.heard[1][v] * out2) +
           (r.heard[2][v] * out3 + r.heard[3][v] * out4);
  }
  void move() {
    for (int op = 0; op < 4; ++op) {
      step[op] += stepDelta[op];
      gain[op] += gainDelta[op];
    }
  }
};

}  // namespace

TEST_CASE("eight voices side by side are eight lone voices, bit for bit") {
  test::Dice dice(5);
  FmOperators fm;
  std::vector<LoneVoice> lone(FmOperators::kVoices);
  for (std::uint32_t v = 0; v < FmOperators::kVoices; ++v) {
    for (auto* route : {&fm.routes.from4To3, &fm.routes.from4To2, &fm.routes.from4To1,
                        &fm.routes.from3To2, &fm.routes.from3To1, &fm.routes.from2To1}) {
      (*route)[v] = dice.bits() / 2 % 2 == 0 ? 0.0F : 1.0F;
    }
    for (std::uint32_t op = 0; op < 4; ++op) {
      fm.routes.heard[op][v] = dice.bits() / 2 % 2 == 0 ? 0.0F : 1.0F;
      fm.goal.step[op][v] = dice.bits() >> 4;
      const double most = fm.routes.heard[op][v] > 0.0F ? 1.0 : 4.0 * FmOperators::kUnitsPerRadian;
      fm.goal.gain[op][v] = static_cast<float>(dice.uniform(0.0, most));
      lone[v].step[op] = fm.goal.step[op][v];
      lone[v].gain[op] = fm.goal.gain[op][v];
    }
    fm.goal.feedback[v] = static_cast<float>(dice.uniform(0.0, FmOperators::kUnitsPerRadian));
    lone[v].feedback = fm.goal.feedback[v];
    fm.aim(v, 0);
  }
  std::vector<float> levels[4];
  float out[2 * FmOperators::kMaxFrames];
  for (int block = 0; block < 400; ++block) {
    const std::uint32_t voices = block % 3 == 0 ? 4 : 8;
    const std::uint32_t frames = 1 + dice.bits() / 2 % FmOperators::kMaxFrames;
    if (block == 200) {
      // On the way to another pitch and level.
      for (std::uint32_t v = 0; v < 8; ++v) {
        for (std::uint32_t op = 0; op < 4; ++op) {
          fm.goal.step[op][v] = dice.bits() >> 5;
          fm.goal.gain[op][v] *= 0.5F;
          const auto way = static_cast<std::int64_t>(fm.goal.step[op][v]) - lone[v].step[op];
          lone[v].stepDelta[op] = static_cast<std::uint32_t>(way / 5000);
          lone[v].gainDelta[op] = (fm.goal.gain[op][v] - lone[v].gain[op]) * (1.0F / 5000.0F);
        }
        fm.aim(v, 5000);
      }
    }
    for (auto& level : levels) {
      level.resize(8 * static_cast<std::size_t>(frames));
      for (std::size_t n = 0; n < level.size(); ++n) {
        level[n] = n % 8 < voices ? static_cast<float>(dice.uniform(0.0, 1.0)) : 0.0F;
      }
    }
    fm.render({levels[0].data(), levels[1].data(), levels[2].data(), levels[3].data()}, out, frames,
              voices);
    float last[8] = {};
    for (std::uint32_t n = 0; n < 2 * frames; ++n) {
      for (std::uint32_t v = 0; v < voices; ++v) {
        float level[4];
        for (int op = 0; op < 4; ++op) level[op] = levels[op][n / 2 * 8 + v];
        last[v] = lone[v].half(fm.routes, v, level);
        if (n % 2 == 1) lone[v].move();
      }
      const float low = (last[0] + last[1]) + (last[2] + last[3]);
      const float high = (last[4] + last[5]) + (last[6] + last[7]);
      REQUIRE(out[n] == low + high);
    }
    for (std::uint32_t v = 0; v < voices; ++v) REQUIRE(fm.last(v) == last[v]);
  }
}

TEST_CASE("two operators have the spectrum of Bessel functions") {
  for (const double index : {0.3, 1.0, 2.5, 6.0, 11.0}) {
    FmOperators fm;
    fm.routes.from2To1[5] = 1.0F;
    fm.routes.heard[0][5] = 1.0F;
    // 1001 and 300 periods in 2^15 half frames.
    fm.goal.step[0][5] = 1001U << 17;
    fm.goal.step[1][5] = 300U << 17;
    fm.goal.gain[0][5] = 1.0F;
    fm.goal.gain[1][5] = static_cast<float>(index) * FmOperators::kUnitsPerRadian;
    fm.aim(5, 0);
    std::vector<float> level(8 * 16);
    for (std::size_t n = 5; n < level.size(); n += 8) level[n] = 1.0F;
    std::vector<float> x(1U << 15);
    for (std::size_t n = 0; n < x.size(); n += 32) {
      fm.render({level.data(), level.data(), level.data(), level.data()}, x.data() + n, 16, 8);
    }
    // sin(c + I sin(m)) = sum of J_k(I) sin(c + k m); what falls below zero comes back mirrored.
    std::vector<double> expected(x.size() / 2 + 1);
    for (int k = -40; k <= 40; ++k) {
      double bessel = 0.0;
      for (int n = 0; n < 4000; ++n) {
        const double t = test::kPi * (n + 0.5) / 4000.0;
        bessel += std::cos(k * t - index * std::sin(t)) / 4000.0;
      }
      const int at = 1001 + 300 * k;
      expected[static_cast<std::size_t>(std::abs(at))] += at < 0 ? -bessel : bessel;
    }
    for (int k = -20; k <= 40; ++k) {
      const int at = std::abs(1001 + 300 * k);
      const auto bin = test::dft(x, at / static_cast<double>(x.size()));
      const double height = -2.0 * bin.imag() / static_cast<double>(x.size());
      INFO("index ", index, " sideband ", k);
      CHECK(std::fabs(height - expected[static_cast<std::size_t>(at)]) < 3e-6);
    }
  }
}

TEST_CASE("feedback has the spectrum of Kepler's equation: 2 J_n(n b) / (n b)") {
  FmOperators fm;
  fm.routes.heard[3][0] = 1.0F;
  // Far below the rate, so that the half frame and a half of delay is nothing.
  const double index = 0.8;
  fm.goal.step[3][0] = 3U << 17;
  fm.goal.gain[3][0] = 1.0F;
  fm.goal.feedback[0] = static_cast<float>(index) * FmOperators::kUnitsPerRadian;
  fm.aim(0, 0);
  std::vector<float> level(8 * 16);
  for (std::size_t n = 0; n < level.size(); n += 8) level[n] = 1.0F;
  std::vector<float> x(1U << 16);
  for (std::size_t n = 0; n < x.size(); n += 32) {
    fm.render({level.data(), level.data(), level.data(), level.data()}, x.data() + n, 16, 1);
  }
  for (int n = 1; n < 12; ++n) {
    double bessel = 0.0;
    for (int i = 0; i < 4000; ++i) {
      const double t = test::kPi * (i + 0.5) / 4000.0;
      bessel += std::cos(n * t - n * index * std::sin(t)) / 4000.0;
    }
    const double height = 2.0 * std::abs(test::dft(x, n * 3.0 / 32768.0, 32768)) / 32768.0;
    INFO("harmonic ", n);
    CHECK(height == doctest::Approx(2.0 * bessel / (n * index)).epsilon(0.01));
  }
}
