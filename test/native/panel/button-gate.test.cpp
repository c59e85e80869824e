// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel/button-gate.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace downbeat;
using downbeat::panel::ButtonGate;

TEST_CASE("a press counts with its first edge, and its bounces are none") {
  ButtonGate gate(5000);
  CHECK(gate.take(true, {1000}) == true);
  CHECK_FALSE(gate.take(false, {1100}));
  CHECK_FALSE(gate.take(true, {1250}));
  CHECK(gate.dueAt() == ButtonGate::kNever);
  CHECK(gate.bounces() == 2);
  CHECK(gate.bounceMicros() == 250);
  CHECK(gate.take(false, {90'000}) == false);
}

TEST_CASE("a release inside the bounce counts when that is over") {
  ButtonGate gate(5000);
  CHECK(gate.take(true, {0}) == true);
  CHECK_FALSE(gate.take(false, {3000}));
  CHECK(gate.dueAt() == HostMicros{5000});
  CHECK_FALSE(gate.settle({4999}));
  CHECK(gate.settle({5000}) == false);
  CHECK(gate.dueAt() == ButtonGate::kNever);
}

TEST_CASE("what is held at the start is no press") {
  ButtonGate gate(5000);
  gate.begin(true);
  CHECK_FALSE(gate.take(true, {0}));
  CHECK(gate.take(false, {10}) == false);
}

TEST_CASE(
    "presses and releases take turns, are a debounce time apart, and end where the contact is") {
  std::mt19937 random(3);
  for (int round = 0; round < 200; ++round) {
    ButtonGate gate(5000);
    bool isDown = false;
    std::int64_t now = 0;
    std::int64_t changedAt = -5000;
    bool contact = false;
    const auto count = [&](std::optional<bool> change) {
      if (!change) return;
      REQUIRE(*change != isDown);
      REQUIRE(now - changedAt >= 5000);
      isDown = *change;
      changedAt = now;
    };
    for (int i = 0; i < 300; ++i) {
      now += random() % 4000;
      contact = (random() & 1) != 0;
      if (gate.dueAt() <= HostMicros{now}) count(gate.settle({now}));
      count(gate.take(contact, {now}));
    }
    now += 5000;
    count(gate.settle({now}));
    CHECK(gate.isDown() == contact);
  }
}
