// SPDX-License-Identifier: GPL-3.0-or-later
// The way back of memory: the audio thread hands objects over, another thread frees them.
#pragma once

#include <cstddef>
#include <memory>

#include "rt/rt-safe.hpp"
#include "rt/spsc-queue.hpp"

namespace downbeat::rt {

/// Thread: `retire` on audio, `collect` on control.
/// Owns: what was retired and not collected yet.
template <typename T, std::size_t kCapacity = 64>
class Retired {
 public:
  Retired() = default;
  Retired(const Retired&) = delete;
  Retired& operator=(const Retired&) = delete;
  ~Retired() { collect(); }

  /// False when `kCapacity` objects wait: the caller keeps the object and tries again next block.
  [[nodiscard]] bool retire(T* object) RT_SAFE { return object == nullptr || queue_.push(object); }

  [[nodiscard]] bool hasRoom() const RT_SAFE { return queue_.size() < kCapacity; }

  /// Frees everything handed over so far; returns how many.
  std::size_t collect() {
    std::size_t count = 0;
    T* object = nullptr;
    while (queue_.pop(object)) {
      std::unique_ptr<T> owned(object);
      ++count;
    }
    return count;
  }

 private:
  SpscQueue<T*, kCapacity> queue_;
};

}  // namespace downbeat::rt
