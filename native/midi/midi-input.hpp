// SPDX-License-Identifier: GPL-3.0-or-later
// What comes in at MIDI ports, with its host time. Every port has a lane of its own, because every
// port has a thread of its own; one reader takes from all of them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/midi-exchange.hpp"
#include "base/units.hpp"
#include "midi/identity-reply.hpp"
#include "platform/wake-signal.hpp"
#include "rt/rt-safe.hpp"
#include "rt/spsc-queue.hpp"

namespace downbeat::midi {

/// Clock, start, stop and song position, for whoever follows the clock of a port.
struct RtClockMessage {
  HostMicros host{};
  std::uint8_t status = 0;     ///< kTick, kStart, kContinue, kStop or kSongPosition
  std::uint16_t position = 0;  ///< sixteenths, of kSongPosition
};
static_assert(std::is_trivially_copyable_v<RtClockMessage>);

/// System exclusive, F0 to F7, for whoever routes it.
struct RtBulkInput {
  static constexpr std::size_t kMaxBytes = 512;
  std::uint16_t size = 0;
  std::array<std::uint8_t, kMaxBytes> bytes{};
};
static_assert(std::is_trivially_copyable_v<RtBulkInput>);

/// Thread: `receive` on the port's own thread,
/// `wantClock`, `wantRoutes` and `popIdentity` on control, `popClock` on audio, `popRouted` and
/// `popBulk` on midi, the counters on any.
class MidiInputLane {
 public:
  /// Messages of 1 to 3 bytes are queued. Of system exclusive what devices answer to an identity
  /// request is kept, and what is routed; the rest is counted.
  void receive(const std::uint8_t* bytes, std::size_t count, HostMicros host) RT_SAFE {
    received_.fetch_add(1, std::memory_order_relaxed);
    bytes_.fetch_add(count, std::memory_order_relaxed);
    RtIdentityReply reply;
    if (count > 3 && readIdentityReply(bytes, count, reply)) (void)identities_.push(reply);
    const bool isForRoutes = isRouted();
    if (isForRoutes && count > 3) receiveBulk(bytes, count);
    if (count < 1 || count > 3) return;
    RtMidiInput input;
    input.host = host;
    input.slot = slot_;
    input.message.size = static_cast<std::uint8_t>(count);
    for (std::size_t i = 0; i < count; ++i) input.message.bytes[i] = bytes[i];
    (void)queue_.push(input);  // a full queue counts it as dropped
    if (isForRoutes && bytes[0] < kSysexStart) {
      (void)routed_.push(input);
      if (wake_ != nullptr) wake_->wake();
    }
    if (isClockWanted_.load(std::memory_order_relaxed)) receiveClock(bytes, count, host);
  }

  /// The port was opened or closed: nobody will let go what was held before. Thread: any.
  void restart() RT_SAFE { restarts_.fetch_add(1, std::memory_order_release); }
  /// Another number than before: the port was opened or closed, or a message was lost.
  [[nodiscard]] std::uint64_t breaks() const RT_SAFE {
    return restarts_.load(std::memory_order_acquire) + dropped();
  }

  /// From now on messages of the clock go to `popClock` as well.
  void wantClock(bool isWanted) { isClockWanted_.store(isWanted, std::memory_order_relaxed); }
  /// The next message of the clock; false when none waits.
  [[nodiscard]] bool popClock(RtClockMessage& message) RT_SAFE { return clock_.pop(message); }
  /// The next answer to an identity request; false when none waits.
  [[nodiscard]] bool popIdentity(RtIdentityReply& reply) RT_SAFE { return identities_.pop(reply); }

