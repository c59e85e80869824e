// SPDX-License-Identifier: GPL-3.0-or-later
// What a port was sent, and what not, counted while it happens.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "midi/message-class.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// A copy of the figures, all since the engine's start.
struct WireCounters {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  std::uint64_t ticks = 0;
  /// Found no room, by class.
  std::array<std::uint64_t, kMessageClasses> dropped{};
  std::uint64_t coalesced = 0;  ///< values that a newer one replaced before they were sent
  std::uint32_t waiting = 0;    ///< messages and groups that wait now
  std::uint32_t waitingMost = 0;

  [[nodiscard]] std::uint64_t droppedInAll() const RT_SAFE {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : dropped) sum += count;
    return sum;
  }
};

/// Thread: written on midi, read on any.
class WireFigures {
 public:
  void sent(std::uint64_t messages, std::uint64_t bytes) RT_SAFE {
    add(messages_, messages);
    add(bytes_, bytes);
  }
  void sentTick() RT_SAFE { add(ticks_, 1); }
  void dropped(MessageClass importance, std::uint64_t count = 1) RT_SAFE {
    if (count > 0) add(dropped_[indexOf(importance)], count);
  }
  void coalesced(std::uint64_t count) RT_SAFE {
    if (count > 0) add(coalesced_, count);
  }
  void waiting(std::uint32_t count) RT_SAFE {
    waiting_.store(count, std::memory_order_relaxed);
    if (count > waitingMost_.load(std::memory_order_relaxed)) {
      waitingMost_.store(count, std::memory_order_relaxed);
    }
  }

  /// For another port in the same place; while nothing is sent.
  void clear() RT_SAFE {
    for (auto* counter : {&messages_, &bytes_, &ticks_, &coalesced_}) counter->store(0);
    for (auto& counter : dropped_) counter.store(0);
    waiting_.store(0);
    waitingMost_.store(0);
  }

  [[nodiscard]] WireCounters read() const RT_SAFE {
    WireCounters all;
    all.messages = messages_.load(std::memory_order_relaxed);
    all.bytes = bytes_.load(std::memory_order_relaxed);
    all.ticks = ticks_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < kMessageClasses; ++i) {
      all.dropped[i] = dropped_[i].load(std::memory_order_relaxed);
    }
    all.coalesced = coalesced_.load(std::memory_order_relaxed);
    all.waiting = waiting_.load(std::memory_order_relaxed);
    all.waitingMost = waitingMost_.load(std::memory_order_relaxed);
    return all;
  }

 private:
  // One writer: a plain load and store is enough.
  static void add(std::atomic<std::uint64_t>& counter, std::uint64_t amount) RT_SAFE {
    counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }

  std::atomic<std::uint64_t> messages_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> ticks_{0};
  std::array<std::atomic<std::uint64_t>, kMessageClasses> dropped_{};
  std::atomic<std::uint64_t> coalesced_{0};
  std::atomic<std::uint32_t> waiting_{0};
  std::atomic<std::uint32_t> waitingMost_{0};
};

}  // namespace downbeat::midi
