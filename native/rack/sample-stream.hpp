// SPDX-License-Identifier: GPL-3.0-or-later
// Long sounds from the disk: a ring of frames for each voice, which a worker keeps full and the
// audio thread plays from. When the disk is late there is silence and a count, never a wait.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "rack/sample-file.hpp"
#include "rack/sample-heads.hpp"
#include "rack/sample-path.hpp"
#include "rack/sample-sound.hpp"
#include "rt/latest.hpp"
#include "rt/rt-safe.hpp"
#include "rt/spsc-queue.hpp"

namespace downbeat::rack {

/// A voice wants the frames of `path` from `from` on.
struct RtStreamOrder {
  std::uint32_t voice;
  std::uint32_t round;  ///< of the voice: an order is void when a newer one follows
  std::uint32_t sound;
  std::int64_t from;
  SamplePath path;
};
static_assert(std::is_trivially_copyable_v<RtStreamOrder>);

class SampleStreams {
 public:
  /// Frames of one ring: 0.7 s at 48 kHz, a power of two.
  static constexpr std::int64_t kRingFrames = 32768;

  /// `sounds` outlives the streams. Thread: control.
  void prepare(const std::vector<SampleSound>& sounds, std::size_t voices);
  /// Is any sound longer than what is held of it?
  [[nodiscard]] bool isNeeded() const { return isNeeded_; }

  // Thread: audio.

  /// The voice plays `path` now, and has what comes before `from` in memory.
  void open(std::uint32_t voice, std::uint32_t sound, const SamplePath& path, std::int64_t from)
      RT_SAFE;
  void close(std::uint32_t voice) RT_SAFE;
  /// Steps of the path below this one (and from `from` on) are in the ring.
  [[nodiscard]] std::int64_t readyTo(std::uint32_t voice) const RT_SAFE;
  /// Copies frames that are ready, not yet given back and no more than the ring holds.
  void copy(std::uint32_t voice, std::int64_t step, std::int64_t count, float* to) const RT_SAFE;
  /// What lies before `step` is not needed any more, now and later.
  void giveBack(std::uint32_t voice, std::int64_t step) RT_SAFE;
  void countLate(std::uint32_t frames) RT_SAFE;
  /// Notes begin as `pick` says from now on: the worker loads the heads for it.
  void expect(const SamplePick& pick) RT_SAFE;
  [[nodiscard]] SampleHeads& heads() RT_SAFE { return heads_; }

  /// Frames of silence because the disk was late, or said nothing. Thread: any.
  [[nodiscard]] std::uint64_t lateFrames() const RT_SAFE {
    return lateFrames_.load(std::memory_order_relaxed);
  }

  /// Reads what is wanted. Thread: worker, one at a time.
  void service();
  /// Loads the heads for `pick` now. Thread: as `service`.
  void loadHeads(const SamplePick& pick);

 private:
  // A step and the round it belongs to, in one word.
  static constexpr std::uint32_t kStepBits = 48;
  static constexpr std::uint32_t kRounds = 1U << (64 - kStepBits);
  static constexpr std::uint64_t pack(std::uint32_t round, std::int64_t step) RT_SAFE {
    return (static_cast<std::uint64_t>(round) << kStepBits) | static_cast<std::uint64_t>(step);
  }
  static constexpr std::uint32_t roundOf(std::uint64_t packed) RT_SAFE {
    return static_cast<std::uint32_t>(packed >> kStepBits);
  }
  static constexpr std::int64_t stepOf(std::uint64_t packed) RT_SAFE {
    return static_cast<std::int64_t>(packed & ((std::uint64_t{1} << kStepBits) - 1));
  }

  struct Ring {
    // Audio to worker: what is still needed. Round 0 is nothing.
    alignas(64) std::atomic<std::uint64_t> needed{0};
    std::uint32_t round = 0;     // audio
    std::uint32_t channels = 1;  // audio
    // Worker to audio: what has been read, handed over with the memory behind it.
    alignas(64) std::atomic<std::uint64_t> ready{0};
    std::vector<float> frames;
    // Worker.
    RtStreamOrder order{};
    std::int64_t next = 0;
    SampleFile file;
    const Sample* fileOf = nullptr;
    bool isOpen = false;
  };

  bool fillAll();
  void takeOrders();
  bool fill(Ring& ring);
  void read(const Sample& sample, SampleFile& file, const SamplePath& path, std::int64_t step,
            std::int64_t count, float* to);
  bool openFile(Ring& ring, const Sample& sample);
  void loadHead(const HeadPlace& place);

  // Constant after prepare.
  const std::vector<SampleSound>* sounds_ = nullptr;
  bool isNeeded_ = false;
  std::unique_ptr<Ring[]> rings_;
  std::size_t voices_ = 0;
  std::uint32_t channels_ = 1;  ///< of the widest sound

  // Audio to worker.
  rt::SpscQueue<RtStreamOrder, 256> orders_;
  rt::Latest<SamplePick> expected_;

  // Both.
  SampleHeads heads_;
  std::atomic<std::uint64_t> lateFrames_{0};

  // Worker.
  std::uint64_t expectedVersion_ = 0;
  std::vector<HeadPlace> missing_;
  std::vector<float> backwards_;
  SampleFile headFile_;
  const Sample* headFileOf_ = nullptr;
};

}  // namespace downbeat::rack
