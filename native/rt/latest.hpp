// SPDX-License-Identifier: GPL-3.0-or-later
// The newest value of something, from one writer to any number of readers; older values are lost on
// purpose. Four numbered slots, written in turn: a reader copies the newest finished slot and looks
// again whether it was overwritten meanwhile. The writer never waits; a writer that dies half way
// leaves the last finished value readable. Holds no pointer, so it may live in shared memory.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "rt/rt-safe.hpp"

namespace downbeat::rt {

/// Thread: `write` on one thread, `read` on any.
template <typename T>
class Latest {
  static_assert(std::is_trivially_copyable_v<T>, "values are copied between threads as bytes");
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
  static constexpr std::size_t kWords = (sizeof(T) + 7) / 8;
  static constexpr std::size_t kSlots = 4;
  using Words = std::array<std::uint64_t, kWords>;

 public:
  void write(const T& value) RT_SAFE {
    Words words{};
    std::memcpy(words.data(), &value, sizeof(T));
    const std::uint64_t version = newest_.load(std::memory_order_relaxed) + 1;
    Slot& slot = slots_[version % kSlots];
    slot.version.store(0, std::memory_order_relaxed);
    // Every word is a release store: a reader that sees a new word also sees the version go to 0.
    for (std::size_t i = 0; i < kWords; ++i)
      slot.words[i].store(words[i], std::memory_order_release);
    slot.version.store(version, std::memory_order_release);
    newest_.store(version, std::memory_order_release);
  }

  /// False, and `value` untouched, when nothing was ever written or the writer overtook the reader
  /// `kAttempts` times (a reader that was descheduled: ask again).
  [[nodiscard]] bool read(T& value) const RT_SAFE {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      const std::uint64_t version = newest_.load(std::memory_order_acquire);
      if (version == 0) return false;
      const Slot& slot = slots_[version % kSlots];
      if (slot.version.load(std::memory_order_acquire) != version) continue;
      Words words;
      for (std::size_t i = 0; i < kWords; ++i)
        words[i] = slot.words[i].load(std::memory_order_acquire);
      if (slot.version.load(std::memory_order_relaxed) != version) continue;
      std::memcpy(static_cast<void*>(&value), words.data(), sizeof(T));
      return true;
    }
    return false;
  }

  /// Number of writes so far; 0 means nothing to read.
  [[nodiscard]] std::uint64_t version() const RT_SAFE {
    return newest_.load(std::memory_order_acquire);
  }

 private:
  static constexpr int kAttempts = 16;
  struct Slot {
    std::atomic<std::uint64_t> version{0};
    std::array<std::atomic<std::uint64_t>, kWords> words{};
  };
  alignas(64) std::atomic<std::uint64_t> newest_{0};
  alignas(64) std::array<Slot, kSlots> slots_{};
};

}  // namespace downbeat::rt
