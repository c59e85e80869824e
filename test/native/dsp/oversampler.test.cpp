// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/oversampler.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "dsp/antialiased-shaper.hpp"
#include "dsp/measure.hpp"

using namespace downbeat::dsp;
namespace test = downbeat::test;

namespace {

/// Up, `middle` at four times the rate, and down, in pieces of `cut` frames.
template <class Middle>
std::vector<float> through(const std::vector<float>& in, Middle middle, std::uint32_t cut = 32) {
  Oversampler oversampler;
  Oversampler::Rows rows;
  std::vector<float> out(in.size());
  for (std::size_t n = 0; n < in.size(); n += cut) {
    const auto frames = static_cast<std::uint32_t>(std::min<std::size_t>(cut, in.size() - n));
    oversampler.up(in.data() + n, rows, frames);
    for (std::uint32_t i = 0; i < frames; ++i) {
      for (auto& row : rows) row[i] = middle(row[i]);
    }
    oversampler.down(rows, out.data() + n, frames);
  }
  return out;
}

std::vector<float> sine(double frequency, std::size_t frames) {
  std::vector<float> x(frames);
  for (std::size_t n = 0; n < frames; ++n) {
    x[n] = static_cast<float>(std::sin(2.0 * test::kPi * frequency * static_cast<double>(n)));
  }
  return x;
}

/// Straight, as a curve for the shaper.
struct Straight {
  Shaped operator()(StereoDoubles x) const {
    return {x, bothOf(0.5) * x * x, bothOf(1.0 / 6.0) * x * x * x};
  }
};

}  // namespace

TEST_CASE("up, a straight curve and down are a delay of 48 frames within 0.02 dB to 19 kHz") {
  for (const double hz : {50.0, 1000.0, 5000.0, 12000.0, 19000.0}) {
    AntialiasedShaper shaper;
    shaper.reset(Straight{}, StereoDoubles{});
    const auto in = sine(hz / 48000.0, 9600);
    const auto out = through(in, [&](float x) {
      return static_cast<float>(shaper.next(Straight{}, bothOf(static_cast<double>(x)))[0]);
    });
    const auto before = test::dft(in, hz / 48000.0, 480 - Oversampler::kLatencyFrames, 4800);
    const auto after = test::dft(out, hz / 48000.0, 480, 4800);
    INFO(hz, " Hz");
    CHECK(std::fabs(test::db(std::abs(after / before))) < 0.02);
    CHECK(std::fabs(std::arg(after / before)) < 1e-3);
  }
}

TEST_CASE("what is above the band before the way down is 80 dB down after it") {
  // A square of the rows: twice the frequency; 14 kHz becomes 28 kHz, 12.5 kHz 25 kHz.
  for (const double hz : {14000.0, 12500.0, 16000.0, 18000.0}) {
    const auto in = sine(hz / 48000.0, 9600);
    const auto out = through(in, [](float x) { return x * x; });
    const double alias = (48000.0 - 2.0 * hz) / 48000.0;
    const double amplitude = std::abs(test::dft(out, alias, 480, 4800)) / 2400.0;
    INFO(hz, " Hz: ", test::db(amplitude / 0.5));
    CHECK(test::db(amplitude / 0.5) < -79.0);
  }
}

TEST_CASE("images on the way up are 94 dB down") {
  Oversampler oversampler;
  Oversampler::Rows rows;
  for (const double hz : {1000.0, 5000.0, 15000.0}) {
    const auto in = sine(hz / 48000.0, 9600);
    std::vector<float> above;
    oversampler.reset();
    for (std::size_t n = 0; n < in.size(); n += 32) {
      oversampler.up(in.data() + n, rows, 32);
      for (std::uint32_t i = 0; i < 32; ++i) {
        for (const auto& row : rows) above.push_back(row[i]);
      }
    }
    const double own = std::abs(test::dft(above, hz / 192000.0, 1920, 19200));
    CHECK(test::db(own / 9600.0) == doctest::Approx(0.0).epsilon(0.001));
    for (const double image : {48000.0 - hz, 48000.0 + hz, 96000.0 - hz, 96000.0 + hz}) {
      INFO(hz, " Hz at ", image);
      CHECK(test::db(std::abs(test::dft(above, std::min(image, 192000.0 - image) / 192000.0, 1920,
                                        19200)) /
                     own) < -94.0);
    }
  }
}

TEST_CASE("oversampling is the same however the frames are cut") {
  test::Dice dice(7);
  std::vector<float> in(2000);
  for (float& x : in) x = static_cast<float>(dice.uniform(-1.0, 1.0));
  const auto cube = [](float x) { return x * x * x; };
  const auto whole = through(in, cube, 32);
  for (const std::uint32_t cut : {1U, 3U, 5U, 17U}) CHECK(through(in, cube, cut) == whole);
}
