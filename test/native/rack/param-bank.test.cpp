// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/param-bank.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace downbeat::rack;

namespace {
constexpr ParamInfo kTable[] = {
    {7, "LEVEL", "level", "", 0.0F, 10.0F, 1.0F, Smoothing::linear},
    {9, "CUTOFF", "cutoff", "Hz", 20.0F, 20000.0F, 100.0F, Smoothing::exponential},
    {11, "MODE", "mode", "", 0.0F, 2.0F, 0.0F, Smoothing::step},
    {13, "OFFSET", "offset", "", -5.0F, 5.0F, -1.0F, Smoothing::exponential},
};

ParamBank makeBank() {
  ParamBank bank;
  bank.prepare(kTable, 4);
  return bank;
}
}  // namespace

TEST_CASE("parameters start at their defaults and are found by id") {
  ParamBank bank = makeBank();
  CHECK(bank[0] == 1.0F);
  CHECK(bank[1] == 100.0F);
  CHECK(bank.indexOf(9) == 1);
  CHECK(bank.indexOf(8) == -1);
}

TEST_CASE("values are clamped to the range, and not-a-number changes nothing") {
  ParamBank bank = makeBank();
  bank.set(0, 99.0F, 0);
  CHECK(bank[0] == 10.0F);
  bank.set(0, -99.0F, 0);
  CHECK(bank[0] == 0.0F);
  bank.set(0, NAN, 0);
  bank.set(0, NAN, 10);
  CHECK(bank[0] == 0.0F);
  bank.set(77, 1.0F, 0);
}

TEST_CASE("a linear ramp goes straight and arrives exactly at its frame") {
  ParamBank bank = makeBank();
  bank.set(0, 9.0F, 8);
  CHECK(bank.target(0) == 9.0F);
  for (int n = 1; n <= 8; ++n) {
    CHECK(bank.isRamping());
    bank.tick();
    CHECK(bank[0] == doctest::Approx(1.0 + n));
  }
  CHECK(!bank.isRamping());
  CHECK(bank[0] == 9.0F);
}

TEST_CASE("an exponential ramp takes equal ratios, and goes straight when it must cross zero") {
  ParamBank bank = makeBank();
  bank.set(1, 1600.0F, 4);
  for (const double expected : {200.0, 400.0, 800.0, 1600.0}) {
    bank.tick();
    CHECK(bank[1] == doctest::Approx(expected));
  }
  bank.set(3, 1.0F, 4);
  for (const double expected : {-0.5, 0.0, 0.5, 1.0}) {
    bank.tick();
    CHECK(bank[3] == doctest::Approx(expected));
  }
}

TEST_CASE("a step parameter takes its value at once, whatever the ramp") {
  ParamBank bank = makeBank();
  bank.set(2, 2.0F, 1000);
  CHECK(bank[2] == 2.0F);
  CHECK(!bank.isRamping());
}

TEST_CASE("a new value ends a ramp, a new ramp starts from where the old one is") {
  ParamBank bank = makeBank();
  bank.set(0, 9.0F, 8);
  bank.tick();
  bank.set(0, 4.0F, 2);
  bank.tick();
  CHECK(bank[0] == doctest::Approx(3.0));
  bank.set(0, 7.0F, 0);
  CHECK(!bank.isRamping());
  bank.tick();
  CHECK(bank[0] == 7.0F);
}

TEST_CASE("the version moves exactly when a value may have moved") {
  ParamBank bank = makeBank();
  const auto before = bank.version();
  bank.set(0, 1.0F, 0);
  bank.tick();
  CHECK(bank.version() == before);
  bank.set(0, 2.0F, 0);
  CHECK(bank.version() != before);
  const auto after = bank.version();
  bank.set(0, 3.0F, 2);
  bank.tick();
  CHECK(bank.version() != after);
}

TEST_CASE("going back to the defaults ends every ramp") {
  ParamBank bank = makeBank();
  bank.set(0, 9.0F, 100);
  bank.set(1, 900.0F, 100);
  bank.tick();
  bank.resetToInitial();
  CHECK(!bank.isRamping());
  CHECK(bank[0] == 1.0F);
  CHECK(bank[1] == 100.0F);
}
