// SPDX-License-Identifier: GPL-3.0-or-later
// A bounded queue between exactly one producer and one consumer thread (or process: it holds no
// pointer, so it may live in shared memory). Every item matters; a full queue refuses and counts.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "rt/rt-safe.hpp"

namespace downbeat::rt {

/// Thread: `push` on the producer, `pop` and `peek` on the consumer, the rest on any.
template <typename T, std::size_t kCapacity>
class SpscQueue {
  static_assert(std::is_trivially_copyable_v<T>, "items are copied between threads as bytes");
  static_assert((kCapacity & (kCapacity - 1)) == 0, "capacity is a power of two");
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

 public:
  /// False when the queue is full: the item is dropped and counted in `dropped()`.
  [[nodiscard]] bool push(const T& item) RT_SAFE {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_.load(std::memory_order_acquire) >= kCapacity) {
      dropped_.store(dropped_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return false;
    }
    items_[tail & (kCapacity - 1)] = item;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /// False when there is nothing to read.
  [[nodiscard]] bool pop(T& item) RT_SAFE {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    const std::uint64_t tail = tail_.load(std::memory_order_acquire);
    if (head == tail) return false;
    // A damaged producer in another process may have written any tail: never read past the ring.
    if (tail - head > kCapacity) {
      head_.store(tail, std::memory_order_release);
      return false;
    }
    item = items_[head & (kCapacity - 1)];
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

  /// Items waiting, 0 to the capacity. A snapshot: the other side may move at once.
  [[nodiscard]] std::size_t size() const RT_SAFE {
    const std::uint64_t count =
        tail_.load(std::memory_order_acquire) - head_.load(std::memory_order_acquire);
    return count > kCapacity ? kCapacity : static_cast<std::size_t>(count);
  }

  /// Items refused since the start because the queue was full.
  [[nodiscard]] std::uint64_t dropped() const RT_SAFE {
    return dropped_.load(std::memory_order_relaxed);
  }

  [[nodiscard]] static constexpr std::size_t capacity() RT_SAFE { return kCapacity; }

 private:
  // Producer.
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  std::atomic<std::uint64_t> dropped_{0};
  // Consumer.
  alignas(64) std::atomic<std::uint64_t> head_{0};
  // Both, handed over by tail_ and head_.
  alignas(64) std::array<T, kCapacity> items_{};
};

}  // namespace downbeat::rt
