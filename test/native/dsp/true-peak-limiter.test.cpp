// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/true-peak-limiter.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "dsp/measure.hpp"

using downbeat::dsp::TruePeakLimiter;
namespace test = downbeat::test;

namespace {

std::vector<float> make(std::size_t frames, const std::function<double(std::size_t)>& at) {
  std::vector<float> x(frames);
  for (std::size_t n = 0; n < frames; ++n) x[n] = static_cast<float>(at(n));
  return x;
}

double limitedPeakDb(std::vector<float> x, float ceilingDb) {
  TruePeakLimiter limiter;
  limiter.prepare(48000.0);
  limiter.setCeiling(ceilingDb);
  std::vector<float> y = x;
  limiter.process(x.data(), y.data(), static_cast<std::uint32_t>(x.size()));
  for (std::size_t n = 0; n < x.size(); ++n) REQUIRE(x[n] == y[n]);
  return test::db(test::truePeak8(x));
}

}  // namespace

TEST_CASE("the true peak never passes the ceiling, whatever comes") {
  constexpr std::size_t kFrames = 12000;
  test::Dice dice(1);
  double held = 0.0;
  struct Signal {
    std::string name;
    std::vector<float> frames;
  };
  const std::vector<Signal> signals{
      {"a loud sine at a quarter of the rate, 45 degrees off",
       make(kFrames, [](std::size_t n) { return 1.6 * std::sin(test::kPi * (0.5 * n + 0.25)); })},
      {"a loud sine at 0.45 of the rate",
       make(kFrames, [](std::size_t n) { return 3.0 * std::sin(2 * test::kPi * 0.4501 * n); })},
      {"bursts out of silence", make(kFrames,
                                     [](std::size_t n) {
                                       return n / 1500 % 2 == 0
                                                  ? 0.0
                                                  : 8.0 * std::sin(2 * test::kPi * 0.031 * n);
                                     })},
      {"a square", make(kFrames, [](std::size_t n) { return n / 37 % 2 == 0 ? 2.0 : -2.0; })},
      {"single frames", make(kFrames, [](std::size_t n) { return n % 701 == 0 ? 5.0 : 0.0; })},
      {"pairs of frames", make(kFrames, [](std::size_t n) { return n % 907 < 2 ? 4.0 : 0.0; })},
      {"white noise", make(kFrames, [&](std::size_t) { return dice.uniform(-2.0, 2.0); })},
      {"noise of random signs",
       make(kFrames, [&](std::size_t) { return dice.uniform(-1.0, 1.0) < 0 ? -1.0 : 1.0; })},
      {"held noise in bursts", make(kFrames,
                                    [&](std::size_t n) {
                                      if (n % 5 == 0) held = dice.uniform(-6.0, 6.0);
                                      return n / 800 % 3 == 0 ? held : 0.05 * held;
                                    })},
  };
  for (const Signal& signal : signals) {
    for (const float ceilingDb : {0.0F, -1.0F, -6.0F}) {
      const double over = limitedPeakDb(signal.frames, ceilingDb) - ceilingDb;
      INFO(signal.name, " under ", ceilingDb, " dB: ", over, " dB over");
      CHECK(over <= 0.0);
    }
  }
}

TEST_CASE("what stays below the ceiling passes bit for bit, delayed by the stated latency") {
  TruePeakLimiter limiter;
  limiter.prepare(48000.0);
  limiter.setCeiling(-1.0F);
  test::Dice dice(2);
  const double height = 0.85;  // -1.41 dB, a smooth signal
  auto left = make(20000, [&](std::size_t n) { return height * std::sin(0.05 * n); });
  auto right = make(20000, [&](std::size_t) { return dice.uniform(-0.4, 0.4); });
  const auto inLeft = left;
  const auto inRight = right;
  limiter.process(left.data(), right.data(), 20000);
  const std::uint32_t latency = limiter.latencyFrames();
  CHECK(latency == 87);
  for (std::size_t n = latency; n < left.size(); ++n) {
    REQUIRE(left[n] == inLeft[n - latency]);
    REQUIRE(right[n] == inRight[n - latency]);
  }
  for (std::size_t n = 0; n < latency; ++n) REQUIRE(left[n] == 0.0F);
}

