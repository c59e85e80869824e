// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/fast-math.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dsp/pan.hpp"

using namespace downbeat::dsp;

TEST_CASE("powers of two are right to 3e-7 and logarithms undo them") {
  for (double x = -126.0; x < 126.0; x += 0.0137) {
    const auto in = static_cast<float>(x);
    CHECK(std::fabs(fastExp2(in) / std::exp2(static_cast<double>(in)) - 1.0) < 3e-7);
    CHECK(std::fabs(fastLog2(fastExp2(in)) - in) < 1.5e-5);
  }
  for (double x = 0.4; x < 2.5; x += 0.00037) {
    const auto in = static_cast<float>(x);
    CHECK(std::fabs(fastLog2(in) - std::log2(static_cast<double>(in))) < 1e-6);
  }
}

TEST_CASE("the prewarped cutoff is right to 1e-5 up to 0.49 of the sample rate") {
  for (double x = 1e-5; x <= 0.49; x += 0.000317) {
    const auto in = static_cast<float>(x);
    CHECK(std::fabs(tanPi(in) / std::tan(kPi * static_cast<double>(in)) - 1.0) < 1e-5);
  }
}

TEST_CASE("the sine is right to -130 dB at every phase") {
  for (std::uint64_t phase = 0; phase < (1ULL << 32); phase += 1234567) {
    const auto p = static_cast<std::uint32_t>(phase);
    CHECK(std::fabs(sineOf(p) - std::sin(2.0 * kPi * p * 0x1p-32)) < 3e-7);
  }
}

TEST_CASE("the soft clip is tanh to 1e-4, never falls and never passes 1") {
  float before = -1.0F;
  for (double x = -12.0; x < 12.0; x += 0.001) {
    const float out = softClip(static_cast<float>(x));
    CHECK(std::fabs(out - std::tanh(x)) < 1.1e-4);
    CHECK(out >= before);
    CHECK(std::fabs(out) <= 1.0F);
    before = out;
  }
  CHECK(softClip(0.0F) == 0.0F);
  CHECK(std::fabs(softClip(NAN)) <= 1.0F);
}

TEST_CASE("decibels and gains undo each other, and silence reads as -200 dB") {
  for (float db = -120.0F; db < 40.0F; db += 0.37F)
    CHECK(std::fabs(dbOfGain(gainOfDb(db)) - db) < 1e-3);
  CHECK(dbOfGain(0.0F) == doctest::Approx(-200.0).epsilon(0.001));
}

TEST_CASE("note 69 is 440 Hz and twelve notes are an octave") {
  CHECK(noteHz(69.0) == 440.0);
  CHECK(noteHz(81.0) == 880.0);
  CHECK(noteHz(48.0) == doctest::Approx(130.8128).epsilon(1e-6));
}

TEST_CASE("panning keeps the power and is silent on the far side") {
  for (float pan = -1.0F; pan <= 1.0F; pan += 0.01F) {
    const PanGains gains = panGains(pan);
    CHECK(gains.left * gains.left + gains.right * gains.right ==
          doctest::Approx(1.0).epsilon(1e-5));
  }
  CHECK(std::fabs(panGains(-1.0F).right) < 1e-6F);
  CHECK(std::fabs(panGains(1.0F).left) < 1e-6F);
  CHECK(panGains(0.0F).left == doctest::Approx(0.70711).epsilon(1e-5));
}

TEST_CASE("a feedback path keeps neither denormals nor infinity nor not-a-number") {
  CHECK(flushed(1e-30F) == 0.0F);
  CHECK(flushed(INFINITY) == 0.0F);
  CHECK(flushed(NAN) == 0.0F);
  CHECK(flushed(-0.25F) == -0.25F);
}
