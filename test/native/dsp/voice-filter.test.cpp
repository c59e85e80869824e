// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/voice-filter.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <vector>

#include "dsp/fast-math.hpp"
#include "dsp/measure.hpp"

using namespace downbeat;
using Complex = std::complex<double>;
using dsp::allLanes;
using dsp::FilterTaps;
using dsp::kLaneCount;
using dsp::Lanes;
using dsp::VoiceFilter;

namespace {

constexpr double kRate = 48000.0;

Lanes gainAt(double hz) {
  return dsp::filterGain(allLanes(static_cast<float>(std::log2(hz / kRate))));
}

/// j times the prewarped frequency, in units of the prewarped cutoff.
Complex warped(double hz, double cutoffHz) {
  return {0.0, std::tan(test::kPi * hz / kRate) / std::tan(test::kPi * cutoffHz / kRate)};
}

}  // namespace

TEST_CASE("powers, sines and cutoffs of four lanes are those of one, bit for bit") {
  test::Dice dice(3);
  for (int n = 0; n < 20000; ++n) {
    Lanes octaves{};
    Lanes halves{};
    for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
      octaves[lane] = static_cast<float>(dice.uniform(-140.0, 140.0));
      if (n % 2 == 0) octaves[lane] = static_cast<float>(dice.uniform(-14.0, 1.0));
      halves[lane] = static_cast<float>(dice.uniform(-0.5, 0.5));
    }
    const Lanes powers = dsp::fastExp2(octaves);
    const Lanes sines = dsp::sinPi(halves);
    const Lanes gains = dsp::filterGain(octaves);
    for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
      REQUIRE(+powers[lane] == dsp::fastExp2(octaves[lane]));
      REQUIRE(+sines[lane] == dsp::sinPi(halves[lane]));
      const float cutoff = dsp::clampTo(dsp::fastExp2(octaves[lane]), 1.0e-4F, 0.45F);
      REQUIRE(+gains[lane] == dsp::tanPi(cutoff));
    }
  }
}

TEST_CASE("the voices' filter is the analog one within 0.1 dB up to 8 kHz") {
  const FilterTaps taps[] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 1}};
  for (const double cutoff : {40.0, 300.0, 1000.0, 4000.0, 12000.0}) {
    for (const double damping : {2.0, 1.4142, 0.33, 0.08}) {
      for (const FilterTaps& tap : taps) {
        VoiceFilter filter;
        const auto c = VoiceFilter::at(gainAt(cutoff), allLanes(static_cast<float>(damping)));
        std::vector<float> out(48000);
        for (std::size_t n = 0; n < out.size(); ++n) {
          out[n] = filter.next(allLanes(n == 0 ? 1.0F : 0.0F), c, tap)[2];
        }
        for (const double hz : {25.0, 60.0, 150.0, 400.0, 1000.0, 2000.0, 3500.0, 5000.0, 8000.0}) {
          INFO("cutoff ", cutoff, " damping ", damping, " at ", hz);
          const Complex s = warped(hz, cutoff);
          const Complex top = static_cast<double>(tap.low) +
                              static_cast<double>(tap.band) * damping * s +
                              static_cast<double>(tap.high) * s * s;
          const double expected = std::abs(top / (s * s + damping * s + 1.0));
          if (test::db(expected) < -70.0) continue;
          const double got = std::abs(test::dft(out, hz / kRate));
          CHECK(std::fabs(test::db(got) - test::db(expected)) < 0.1);
        }
      }
    }
  }
}

TEST_CASE("the voices' filter stays bounded while cutoff and resonance jump every frame") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    test::Dice dice(seed);
    VoiceFilter filter;
    double loudest = 0.0;
    for (int n = 0; n < 20000; ++n) {
      Lanes octaves{};
      Lanes damping{};
      Lanes in{};
      for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
        // Often the extremes: they are the worst.
        const double kind = dice.uniform(0.0, 3.0);
        octaves[lane] =
            static_cast<float>(kind < 1.0 ? -14.0 : (kind < 2.0 ? 0.0 : -14.0 * (kind - 2.0)));
        damping[lane] =
            dice.uniform(0.0, 1.0) < 0.5 ? 0.04F : static_cast<float>(dice.uniform(0.04, 2.0));
        in[lane] = static_cast<float>(dice.uniform(-1.0, 1.0));
      }
      const Lanes out =
          filter.next(in, VoiceFilter::at(dsp::filterGain(octaves), damping), {1, 1, 1});
      for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) {
        loudest = std::fmax(loudest, std::fabs(out[lane]));
      }
    }
    CHECK(loudest < 200.0);
  }
}

TEST_CASE("a flushed filter ends in exact silence") {
  VoiceFilter filter;
  const auto c = VoiceFilter::at(gainAt(100.0), allLanes(0.04F));
  Lanes out{};
  for (int n = 0; n < 48000 * 8; ++n) {
    out = filter.next(allLanes(n < 100 ? 1.0F : 0.0F), c, {1, 1, 1});
    if (n % 16 == 0) filter.flush();
  }
  for (std::uint32_t lane = 0; lane < kLaneCount; ++lane) CHECK(+out[lane] == 0.0F);
}
