// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <vector>

#include "dsp/gliding-filter.hpp"
#include "dsp/ladder-filter.hpp"
#include "dsp/measure.hpp"
#include "dsp/smoothers.hpp"
#include "dsp/state-variable-filter.hpp"
#include "dsp/stereo-band-pass.hpp"

using namespace downbeat::dsp;
namespace test = downbeat::test;
using Complex = std::complex<double>;

namespace {

constexpr double kRate = 48000.0;

/// j times the prewarped frequency, in units of the prewarped cutoff.
Complex warped(double hz, double cutoffHz) {
  return {0.0, std::tan(test::kPi * hz / kRate) / std::tan(test::kPi * cutoffHz / kRate)};
}

/// Gain of a filter that is settled, by its impulse response.
template <typename Next>
std::vector<float> impulseResponse(Next next, float height) {
  std::vector<float> out(48000);
  for (std::size_t n = 0; n < out.size(); ++n) out[n] = next(n == 0 ? height : 0.0F) / height;
  return out;
}

constexpr double kFrequencies[] = {25.0,   60.0,   150.0,  400.0, 1000.0,
                                   2000.0, 3500.0, 5000.0, 8000.0};

void checkGain(double got, double expected) {
  // Below -70 dB the difference is not heard.
  if (test::db(expected) < -70.0) return;
  CHECK(std::fabs(test::db(got) - test::db(expected)) < 0.1);
}

}  // namespace

TEST_CASE("the state-variable filter is the analog one within 0.1 dB up to 8 kHz") {
  for (const double cutoff : {40.0, 300.0, 1000.0, 4000.0, 12000.0}) {
    for (const double q : {0.5, 0.7071, 3.0, 12.0}) {
      StateVariableFilter low;
      StateVariableFilter band;
      StateVariableFilter high;
      for (auto* filter : {&low, &band, &high}) {
        filter->set(static_cast<float>(cutoff / kRate), static_cast<float>(q));
      }
      const auto lows = impulseResponse([&](float x) { return low.next(x).low; }, 1.0F);
      const auto bands = impulseResponse([&](float x) { return band.next(x).band; }, 1.0F);
      const auto highs = impulseResponse([&](float x) { return high.next(x).high; }, 1.0F);
      for (const double hz : kFrequencies) {
        INFO("cutoff ", cutoff, " q ", q, " at ", hz);
        const Complex s = warped(hz, cutoff);
        const Complex bottom = s * s + s / q + 1.0;
        checkGain(std::abs(test::dft(lows, hz / kRate)), std::abs(1.0 / bottom));
        checkGain(std::abs(test::dft(bands, hz / kRate)), std::abs(s / bottom));
        checkGain(std::abs(test::dft(highs, hz / kRate)), std::abs(s * s / bottom));
      }
    }
  }
}

TEST_CASE("the acid filter is the analog three-pole ladder within 0.1 dB for small signals") {
  for (const double cutoff : {60.0, 300.0, 1000.0, 4000.0}) {
    for (const double resonance : {0.0, 0.3, 0.6, 0.9}) {
      LadderFilter filter;
      filter.set(static_cast<float>(cutoff / kRate), static_cast<float>(resonance));
      const auto lows = impulseResponse([&](float x) { return filter.next(x).low; }, 1e-3F);
      const double k = LadderFilter::kMaxFeedback * resonance;
      for (const double hz : kFrequencies) {
        INFO("cutoff ", cutoff, " resonance ", resonance, " at ", hz);
        const Complex s = warped(hz, cutoff);
        checkGain(std::abs(test::dft(lows, hz / kRate)),
                  std::abs((1.0 + 0.5 * k) / (std::pow(1.0 + s, 3) + k)));
      }
    }
  }
}

TEST_CASE("the acid filter falls by 18 dB an octave") {
  LadderFilter filter;
  filter.set(static_cast<float>(100.0 / kRate), 0.0F);
  const auto lows = impulseResponse([&](float x) { return filter.next(x).low; }, 1e-3F);
  const double drop = test::db(std::abs(test::dft(lows, 1600.0 / kRate))) -
                      test::db(std::abs(test::dft(lows, 3200.0 / kRate)));
  CHECK(drop == doctest::Approx(18.0).epsilon(0.03));
}