TEST_CASE("after a peak the gain comes back to exactly one") {
  TruePeakLimiter limiter;
  limiter.prepare(48000.0);
  auto x = make(96000, [](std::size_t n) { return n < 100 ? 2.0 : 0.1; });
  auto y = x;
  limiter.process(x.data(), y.data(), 2000);
  CHECK(limiter.gain() < 0.9F);
  limiter.process(x.data() + 2000, y.data() + 2000, 94000);
  CHECK(limiter.gain() == 1.0F);
}

TEST_CASE("limiting is the same however the frames are cut") {
  TruePeakLimiter whole;
  TruePeakLimiter cut;
  whole.prepare(48000.0);
  cut.prepare(48000.0);
  test::Dice dice(4);
  auto a = make(8000, [&](std::size_t) { return dice.uniform(-3.0, 3.0); });
  auto b = a;
  auto aRight = a;
  auto bRight = a;
  whole.process(a.data(), aRight.data(), 8000);
  for (std::uint32_t n = 0; n < 8000; ++n) cut.process(b.data() + n, bRight.data() + n, 1);
  CHECK(a == b);
}

TEST_CASE("not-a-number and infinity become silence and are forgotten") {
  TruePeakLimiter limiter;
  limiter.prepare(48000.0);
  auto x = make(2000, [](std::size_t n) { return n == 100 ? NAN : (n == 200 ? INFINITY : 0.5); });
  auto y = x;
  limiter.process(x.data(), y.data(), 2000);
  for (const float value : x) REQUIRE(std::fabs(value) <= 1.0F);
  CHECK(x[1999] == 0.5F);
}

TEST_CASE("a longer look-ahead is later by as much, and holds the ceiling as well") {
  for (const double ms : {0.5, 2.0, 5.0, 10.0}) {
    TruePeakLimiter limiter;
    limiter.prepare(48000.0, 0.001 * ms);
    CHECK(limiter.latencyFrames() == 87 - 48 + static_cast<std::uint32_t>(48 * ms));
    test::Dice dice(6);
    auto x = make(9600, [&](std::size_t n) {
      return dice.uniform(-1.0, 1.0) * (n / 2400 % 2 == 0 ? 4.0 : 0.1);
    });
    auto y = x;
    limiter.process(x.data(), y.data(), 9600);
    CHECK(test::truePeak8(x) <= 1.0);
  }
}

TEST_CASE("the gain comes back with the time constant of the release") {
  for (const double seconds : {0.02, 0.3}) {
    TruePeakLimiter limiter;
    limiter.prepare(48000.0);
    limiter.setRelease(seconds);
    const auto frames = static_cast<std::size_t>(48000 * seconds);
    auto x = make(9600 + frames, [](std::size_t n) { return n < 9600 ? 4.0 : 0.01; });
    auto y = x;
    // Until the reduction has begun to go, the guard and the averages included.
    limiter.process(x.data(), y.data(), 9600 + 140);
    const double before = 1.0 - limiter.gain();
    limiter.process(x.data() + 9740, y.data(), static_cast<std::uint32_t>(frames - 140));
    const double after = 1.0 - limiter.gain();
    const double passed = static_cast<double>(frames - 140) / 48000.0;
    CHECK(after / before == doctest::Approx(std::exp(-passed / seconds)).epsilon(0.03));
  }
}

TEST_CASE("above the knee levels bend towards the ceiling and never reach it") {
  for (const double level : {0.3, 0.49, 0.6, 1.0, 3.0}) {
    TruePeakLimiter limiter;
    limiter.prepare(48000.0);
    limiter.setKnee(-6.0206F);
    auto x = make(96000, [&](std::size_t) { return level; });
    auto y = x;
    limiter.process(x.data(), y.data(), 96000);
    const double knee = 0.5;
    const double top = std::pow(10.0, -0.25 / 20.0);
    const double over = (level - knee) / (top - knee);
    const double wanted = level <= knee ? level : knee + (top - knee) * over / (1.0 + over);
    INFO(level);
    CHECK(x.back() == doctest::Approx(wanted).epsilon(1e-4));
  }
}
