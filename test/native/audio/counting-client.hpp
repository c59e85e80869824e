// SPDX-License-Identifier: GPL-3.0-or-later
// A client that writes the number of each frame into it, and keeps what every block was.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "audio/audio-driver.hpp"
#include "base/host-clock.hpp"

namespace downbeat::audio {

struct SeenBlock {
  std::int64_t host = 0;
  std::uint32_t frames = 0;
  BlockTiming timing = BlockTiming::unknown;
  bool hadXrun = false;
  bool isTakeover = false;
};

class CountingClient final : public AudioClient {
 public:
  explicit CountingClient(std::size_t maxBlocks = 200000) : blocks_(maxBlocks) {}

  void renderBlock(const AudioBlock& block) RT_SAFE override {
    if (isInside_.exchange(true)) overlaps_.fetch_add(1);
    const std::uint64_t first = frames_.load();
    for (std::uint32_t channel = 0; channel < block.outputChannels; ++channel) {
      for (std::uint32_t frame = 0; frame < block.frames; ++frame) {
        block.outputs[channel][frame] = static_cast<float>((first + frame) % 65536 + 1);
      }
    }
    const std::int64_t stall = stallMicros_.exchange(0);
    if (stall > 0) {
      RT_ALLOW("the test plays a stalled client",
               std::this_thread::sleep_for(std::chrono::microseconds(stall)));
    }
    const std::int64_t busyUntil = hostNow().value + busyMicros_.load();
    while (hostNow().value < busyUntil) continue;
    const std::size_t index = count_.load();
    if (index < blocks_.size()) {
      blocks_[index] = {block.host.value, block.frames, block.timing, block.hadXrun,
                        block.isTakeover};
    }
    count_.store(index + 1);
    frames_.store(first + block.frames);
    isInside_.store(false);
  }

  /// The next block takes this long.
  void stallOnce(std::int64_t micros) { stallMicros_.store(micros); }

  /// Every block takes this long from now on.
  void setBusy(std::int64_t micros) { busyMicros_.store(micros); }

  [[nodiscard]] std::uint64_t frames() const { return frames_.load(); }
  [[nodiscard]] std::size_t count() const { return count_.load(); }
  [[nodiscard]] std::uint64_t overlaps() const { return overlaps_.load(); }
  /// Only of finished blocks, or after the driver was closed.
  [[nodiscard]] const SeenBlock& block(std::size_t index) const { return blocks_[index]; }

 private:
  std::vector<SeenBlock> blocks_;
  std::atomic<std::size_t> count_{0};
  std::atomic<std::uint64_t> frames_{0};
  std::atomic<std::uint64_t> overlaps_{0};
  std::atomic<bool> isInside_{false};
  std::atomic<std::int64_t> stallMicros_{0};
  std::atomic<std::int64_t> busyMicros_{0};
};

/// Asks every 2 ms, in real time. False when `timeoutMs` passed first.
/// Naps of the thread that measures a time, and by how much they were longer than asked: what a
/// busy machine added to it.
class Naps {
 public:
  void take(std::int64_t ms) {
    const auto begin = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
    overslept_ += std::chrono::duration_cast<std::chrono::microseconds>(
                      std::chrono::steady_clock::now() - begin)
                      .count() -
                  ms * 1000;
  }
  [[nodiscard]] std::int64_t oversleptUs() const { return overslept_; }

 private:
  std::int64_t overslept_ = 0;
};

inline bool waitFor(std::uint32_t timeoutMs, const std::function<bool()>& isTrue) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
  while (!isTrue()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

}  // namespace downbeat::audio