TEST_CASE("filters stay bounded while cutoff and resonance jump every frame") {
  for (int seed = 0; seed < 20; ++seed) {
    test::Dice dice(static_cast<std::uint64_t>(seed));
    StateVariableFilter svf;
    LadderFilter ladder;
    for (int n = 0; n < 20000; ++n) {
      // Often the extremes: they are the worst.
      const double octave =
          dice.bits() % 3 == 0 ? dice.uniform(-13.0, -1.0) : (dice.bits() % 2 == 0 ? -13.0 : -1.0);
      const auto cutoff = static_cast<float>(std::exp2(octave));
      svf.set(cutoff, static_cast<float>(dice.uniform(0.5, 20.0)));
      ladder.set(cutoff, static_cast<float>(dice.uniform(0.0, 1.2)));
      const auto in = static_cast<float>(dice.uniform(-1.0, 1.0));
      const auto a = svf.next(in);
      const auto b = ladder.next(in);
      REQUIRE(std::fabs(a.low) < 200.0F);
      REQUIRE(std::fabs(a.band) < 200.0F);
      REQUIRE(std::fabs(b.low) < 20.0F);
      REQUIRE(std::fabs(b.high) < 100.0F);
    }
  }
}

TEST_CASE("filters end in exact silence") {
  StateVariableFilter svf;
  LadderFilter ladder;
  DcBlocker blocker;
  svf.set(0.002F, 15.0F);
  ladder.set(0.002F, 1.0F);
  blocker.set(0.0005);
  float last = 1.0F;
  for (int n = 0; n < 48000 * 8; ++n) {
    const float in = n < 100 ? 1.0F : 0.0F;
    last =
        std::fabs(svf.next(in).low) + std::fabs(ladder.next(in).low) + std::fabs(blocker.next(in));
  }
  CHECK(last == 0.0F);
}

TEST_CASE("the DC blocker takes DC and leaves the bass") {
  DcBlocker blocker;
  blocker.set(10.0 / kRate);
  float out = 0.0F;
  for (int n = 0; n < 48000; ++n) out = blocker.next(0.5F);
  CHECK(std::fabs(out) < 1e-6F);
  blocker.reset();
  const auto response = impulseResponse([&](float x) { return blocker.next(x); }, 1.0F);
  CHECK(test::db(std::abs(test::dft(response, 10.0 / kRate))) ==
        doctest::Approx(-3.01).epsilon(0.02));
  CHECK(test::db(std::abs(test::dft(response, 60.0 / kRate))) > -0.2);
}

TEST_CASE("a smoothed value makes 63 % of the way in its time constant and then arrives") {
  OnePole pole;
  pole.setTimeConstant(100.0);
  double value = 0.0;
  for (int n = 0; n < 100; ++n) value = pole.next(1.0);
  CHECK(value == doctest::Approx(1.0 - std::exp(-1.0)));
  for (int n = 0; n < 4000; ++n) value = pole.next(1.0);
  CHECK(value == 1.0);
}

TEST_CASE("a stereo band-pass is the state-variable filter's, on both sides") {
  StereoBandPass stereo;
  StateVariableFilter left;
  StateVariableFilter right;
  stereo.set(0.01F, 3.0F);
  left.set(0.01F, 3.0F);
  right.set(0.01F, 3.0F);
  test::Dice dice(7);
  for (int n = 0; n < 4800; ++n) {
    const auto a = static_cast<float>(dice.uniform(-1.0, 1.0));
    const auto b = static_cast<float>(dice.uniform(-1.0, 1.0));
    const Lanes out = stereo.next(Lanes{a, b, 0.0F, 0.0F});
    REQUIRE(out[0] == left.next(a).band * left.damping());
    REQUIRE(out[1] == right.next(b).band * right.damping());
  }
}

TEST_CASE("a gliding filter arrives where it was sent, evenly, and jumps where it is told to") {
  GlidingFilter<LadderFilter> gliding;
  LadderFilter plain;
  gliding.jumpTo(0.01F, 0.8F);
  plain.set(0.01F, 0.8F);
  test::Dice dice(8);
  const Lanes from = LadderFilter::coefficients(0.01F, 0.8F);
  const Lanes to = LadderFilter::coefficients(0.02F, 0.5F);
  for (int n = 0; n < 480; ++n) {
    if (n == 100) gliding.glideTo(0.02F, 0.5F, 8);
    const int steps = n < 100 ? 0 : (n < 108 ? n - 99 : 8);
    plain.use(from + (to - from) * (static_cast<float>(steps) / 8.0F));
    const auto in = static_cast<float>(dice.uniform(-1.0, 1.0));
    CHECK(gliding.next(in).low == doctest::Approx(plain.next(in).low).epsilon(1e-4));
  }
}
