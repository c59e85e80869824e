// SPDX-License-Identifier: GPL-3.0-or-later
#include "rt/retired.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <thread>

using downbeat::rt::Retired;

namespace {

std::atomic<int> alive{0};

struct Thing {
  Thing() { alive.fetch_add(1); }
  ~Thing() { alive.fetch_sub(1); }
  Thing(const Thing&) = delete;
  Thing& operator=(const Thing&) = delete;
};

}  // namespace

TEST_CASE("what was retired is freed by collect, and by the end at the latest") {
  {
    Retired<Thing, 4> retired;
    CHECK(retired.retire(std::make_unique<Thing>().release()));
    CHECK(retired.retire(std::make_unique<Thing>().release()));
    CHECK(alive.load() == 2);
    CHECK(retired.collect() == 2);
    CHECK(alive.load() == 0);
    CHECK(retired.retire(std::make_unique<Thing>().release()));
  }
  CHECK(alive.load() == 0);
}

TEST_CASE(
    "nothing is retired without trouble, and a full way back leaves the object with its owner") {
  Retired<Thing, 2> retired;
  CHECK(retired.retire(nullptr));
  CHECK(retired.retire(std::make_unique<Thing>().release()));
  CHECK(retired.retire(std::make_unique<Thing>().release()));
  CHECK_FALSE(retired.hasRoom());
  auto third = std::make_unique<Thing>();
  CHECK_FALSE(retired.retire(third.get()));
  CHECK(retired.collect() == 2);
  CHECK(alive.load() == 1);
}

TEST_CASE("two threads: every object is freed once, on the collecting thread") {
  constexpr int kObjects = 100000;
  const auto retired = std::make_unique<Retired<Thing, 64>>();
  std::thread audio([&retired] {
    for (int i = 0; i < kObjects; ++i) {
      Thing* thing = std::make_unique<Thing>().release();
      while (!retired->retire(thing)) std::this_thread::yield();
    }
  });
  std::size_t freed = 0;
  while (freed < kObjects) {
    freed += retired->collect();
    std::this_thread::yield();
  }
  audio.join();
  CHECK(freed == kObjects);
  CHECK(alive.load() == 0);
}
