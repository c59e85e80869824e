// SPDX-License-Identifier: GPL-3.0-or-later
// The first half second from every place where notes begin in long sounds: what plays until the
// disk has found the rest. The worker fills and clears the shelf, the audio thread takes from it;
// nobody waits.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "rack/sample-path.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::rack {

/// Where notes begin: a sound, the first frame they play, and which way they go.
struct HeadPlace {
  std::uint32_t sound = 0;
  std::int64_t firstFrame = 0;
  bool isReverse = false;
};

/// Frames of a file in memory.
struct ResidentSpan {
  const float* data = nullptr;
  std::int64_t first = 0;
  std::int64_t count = 0;
};

class SampleHeads {
 public:
  static constexpr std::size_t kHeads = 128;
  static constexpr int kNone = -1;

  SampleHeads();

  /// Keeps the head at `place` from being cleared until `release`; kNone when it is not there.
  /// Thread: audio.
  [[nodiscard]] int take(const HeadPlace& place) RT_SAFE;
  /// Thread: audio, between `take` and `release`.
  [[nodiscard]] ResidentSpan span(int head) const RT_SAFE;
  /// Thread: audio.
  void release(int head) RT_SAFE;

  /// Thread: worker.
  [[nodiscard]] bool has(const HeadPlace& place) const;
  /// The memory for `samples` floats of a new head, in place of the one that was asked for longest
  /// ago; null when all are in use. Thread: worker.
  [[nodiscard]] float* make(std::size_t samples);
  /// Shows what `make` gave to the audio thread. Thread: worker.
  void show(const HeadPlace& place, std::int64_t first, std::int64_t count);

 private:
  struct Head {
    std::atomic<std::uint64_t> key{0};    ///< of its place; 0: not to be taken
    std::atomic<std::uint32_t> users{0};  ///< notes that play from it
    std::atomic<std::uint64_t> usedAt{0};
    std::int64_t first = 0;
    std::int64_t count = 0;
    std::vector<float> data;
  };
  static std::uint64_t keyOf(const HeadPlace& place) RT_SAFE;

  std::unique_ptr<Head[]> heads_;
  std::atomic<std::uint64_t> uses_{0};
  std::size_t making_ = 0;  ///< worker: between `make` and `show`
};

}  // namespace downbeat::rack
