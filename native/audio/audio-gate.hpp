// SPDX-License-Identifier: GPL-3.0-or-later
// Between the drivers and the music. Several drivers may call at the same time (one is opening, one
// is being closed, one hangs and wakes up an hour later); exactly one of them reaches the client,
// the others get silence. It measures on the way: heartbeat, load, late blocks, xruns.
#pragma once

#include <atomic>
#include <cstdint>

#include "audio/audio-driver.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::audio {

/// A snapshot; every number counts from the start of the engine.
struct AudioCounters {
  std::uint64_t blocks = 0;  ///< rendered by the client
  std::uint64_t frames = 0;
  std::uint64_t xruns = 0;  ///< blocks before which the driver lost frames
  std::uint64_t lateCallbacks =
      0;  ///< called more than two blocks after the last one, or rendered for longer than a block
  std::uint64_t silencedBlocks = 0;  ///< of drivers that were not the current one
  double loadRatio = 0.0;            ///< render time over block time, smoothed over about a second
  double loadWorst = 0.0;            ///< of a single block
};

/// Thread: `activate` and `waitUntilQuiet` on control, `render` on any driver's audio thread,
/// `counters` on any.
class AudioGate {
 public:
  /// `client` must live until `activate(kNobody)` and `waitUntilQuiet` have returned; the gate
  /// itself must live as long as any driver may call.
  explicit AudioGate(AudioClient& client) : client_(&client) {}
  AudioGate(const AudioGate&) = delete;
  AudioGate& operator=(const AudioGate&) = delete;

  static constexpr std::uint64_t kNobody = 0;

  /// From the next block on only the driver with `epoch` reaches the client.
  void activate(std::uint64_t epoch);
  [[nodiscard]] bool isActive(std::uint64_t epoch) const RT_SAFE {
    return active_.load(std::memory_order_acquire) == epoch;
  }
  /// False when a driver's thread is still inside the client after `timeoutMs`.
  [[nodiscard]] bool waitUntilQuiet(std::uint32_t timeoutMs) const;

  /// Renders through the client, or silence. `intervalMicros`: since this driver's last call, 0 for
  /// its first. `blockMicros`: length of the block.
  void render(std::uint64_t epoch, const AudioBlock& block, std::int64_t intervalMicros,
              double blockMicros) RT_SAFE;

  [[nodiscard]] AudioCounters counters() const RT_SAFE;

 private:
  void measure(const AudioBlock& block, std::int64_t renderMicros, std::int64_t intervalMicros,
               double blockMicros) RT_SAFE;

  AudioClient* const client_;

  // Control to audio.
  std::atomic<std::uint64_t> active_{kNobody};
  // Whoever is inside the client holds isInside_.
  std::atomic<bool> isInside_{false};
  std::uint64_t lastEpoch_ = kNobody;

  // Audio (inside the client) to all.
  std::atomic<std::uint64_t> blocks_{0};
  std::atomic<std::uint64_t> frames_{0};
  std::atomic<std::uint64_t> xruns_{0};
  std::atomic<std::uint64_t> lateCallbacks_{0};
  std::atomic<double> loadRatio_{0.0};
  std::atomic<double> loadWorst_{0.0};
  // Audio of any driver to all.
  std::atomic<std::uint64_t> silencedBlocks_{0};
  std::atomic<bool> hasGap_{false};
};

/// One driver's way into the gate. Thread: `renderBlock` on that driver's audio thread, the rest
/// any.
class GatePort final : public AudioClient {
 public:
  GatePort(AudioGate& gate, std::uint64_t epoch, std::uint32_t sampleRate)
      : gate_(gate), epoch_(epoch), sampleRate_(sampleRate) {}

  void renderBlock(const AudioBlock& block) RT_SAFE override;

  /// The driver's real rate, once it is known.
  void setSampleRate(std::uint32_t sampleRate) RT_SAFE {
    sampleRate_.store(sampleRate, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t epoch() const RT_SAFE { return epoch_; }
  /// Callbacks so far, silent ones too.
  [[nodiscard]] std::uint64_t callbacks() const RT_SAFE {
    return callbacks_.load(std::memory_order_acquire);
  }
  /// When the newest callback began; 0 before the first.
  [[nodiscard]] HostMicros lastCallback() const RT_SAFE {
    return {lastCallback_.load(std::memory_order_acquire)};
  }

 private:
  AudioGate& gate_;
  const std::uint64_t epoch_;
  std::atomic<std::uint32_t> sampleRate_;
  std::atomic<std::uint64_t> callbacks_{0};
  std::atomic<std::int64_t> lastCallback_{0};
};

}  // namespace downbeat::audio