  /// From now on channel messages go to `popRouted` as well, and system exclusive to `popBulk`.
  void wantRoutes(bool isWanted) { isRouted_.store(isWanted, std::memory_order_relaxed); }
  [[nodiscard]] bool isRouted() const RT_SAFE { return isRouted_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool popRouted(RtMidiInput& input) RT_SAFE { return routed_.pop(input); }
  [[nodiscard]] bool popBulk(RtBulkInput& input) RT_SAFE { return bulk_.pop(input); }
  /// As `breaks`, for routes.
  [[nodiscard]] std::uint64_t routeBreaks() const RT_SAFE {
    return restarts_.load(std::memory_order_acquire) + routed_.dropped();
  }

  [[nodiscard]] std::uint64_t received() const RT_SAFE {
    return received_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t bytes() const RT_SAFE {
    return bytes_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t dropped() const RT_SAFE { return queue_.dropped(); }

 private:
  friend class MidiInputs;

  void receiveClock(const std::uint8_t* bytes, std::size_t count, HostMicros host) RT_SAFE {
    RtClockMessage message{host, bytes[0], 0};
    const bool isClock = bytes[0] == kTick || bytes[0] == kStart || bytes[0] == kContinue ||
                         bytes[0] == kStop || (bytes[0] == kSongPosition && count == 3);
    if (!isClock) return;
    if (count == 3) {
      message.position = static_cast<std::uint16_t>((bytes[1] & 0x7F) | ((bytes[2] & 0x7F) << 7));
    }
    (void)clock_.push(message);  // two seconds of ticks that nobody took: the rest is missed
  }

  /// Whole messages only, and without what a clock may have said inside: neither is for others.
  void receiveBulk(const std::uint8_t* bytes, std::size_t count) RT_SAFE {
    if (bytes[0] != kSysexStart || bytes[count - 1] != kSysexEnd) return;
    RtBulkInput bulk;
    for (std::size_t i = 0; i < count; ++i) {
      if (bytes[i] >= kTick) continue;
      const bool isEdge = i == 0 || i + 1 == count;
      if ((bytes[i] >= 0x80 && !isEdge) || bulk.size == RtBulkInput::kMaxBytes) return;
      bulk.bytes[bulk.size++] = bytes[i];
    }
    (void)bulk_.push(bulk);
    if (wake_ != nullptr) wake_->wake();
  }

  std::uint32_t slot_ = 0;
  platform::WakeSignal* wake_ = nullptr;
  rt::SpscQueue<RtMidiInput, 256> queue_;
  std::atomic<std::uint64_t> restarts_{0};
  std::atomic<bool> isClockWanted_{false};
  rt::SpscQueue<RtClockMessage, 256> clock_;
  rt::SpscQueue<RtIdentityReply, 8> identities_;  // nobody asks often
  std::atomic<bool> isRouted_{false};
  rt::SpscQueue<RtMidiInput, 256> routed_;
  rt::SpscQueue<RtBulkInput, 8> bulk_;
  std::atomic<std::uint64_t> received_{0};
  std::atomic<std::uint64_t> bytes_{0};
};

/// All lanes. Thread: `pop` on one reader.
class MidiInputs {
 public:
  MidiInputs() {
    for (std::uint32_t i = 0; i < kMaxMidiPorts; ++i) {
      lanes_[i].slot_ = i;
      lanes_[i].wake_ = &wake_;
    }
  }
  MidiInputs(const MidiInputs&) = delete;
  MidiInputs& operator=(const MidiInputs&) = delete;

  /// Given when there is something to be routed.
  [[nodiscard]] platform::WakeSignal& wakeSignal() { return wake_; }

  [[nodiscard]] MidiInputLane& lane(std::uint32_t slot) RT_SAFE { return lanes_[slot]; }
  [[nodiscard]] const MidiInputLane& lane(std::uint32_t slot) const RT_SAFE { return lanes_[slot]; }

  /// The next message of any port; ports take turns. False when nothing waits.
  [[nodiscard]] bool pop(RtMidiInput& input) RT_SAFE {
    for (std::uint32_t i = 0; i < kMaxMidiPorts; ++i) {
      turn_ = (turn_ + 1) % kMaxMidiPorts;
      if (lanes_[turn_].queue_.pop(input)) return true;
    }
    return false;
  }

 private:
  std::array<MidiInputLane, kMaxMidiPorts> lanes_;
  platform::WakeSignal wake_;
  std::uint32_t turn_ = 0;
};

}  // namespace downbeat::midi
