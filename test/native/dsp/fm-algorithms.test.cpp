// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/fm-algorithms.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dsp/measure.hpp"

using namespace downbeat;

namespace {

double bessel(int order, double x) {
  double sum = 0.0;
  for (int n = 0; n < 2000; ++n) {
    const double t = test::kPi * (n + 0.5) / 2000.0;
    sum += std::cos(order * t - x * std::sin(t)) / 2000.0;
  }
  return sum;
}

}  // namespace

TEST_CASE("an operator is either heard or turns another, and only lower ones") {
  for (const dsp::FmAlgorithm& algorithm : dsp::kFmAlgorithms) {
    std::uint32_t turning = 0;
    std::uint32_t carriers = 0;
    for (std::uint32_t op = 0; op < 4; ++op) {
      CHECK((algorithm.turnedBy[op] & ((2U << op) - 1U)) == 0);
      turning |= algorithm.turnedBy[op];
      carriers += algorithm.heard >> op & 1U;
    }
    CHECK((turning & algorithm.heard) == 0);
    CHECK((turning | algorithm.heard) == 0b1111);
    CHECK(carriers == algorithm.carriers);
  }
}

TEST_CASE("beyond the bandwidth of two operators every sideband is below -70 dB") {
  const dsp::FmAlgorithm& stack = dsp::kFmAlgorithms[3];
  for (double index = 0.05; index < 25.0; index *= 1.3) {
    dsp::FmVoiceSpectrum voice;
    voice.hz = {1000.0, 100.0, 100.0, 100.0};
    const auto root = static_cast<float>(std::cbrt(index));
    const double top = dsp::fmBandwidth(stack, voice, {0.0F, root, 0.0F, 0.0F}, 0, 1.0F);
    for (int k = 1; k < 60; ++k) {
      INFO("index ", index, " sideband ", k, " top ", top);
      if (1000.0 + 100.0 * k > top) CHECK(std::fabs(bessel(k, index)) < 3.17e-4);
    }
  }
}

TEST_CASE("indices are left alone while they fit, and scaled until they do") {
  const double top = 76000.0;
  for (const dsp::FmAlgorithm& algorithm : dsp::kFmAlgorithms) {
    for (double hz = 30.0; hz < 13000.0; hz *= 1.5) {
      dsp::FmVoiceSpectrum voice;
      voice.hz = {hz, 2.0 * hz, hz, 3.0 * hz};
      voice.index = {0.0F, 4.0F, 3.0F, 2.0F};
      const auto scales = dsp::fmIndexScales(algorithm, voice, top);
      std::array<float, 4> full{};
      std::array<float, 4> held{};
      for (std::uint32_t op = 0; op < 4; ++op) {
        full[op] = std::cbrt(voice.index[op]);
        held[op] = std::cbrt(voice.index[op] * scales[op]);
        CHECK(scales[op] <= 1.0F);
        CHECK(scales[op] >= 0.0F);
      }
      bool fits = true;
      for (std::uint32_t op = 0; op < 4; ++op) {
        if ((algorithm.heard >> op & 1U) == 0) continue;
        fits = fits && dsp::fmBandwidth(algorithm, voice, full, op, 1.0F) <= top;
        CHECK(dsp::fmBandwidth(algorithm, voice, held, op, 1.0F) <= top * 1.0001);
      }
      if (fits) {
        for (const float scale : scales) CHECK(scale == 1.0F);
      }
    }
  }
}

TEST_CASE("feedback is held back where its harmonics above the room are louder than -70 dB") {
  for (const double room : {4.0, 6.0, 10.0, 20.0, 50.0, 120.0, 350.0}) {
    const float most = dsp::limitedFeedback(1.0F, room);
    const int harmonic = static_cast<int>(room) + 1;
    const double height = 2.0 * std::fabs(bessel(harmonic, harmonic * static_cast<double>(most))) /
                          (harmonic * static_cast<double>(most));
    INFO("room ", room, " most ", most);
    CHECK(height < 3.17e-4);
    CHECK(dsp::limitedFeedback(0.5F * most, room) == 0.5F * most);
    // Noise is kept.
    CHECK(dsp::limitedFeedback(5.0F, room) >= 4.0F);
  }
}
