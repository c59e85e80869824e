// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of any length between one producer and one consumer, in a bounded ring.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rt/rt-safe.hpp"

namespace downbeat::rack::lv2 {

/// Thread: made on control, `push` on the producer, `pop` on the consumer.
class ByteRing {
 public:
  /// `bytes`: a power of two; a message may have half of it.
  explicit ByteRing(std::uint32_t bytes) : bytes_(bytes), mask_(bytes - 1) {}

  /// False when there is no room: nothing is written, and it is counted.
  [[nodiscard]] bool push(const void* data, std::uint32_t size) RT_SAFE {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    const std::uint64_t used = tail - head_.load(std::memory_order_acquire);
    if (size > bytes_.size() / 2 || used + sizeof size + size > bytes_.size()) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    write(tail, &size, sizeof size);
    write(tail + sizeof size, data, size);
    tail_.store(tail + sizeof size + size, std::memory_order_release);
    return true;
  }

  /// False when nothing waits. `into` holds half of the ring.
  [[nodiscard]] bool pop(void* into, std::uint32_t& size) RT_SAFE {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return false;
    read(head, &size, sizeof size);
    read(head + sizeof size, into, size);
    head_.store(head + sizeof size + size, std::memory_order_release);
    return true;
  }

  [[nodiscard]] bool isEmpty() const RT_SAFE {
    return head_.load(std::memory_order_acquire) == tail_.load(std::memory_order_acquire);
  }
  [[nodiscard]] std::uint32_t largestMessage() const RT_SAFE {
    return static_cast<std::uint32_t>(bytes_.size() / 2);
  }
  [[nodiscard]] std::uint32_t dropped() const RT_SAFE {
    return dropped_.load(std::memory_order_relaxed);
  }

 private:
  void write(std::uint64_t at, const void* data, std::uint32_t size) RT_SAFE {
    const auto* from = static_cast<const std::uint8_t*>(data);
    for (std::uint32_t i = 0; i < size; ++i) bytes_[(at + i) & mask_] = from[i];
  }
  void read(std::uint64_t at, void* data, std::uint32_t size) const RT_SAFE {
    auto* to = static_cast<std::uint8_t*>(data);
    for (std::uint32_t i = 0; i < size; ++i) to[i] = bytes_[(at + i) & mask_];
  }

  std::vector<std::uint8_t> bytes_;
  std::uint64_t mask_;
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  std::atomic<std::uint32_t> dropped_{0};
  alignas(64) std::atomic<std::uint64_t> head_{0};
};

}  // namespace downbeat::rack::lv2
