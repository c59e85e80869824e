// SPDX-License-Identifier: GPL-3.0-or-later
// Interleaved frames from the audio thread to a worker. All of a block fits, or it is refused and
// counted; nobody waits.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rt/rt-safe.hpp"

namespace downbeat::files {

/// Thread: `resize` while neither side works, `push` on audio, `peek` and `drop` on the worker.
class FrameRing {
 public:
  void resize(std::uint32_t channels, std::uint64_t frames) {
    channels_ = channels;
    capacity_ = frames;
    // Written once: the audio thread is not the first to touch a page.
    samples_.assign(static_cast<std::size_t>(channels) * frames, 0.0F);
    head_.store(0, std::memory_order_relaxed);
    tail_.store(0, std::memory_order_relaxed);
    refused_.store(0, std::memory_order_relaxed);
  }

  /// False when there is no room: none of it is taken, and `refusedFrames` grows.
  bool push(const float* const* planar, std::uint32_t frames) RT_SAFE {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_.load(std::memory_order_acquire) + frames > capacity_) {
      refused_.store(refused_.load(std::memory_order_relaxed) + frames, std::memory_order_relaxed);
      return false;
    }
    std::uint64_t at = tail % capacity_;
    for (std::uint32_t frame = 0; frame < frames; ++frame) {
      float* const to = samples_.data() + at * channels_;
      for (std::uint32_t channel = 0; channel < channels_; ++channel)
        to[channel] = planar[channel][frame];
      if (++at == capacity_) at = 0;
    }
    tail_.store(tail + frames, std::memory_order_release);
    return true;
  }

  /// The oldest frames that lie together in memory; `frames` is 0 when there are none.
  [[nodiscard]] const float* peek(std::uint64_t& frames) const {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    const std::uint64_t waiting = tail_.load(std::memory_order_acquire) - head;
    frames = 0;
    if (waiting == 0) return samples_.data();
    const std::uint64_t at = head % capacity_;
    frames = waiting < capacity_ - at ? waiting : capacity_ - at;
    return samples_.data() + at * channels_;
  }
  void drop(std::uint64_t frames) {
    head_.store(head_.load(std::memory_order_relaxed) + frames, std::memory_order_release);
  }

  [[nodiscard]] std::uint64_t refusedFrames() const RT_SAFE {
    return refused_.load(std::memory_order_relaxed);
  }

 private:
  std::uint32_t channels_ = 0;
  std::uint64_t capacity_ = 0;
  std::vector<float> samples_;
  // Audio.
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  std::atomic<std::uint64_t> refused_{0};
  // Worker.
  alignas(64) std::atomic<std::uint64_t> head_{0};
};

}  // namespace downbeat::files
