// SPDX-License-Identifier: GPL-3.0-or-later
// What comes in at MIDI ports, with its host time. Every port has a lane of its own, because every
// port has a thread of its own; one reader takes from all of them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/units.hpp"
#include "midi/midi-message.hpp"
#include "rt/rt-safe.hpp"
#include "rt/spsc-queue.hpp"

namespace downbeat::midi {

inline constexpr std::uint32_t kMaxMidiPorts = 32;

struct RtMidiInput {
  HostMicros host{};
  std::uint32_t slot = 0;  ///< of the port, 0 to kMaxMidiPorts - 1
  MidiMessage message;
};
static_assert(std::is_trivially_copyable_v<RtMidiInput>);

/// Thread: `receive` on the port's own thread, the counters on any.
class MidiInputLane {
 public:
  /// Messages of 1 to 3 bytes are queued; system exclusive is counted only.
  void receive(const std::uint8_t* bytes, std::size_t count, HostMicros host) RT_SAFE {
    received_.fetch_add(1, std::memory_order_relaxed);
    bytes_.fetch_add(count, std::memory_order_relaxed);
    if (count < 1 || count > 3) return;
    RtMidiInput input;
    input.host = host;
    input.slot = slot_;
    input.message.size = static_cast<std::uint8_t>(count);
    for (std::size_t i = 0; i < count; ++i) input.message.bytes[i] = bytes[i];
    (void)queue_.push(input);  // a full queue counts it as dropped
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
  std::uint32_t slot_ = 0;
  rt::SpscQueue<RtMidiInput, 256> queue_;
  std::atomic<std::uint64_t> received_{0};
  std::atomic<std::uint64_t> bytes_{0};
};

/// All lanes. Thread: `pop` on one reader.
class MidiInputs {
 public:
  MidiInputs() {
    for (std::uint32_t i = 0; i < kMaxMidiPorts; ++i) lanes_[i].slot_ = i;
  }
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
  std::uint32_t turn_ = 0;
};

}  // namespace downbeat::midi
