// SPDX-License-Identifier: GPL-3.0-or-later
#include "dsp/lane-functions.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "dsp/fast-math.hpp"
#include "dsp/measure.hpp"

using namespace downbeat;

namespace {

template <class Four, class One>
void checkSame(const char* name, double low, double high, Four four, One one) {
  test::Dice dice(1);
  for (int n = 0; n < 5000; ++n) {
    dsp::Lanes x;
    for (int lane = 0; lane < 4; ++lane) x[lane] = static_cast<float>(dice.uniform(low, high));
    const dsp::Lanes y = four(x);
    for (int lane = 0; lane < 4; ++lane) {
      INFO(std::string(name), " of ", float{x[lane]});
      REQUIRE(float{y[lane]} == one(float{x[lane]}));
    }
  }
}

}  // namespace

TEST_CASE("functions of four numbers are those of one, bit for bit") {
  checkSame(
      "2^x", -130, 130, [](dsp::Lanes x) { return dsp::fastExp2(x); },
      [](float x) { return dsp::fastExp2(x); });
  checkSame(
      "log2", 1e-30, 4, [](dsp::Lanes x) { return dsp::fastLog2(x); },
      [](float x) { return dsp::fastLog2(x); });
  checkSame(
      "tan", 0, 0.49, [](dsp::Lanes x) { return dsp::tanPi(x); },
      [](float x) { return dsp::tanPi(x); });
  checkSame(
      "gain", -100, 40, [](dsp::Lanes x) { return dsp::gainOfDb(x); },
      [](float x) { return dsp::gainOfDb(x); });
  checkSame(
      "dB", -1, 2, [](dsp::Lanes x) { return dsp::dbOfGain(x); },
      [](float x) { return dsp::dbOfGain(x); });
  checkSame(
      "clamp", -3, 3, [](dsp::Lanes x) { return dsp::clampTo(x, -1.0F, 2.0F); },
      [](float x) { return dsp::clampTo(x, -1.0F, 2.0F); });
}

TEST_CASE("sines of four phases are sines, within 3e-7") {
  test::Dice dice(2);
  for (int n = 0; n < 5000; ++n) {
    dsp::LaneWords phase;
    for (int lane = 0; lane < 4; ++lane) phase[lane] = dice.bits() ^ (dice.bits() >> 5);
    const dsp::Lanes y = dsp::sineOf(phase);
    for (int lane = 0; lane < 4; ++lane) {
      const double turn = static_cast<double>(std::uint32_t{phase[lane]}) * 0x1p-32;
      REQUIRE(std::fabs(y[lane] - std::sin(2.0 * test::kPi * turn)) < 3e-7);
    }
  }
}
