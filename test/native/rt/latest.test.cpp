// SPDX-License-Identifier: GPL-3.0-or-later
#include "rt/latest.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

using downbeat::rt::Latest;

namespace {

struct Wide {
  std::array<std::uint64_t, 37> words{};
  std::uint8_t odd = 0;  // a size that is no whole number of words
};

Wide wideOf(std::uint64_t number) {
  Wide wide;
  for (std::size_t i = 0; i < wide.words.size(); ++i) wide.words[i] = number ^ (i << 56U);
  wide.odd = static_cast<std::uint8_t>(number);
  return wide;
}

bool isWhole(const Wide& wide) {
  const std::uint64_t number = wide.words[0];
  for (std::size_t i = 0; i < wide.words.size(); ++i) {
    if (wide.words[i] != (number ^ (i << 56U))) return false;
  }
  return wide.odd == static_cast<std::uint8_t>(number);
}

}  // namespace

TEST_CASE("before the first write there is nothing to read") {
  Latest<int> latest;
  int value = 7;
  CHECK_FALSE(latest.read(value));
  CHECK(value == 7);
  CHECK(latest.version() == 0);
}

TEST_CASE("the newest value is read, any number of times") {
  Latest<Wide> latest;
  for (std::uint64_t i = 1; i < 100; ++i) {
    latest.write(wideOf(i));
    for (int k = 0; k < 3; ++k) {
      Wide value;
      CHECK(latest.read(value));
      CHECK(value.words[0] == i);
      CHECK(isWhole(value));
    }
    CHECK(latest.version() == i);
  }
}

TEST_CASE("many readers of one writer never see a torn value, nor an older one after a newer") {
  constexpr int kReaders = 4;
  const auto latest = std::make_unique<Latest<Wide>>();
  std::atomic<std::uint64_t> torn{0};
  std::atomic<std::uint64_t> backwards{0};
  std::atomic<std::uint64_t> reads{0};
  std::atomic<bool> isDone{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&] {
      std::uint64_t last = 0;
      while (!isDone.load()) {
        Wide value;
        if (!latest->read(value)) continue;
        if (!isWhole(value)) torn.fetch_add(1);
        if (value.words[0] < last) backwards.fetch_add(1);
        last = value.words[0];
        reads.fetch_add(1);
      }
    });
  }
  std::uint64_t writes = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  while (std::chrono::steady_clock::now() < end || reads.load() == 0) {
    for (int i = 0; i < 64; ++i) latest->write(wideOf(++writes));
    std::this_thread::yield();
  }
  isDone.store(true);
  for (std::thread& reader : readers) reader.join();
  CHECK(torn.load() == 0);
  CHECK(backwards.load() == 0);
  Wide value;
  CHECK(latest->read(value));
  CHECK(value.words[0] == writes);
}
