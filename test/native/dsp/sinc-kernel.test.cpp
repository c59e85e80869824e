// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/sinc-kernel.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "dsp/measure.hpp"

using namespace downbeat;
using dsp::FrameStep;
using dsp::SincKernel;
using dsp::SincKernels;

namespace {

FrameStep stepOf(double ratio) { return static_cast<FrameStep>(ratio * 0x1p32 + 0.5); }

std::vector<float> sine(double turnsPerFrame, std::size_t frames) {
  std::vector<float> x(frames);
  for (std::size_t n = 0; n < frames; ++n) {
    x[n] = static_cast<float>(
        std::sin(2.0 * test::kPi * std::fmod(turnsPerFrame * static_cast<double>(n), 1.0)));
  }
  return x;
}

struct Reading {
  double gainDb;  ///< of the sine that should be there
  double restDb;  ///< of everything else, relative to a full sine
};

/// Reads a sine of `turns` per source frame at `ratio` and looks for it in what comes out.
Reading readSine(double turns, double ratio) {
  constexpr std::uint32_t kCount = 4096;
  const FrameStep step = stepOf(ratio);
  const SincKernel& kernel = SincKernels::shared().pick(step);
  const auto source = sine(turns, static_cast<std::size_t>(kCount * ratio) + 1024);
  std::vector<float> out(kCount);
  const FrameStep place = 0x12345678;
  dsp::readFrames<false>(kernel, source.data(), place, step, kCount, out.data(), nullptr);
  // Least squares of sine and cosine at the frequency it has now.
  double ss = 0;
  double cc = 0;
  double sc = 0;
  double ys = 0;
  double yc = 0;
  for (std::uint32_t n = 0; n < kCount; ++n) {
    const double angle = 2.0 * test::kPi * turns * (static_cast<double>(step) * 0x1p-32) * n;
    ss += std::sin(angle) * std::sin(angle);
    cc += std::cos(angle) * std::cos(angle);
    sc += std::sin(angle) * std::cos(angle);
    ys += out[n] * std::sin(angle);
    yc += out[n] * std::cos(angle);
  }
  const double a = (ys * cc - yc * sc) / (ss * cc - sc * sc);
  const double b = (yc * ss - ys * sc) / (ss * cc - sc * sc);
  double rest = 0;
  for (std::uint32_t n = 0; n < kCount; ++n) {
    const double angle = 2.0 * test::kPi * turns * (static_cast<double>(step) * 0x1p-32) * n;
    const double error = out[n] - a * std::sin(angle) - b * std::cos(angle);
    rest += 2.0 * error * error / kCount;
  }
  return {test::db(std::hypot(a, b)), test::db(std::sqrt(rest))};
}

}  // namespace

TEST_CASE("a whole frame is read as it is, on the fast way and on the slow one") {
  const auto source = sine(0.0371, 400);
  const SincKernel& kernel = SincKernels::shared().pick(dsp::kOneFrame);
  std::vector<float> out(100);
  dsp::readFrames<false>(kernel, source.data(), 0, dsp::kOneFrame, 100, out.data(), nullptr);
  for (std::size_t n = 0; n < 100; ++n) CHECK(out[n] == source[n + kernel.before()]);
  // Two frames at a time need a longer kernel; half a frame passes whole frames with the short one.
  dsp::readFrames<false>(kernel, source.data(), 0, dsp::kOneFrame / 2, 100, out.data(), nullptr);
  for (std::size_t n = 0; n < 100; n += 2) CHECK(out[n] == source[n / 2 + kernel.before()]);
}

TEST_CASE(
    "up to 0.65 of half the lower rate the gain is within 0.01 dB and the rest below -70 dB") {
  for (const double ratio : {0.1, 0.45, 0.91875, 1.0, 1.0884, 1.4983, 2.0, 3.7, 8.0, 15.9}) {
    for (const double part : {0.01, 0.1, 0.3, 0.5, 0.65}) {
      const double turns = 0.5 * part * std::fmin(1.0, 1.0 / ratio);
      const Reading reading = readSine(turns, ratio);
      INFO("ratio ", ratio, " at ", part, " of half the lower rate");
      CHECK(std::fabs(reading.gainDb) < 0.01);
      CHECK(reading.restDb < -70.0);
    }
  }
}

TEST_CASE("what would fold back below 0.65 of half the new rate is below -70 dB") {
  for (const double ratio : {1.5, 2.0, 3.7, 8.0, 15.9}) {
    for (const double part : {1.36, 1.41, 1.6, 1.97}) {
      if (part >= ratio) continue;  // above half the rate of the source
      const double turns = 0.5 * part / ratio;
      const Reading reading = readSine(turns, ratio);
      INFO("ratio ", ratio, " at ", part, " of half the new rate");
      CHECK(reading.gainDb < -70.0);
    }
  }
}

TEST_CASE("stereo is two times mono, and a steady level stays") {
  const auto left = sine(0.013, 3000);
  const auto right = sine(0.047, 3000);
  std::vector<float> both;
  for (std::size_t n = 0; n < left.size(); ++n) {
    both.push_back(left[n]);
    both.push_back(right[n]);
  }
  const std::vector<float> ones(3000, 1.0F);
  for (const double ratio : {0.37, 0.91875, 1.21, 2.6, 7.7}) {
    const FrameStep step = stepOf(ratio);
    const SincKernel& kernel = SincKernels::shared().pick(step);
    std::vector<float> a(300);
    std::vector<float> b(300);
    std::vector<float> l(300);
    std::vector<float> r(300);
    dsp::readFrames<true>(kernel, both.data(), 99, step, 300, a.data(), b.data());
    dsp::readFrames<false>(kernel, left.data(), 99, step, 300, l.data(), nullptr);
    dsp::readFrames<false>(kernel, right.data(), 99, step, 300, r.data(), nullptr);
    for (std::size_t n = 0; n < 300; ++n) {
      CHECK(a[n] == doctest::Approx(l[n]).epsilon(1e-5));
      CHECK(b[n] == doctest::Approx(r[n]).epsilon(1e-5));
    }
    dsp::readFrames<false>(kernel, ones.data(), 99, step, 300, l.data(), nullptr);
    for (std::size_t n = 0; n < 300; ++n) CHECK(l[n] == doctest::Approx(1.0).epsilon(1e-6));
  }
}
