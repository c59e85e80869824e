// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/level-meter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "dsp/measure.hpp"

using namespace downbeat::dsp;
namespace test = downbeat::test;

namespace {

std::vector<float> sine(double height, std::size_t frames) {
  std::vector<float> result(frames);
  for (std::size_t n = 0; n < frames; ++n)
    result[n] = static_cast<float>(
        height * std::sin(2.0 * test::kPi * 997.0 / 48000.0 * static_cast<double>(n)));
  return result;
}

}  // namespace

TEST_CASE("a sine at full scale has a peak of 0 dB and an RMS of -3.01 dB") {
  LevelMeter meter;
  meter.prepare(48000.0);
  const auto in = sine(1.0, 48000 * 4);
  for (std::size_t at = 0; at < in.size(); at += 32) meter.add(in.data() + at, 32);
  CHECK(std::fabs(test::db(meter.peak())) < 0.001);
  CHECK(std::fabs(test::db(meter.rms()) + 3.0103) < 0.01);
  CHECK(meter.overs() == 0);
}

TEST_CASE("a meter says the same however its frames come") {
  LevelMeter even;
  LevelMeter uneven;
  for (LevelMeter* meter : {&even, &uneven}) {
    meter->prepare(48000.0);
    meter->setHold(4800.0);
  }
  test::Dice dice(3);
  std::vector<float> in(20000);
  for (float& x : in) x = static_cast<float>(dice.uniform(-1.2, 1.2));
  for (std::size_t at = 0; at < in.size(); at += 32) even.add(in.data() + at, 32);
  for (std::size_t at = 0; at < in.size();) {
    const std::size_t frames = std::min<std::size_t>(1 + dice.bits() / 2 % 31, in.size() - at);
    uneven.add(in.data() + at, static_cast<std::uint32_t>(frames));
    at += frames;
  }
  CHECK(even.peak() == uneven.peak());
  CHECK(even.rms() == uneven.rms());
  CHECK(even.overs() == uneven.overs());
  CHECK(even.overs() > 2000);
}

TEST_CASE("a peak is held for its time, falls by 12 dB a second, and ends in silence") {
  LevelMeter meter;
  meter.prepare(48000.0);
  meter.setHold(48000.0);
  const std::vector<float> in(4864, 0.5F);  // 19 blocks
  meter.add(in.data(), static_cast<std::uint32_t>(in.size()));
  const std::vector<float> silence(48000, 0.0F);
  meter.add(silence.data(), 48000);  // 187.5 blocks: the hold is 188
  CHECK(meter.peak() == 0.5F);
  meter.add(silence.data(), 48000);
  meter.add(silence.data(), 256);  // 376 blocks by now
  CHECK(std::fabs(test::db(meter.peak()) + 6.0206 + 12.0 * 188.0 * 256.0 / 48000.0) < 0.01);
  for (int second = 0; second < 30; ++second) meter.add(silence.data(), 48000);
  CHECK(meter.peak() == 0.0F);
  CHECK(meter.rms() == 0.0F);
}

TEST_CASE("the mean square makes 63 % of its way in 300 ms") {
  LevelMeter meter;
  meter.prepare(48000.0);
  const std::vector<float> steady(14592, 1.0F);  // 57 blocks: 304 ms
  meter.add(steady.data(), static_cast<std::uint32_t>(steady.size()));
  CHECK(meter.rms() * meter.rms() == doctest::Approx(1.0 - std::exp(-0.304 / 0.3)).epsilon(1e-3));
}

TEST_CASE("samples beyond full scale are counted, those at full scale are not") {
  LevelMeter meter;
  meter.prepare(48000.0);
  std::vector<float> in(256, 1.0F);
  in[3] = 1.01F;
  in[100] = -7.0F;
  in[101] = -1.0F;
  meter.add(in.data(), 256);
  CHECK(meter.overs() == 2);
}
