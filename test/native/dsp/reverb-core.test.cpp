// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/reverb-core.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "dsp/measure.hpp"
#include "dsp/state-variable-filter.hpp"

using downbeat::dsp::ReverbCore;
namespace test = downbeat::test;

namespace {

struct Stereo {
  std::vector<float> left;
  std::vector<float> right;
};

Stereo impulse(ReverbCore& reverb, std::size_t frames) {
  Stereo sound{std::vector<float>(frames), std::vector<float>(frames)};
  sound.left[0] = sound.right[0] = 1.0F;
  reverb.process(sound.left.data(), sound.right.data(), sound.left.data(), sound.right.data(),
                 static_cast<std::uint32_t>(frames));
  return sound;
}

}  // namespace

TEST_CASE("the room falls by 60 dB in the asked time, within 15 %") {
  for (const float seconds : {0.4F, 1.5F, 4.0F}) {
    ReverbCore reverb;
    reverb.prepare(48000.0);
    reverb.setRoom(seconds, 0.0F);
    const auto sound = impulse(reverb, static_cast<std::size_t>(48000 * seconds));
    // Level at 10 % and 60 % of the time: half of 60 dB apart.
    const auto window = static_cast<std::size_t>(4800 * seconds);
    const double early = test::db(test::rms(sound.left, window, window));
    const double late = test::db(test::rms(sound.left, 6 * window, window));
    CHECK(early - late > 30.0 * 0.9);
    CHECK(early - late < 30.0 * 1.25);  // the highs fall faster, as in air
  }
}

TEST_CASE("the room has no DC and ends in exact silence") {
  ReverbCore reverb;
  reverb.prepare(48000.0);
  reverb.setRoom(0.5F, 0.3F);
  std::vector<float> left(48000, 0.5F);
  std::vector<float> right(48000, 0.5F);
  reverb.process(left.data(), right.data(), left.data(), right.data(), 48000);
  CHECK(std::fabs(test::mean(left, 40000)) < 1e-3);
  std::vector<float> silence(48000 * 6);
  std::vector<float> other(48000 * 6);
  reverb.process(silence.data(), other.data(), silence.data(), other.data(), 48000 * 6);
  for (std::size_t n = 48000 * 5; n < silence.size(); ++n) {
    REQUIRE(silence[n] == 0.0F);
    REQUIRE(other[n] == 0.0F);
  }
}

TEST_CASE("the sides of the room are unrelated") {
  ReverbCore reverb;
  reverb.prepare(48000.0);
  reverb.setRoom(2.0F, 0.2F);
  const auto sound = impulse(reverb, 48000);
  double cross = 0.0;
  for (std::size_t n = 4800; n < 48000; ++n) cross += sound.left[n] * sound.right[n];
  const double both = test::rms(sound.left, 4800) * test::rms(sound.right, 4800) * 43200;
  CHECK(std::fabs(cross / both) < 0.15);
}

TEST_CASE(
    "a steady noise below 1.5 kHz comes out as loud as it went in, within 3 dB, in every room") {
  for (const float seconds : {0.3F, 1.0F, 5.0F}) {
    ReverbCore reverb;
    reverb.prepare(48000.0);
    reverb.setRoom(seconds, 0.3F);
    test::Dice dice(3);
    std::vector<float> left(48000 * 8);
    std::vector<float> right(48000 * 8);
    downbeat::dsp::StateVariableFilter filters[2];
    for (auto& filter : filters) filter.set(1500.0F / 48000.0F, 0.7F);
    for (std::size_t n = 0; n < left.size(); ++n) {
      left[n] = filters[0].next(static_cast<float>(dice.uniform(-0.5, 0.5))).low;
      right[n] = filters[1].next(static_cast<float>(dice.uniform(-0.5, 0.5))).low;
    }
    const double in = test::rms(left);
    reverb.process(left.data(), right.data(), left.data(), right.data(), 48000 * 8);
    INFO(seconds, " s: ", test::db(test::rms(left, 48000 * 5) / in), " dB");
    CHECK(std::fabs(test::db(test::rms(left, 48000 * 5) / in)) < 3.0);
  }
}

TEST_CASE("the room is the same however the frames are cut") {
  ReverbCore whole;
  ReverbCore cut;
  whole.prepare(44100.0);
  cut.prepare(44100.0);
  test::Dice dice(5);
  std::vector<float> a(20000);
  for (float& value : a) value = static_cast<float>(dice.uniform(-1.0, 1.0));
  std::vector<float> b = a;
  std::vector<float> aRight = a;
  std::vector<float> bRight = a;
  whole.process(a.data(), aRight.data(), a.data(), aRight.data(), 20000);
  for (std::uint32_t n = 0; n < 20000;) {
    const std::uint32_t count = std::min<std::uint32_t>(1 + dice.bits() / 2 % 70, 20000 - n);
    cut.process(b.data() + n, bRight.data() + n, b.data() + n, bRight.data() + n, count);
    n += count;
  }
  CHECK(a == b);
  CHECK(aRight == bRight);
}

TEST_CASE("a room forgets infinity and not-a-number") {
  ReverbCore reverb;
  reverb.prepare(48000.0);
  std::vector<float> x(4800, 0.1F);
  x[10] = NAN;
  x[20] = INFINITY;
  std::vector<float> y = x;
  reverb.process(x.data(), y.data(), x.data(), y.data(), 4800);
  for (const float value : x) REQUIRE(std::isfinite(value));
}

TEST_CASE("no energy is lost or won in the room but by its decay") {
  // With the low-pass open the sixteen lines keep what they have: over ten times the longest line
  // the level falls as the time says.
  ReverbCore reverb;
  reverb.prepare(48000.0);
  reverb.setRoom(30.0F, 0.0F);
  const auto sound = impulse(reverb, 96000);
  const double early = test::rms(sound.left, 24000, 12000);
  const double late = test::rms(sound.left, 60000, 12000);
  CHECK(test::db(late / early) < -60.0 * 0.75 / 30.0 + 0.7);
  CHECK(test::db(late / early) > -60.0 * 0.75 / 30.0 - 3.0);  // the highs
}

TEST_CASE("a room whose damping moves goes on without a click") {
  ReverbCore reverb;
  reverb.prepare(48000.0);
  reverb.setRoom(5.0F, 0.0F);
  std::vector<float> left(48000);
  std::vector<float> right(48000);
  for (std::size_t n = 0; n < left.size(); ++n) {
    left[n] = right[n] = static_cast<float>(0.5 * std::sin(2 * test::kPi * 100.0 / 48000.0 * n));
  }
  const auto at = [&](std::size_t n) { return left.data() + n; };
  const auto atRight = [&](std::size_t n) { return right.data() + n; };
  reverb.process(at(0), atRight(0), at(0), atRight(0), 36000);
  reverb.setRoom(5.0F, 1.0F);
  reverb.process(at(36000), atRight(36000), at(36000), atRight(36000), 12000);
  const double height = test::rms(left, 24000) * std::sqrt(2.0);
  const double slope = height * 2 * test::kPi * 100.0 / 48000.0;
  // A low-pass that opens or closes changes the level of its output at once, by little at 100 Hz.
  for (std::size_t n = 24001; n < 40000; ++n) {
    REQUIRE(std::fabs(left[n] - left[n - 1]) < 3.0 * slope);
  }
}
