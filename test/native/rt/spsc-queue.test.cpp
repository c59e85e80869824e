// SPDX-License-Identifier: GPL-3.0-or-later
#include "rt/spsc-queue.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <thread>

using downbeat::rt::SpscQueue;

namespace {

/// Wider than a cache line: a torn copy cannot look whole.
struct Wide {
  std::array<std::uint64_t, 25> words{};
  static Wide of(std::uint64_t number) {
    Wide wide;
    for (std::size_t i = 0; i < wide.words.size(); ++i) wide.words[i] = number * 31 + i;
    return wide;
  }
  [[nodiscard]] bool isWhole(std::uint64_t number) const {
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] != number * 31 + i) return false;
    }
    return true;
  }
};

}  // namespace

TEST_CASE("items come out in the order they went in") {
  SpscQueue<int, 8> queue;
  int item = 0;
  CHECK_FALSE(queue.pop(item));
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 5; ++i) CHECK(queue.push(round * 5 + i));
    CHECK(queue.size() == 5);
    for (int i = 0; i < 5; ++i) {
      CHECK(queue.pop(item));
      CHECK(item == round * 5 + i);
    }
    CHECK(queue.size() == 0);
  }
}

TEST_CASE("a full queue refuses, counts, and keeps what it has") {
  SpscQueue<int, 4> queue;
  for (int i = 0; i < 4; ++i) CHECK(queue.push(i));
  CHECK_FALSE(queue.push(4));
  CHECK_FALSE(queue.push(5));
  CHECK(queue.dropped() == 2);
  int item = -1;
  for (int i = 0; i < 4; ++i) {
    CHECK(queue.pop(item));
    CHECK(item == i);
  }
  CHECK(queue.push(6));
}

TEST_CASE("a queue with a damaged end in another process is emptied, never read past its ring") {
  using Queue = SpscQueue<std::uint64_t, 4>;
  const auto queue = std::make_unique<Queue>();
  CHECK(queue->push(1));
  // The tail is the first word: what a broken writer in shared memory could leave there.
  const std::uint64_t damaged = 1000000;
  std::memcpy(static_cast<void*>(queue.get()), &damaged, sizeof(damaged));
  CHECK(queue->size() == 4);
  std::uint64_t item = 0;
  CHECK_FALSE(queue->pop(item));
  CHECK(queue->size() == 0);
}

TEST_CASE("two threads: every item arrives whole, once and in order") {
  constexpr std::uint64_t kItems = 200000;
  const auto queue = std::make_unique<SpscQueue<Wide, 64>>();
  std::thread producer([&queue] {
    for (std::uint64_t i = 0; i < kItems;) {
      if (queue->push(Wide::of(i))) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  std::uint64_t next = 0;
  std::uint64_t broken = 0;
  Wide item;
  while (next < kItems) {
    if (!queue->pop(item)) {
      std::this_thread::yield();
      continue;
    }
    broken += item.isWhole(next) ? 0 : 1;
    ++next;
  }
  producer.join();
  CHECK(broken == 0);
  CHECK_FALSE(queue->pop(item));
}

TEST_CASE("two threads: what was not accepted was counted, and nothing else is missing") {
  constexpr std::uint64_t kItems = 200000;
  const auto queue = std::make_unique<SpscQueue<Wide, 16>>();
  std::atomic<bool> isDone{false};
  std::thread producer([&] {
    for (std::uint64_t i = 0; i < kItems; ++i) (void)queue->push(Wide::of(i));
    isDone.store(true);
  });
  std::uint64_t arrived = 0;
  std::uint64_t broken = 0;
  std::uint64_t last = 0;
  Wide item;
  while (true) {
    const bool wasDone = isDone.load();
    if (queue->pop(item)) {
      const std::uint64_t number = item.words[0] / 31;
      broken += item.isWhole(number) && (arrived == 0 || number > last) ? 0 : 1;
      last = number;
      ++arrived;
    } else if (wasDone) {
      break;
    }
  }
  producer.join();
  CHECK(broken == 0);
  CHECK(arrived + queue->dropped() == kItems);
}
