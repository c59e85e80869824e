// SPDX-License-Identifier: GPL-3.0-or-later
// One port with what waits for it. Realtime messages go at once and never wait; everything else
// goes through a queue, at the pace of the wire, most important first.
//
// At 31250 baud a byte takes 320 us, so bytes given to the system ahead of time would delay every
// tick behind them. A port that takes single bytes (a UART) gets one while one is on the wire, and
// realtime bytes go in between, as the specification allows. A port that takes whole messages gets
// the next when the one before is through, and a message that would still be on the wire when a
// tick is due waits for the tick.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/midi-group.hpp"
#include "base/units.hpp"
#include "midi/beat-line.hpp"
#include "midi/midi-port.hpp"
#include "midi/midi-time-source.hpp"
#include "midi/out-queue.hpp"
#include "midi/running-status.hpp"
#include "midi/wire-figures.hpp"
#include "midi/wire-pace.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

struct WireSettings {
  double byteMicros = 0.0;  ///< of wire time for one byte; 0: no limit
  bool runningStatus = false;
};

/// Thread: made and freed on control or the worker, everything else on midi. Owns: the port.
class MidiWire {
 public:
  static constexpr HostTime kNever = 1e18;

  /// `figures` outlive it.
  MidiWire(std::unique_ptr<MidiOutPort> port, WireFigures& figures);

  void configure(const WireSettings& settings) RT_SAFE;

  /// `sent`: on its way, or waiting for its turn. `dropped`: no room; realtime messages are stale
  /// then and are not kept. `lost`: the port is gone.
  SendResult send(const MidiGroup& group, MessageClass importance, HostMicros now) RT_SAFE;
  SendResult send(const MidiMessage& message, HostMicros now) RT_SAFE {
    return send(message, classOf(message), now);
  }
  /// System exclusive from F0 to F7. `dropped` also when it is longer than the port takes.
  SendResult sendBulk(const std::uint8_t* bytes, std::size_t count) RT_SAFE;

  /// Gives to the port what may go now; returns when to be called again, kNever when nothing waits.
  /// `tickAt`: when this port gets its next tick. `yieldAt`: when any port gets one; it goes first.
  [[nodiscard]] HostTime pump(const MidiTimeSource& time, HostTime tickAt, HostTime yieldAt)
      RT_SAFE;

  /// The port goes: note offs that wait are given to it, the rest is forgotten.
  void sayLast(HostMicros now) RT_SAFE;
  /// The port is lost: one of the note offs that it did not get, until there is none.
  [[nodiscard]] bool takeUnsent(MidiMessage& noteOff) RT_SAFE;
  [[nodiscard]] bool isLost() const RT_SAFE { return isLost_; }

 private:
  [[nodiscard]] SendResult sendRealtime(const MidiGroup& group, HostMicros now) RT_SAFE;
  [[nodiscard]] bool finishMessage(HostMicros now) RT_SAFE;
  [[nodiscard]] SendResult write(const std::uint8_t* bytes, std::size_t count, HostMicros now)
      RT_SAFE;
  [[nodiscard]] bool isInMessage() const RT_SAFE { return at_ > begin_; }
  void beginMessage() RT_SAFE;
  void dropNoteOns() RT_SAFE;
  [[nodiscard]] SendResult writeNext(HostMicros now) RT_SAFE;
  void publish() RT_SAFE;

  std::unique_ptr<MidiOutPort> port_;
  const bool isStream_;
  WireFigures& figures_;
  bool isLost_ = false;
  bool hasRunningStatus_ = false;
  WirePace pace_;
  RunningStatus running_;

  // What is being sent: a group, message by message; on a stream byte by byte.
  OutgoingBytes current_;
  std::size_t begin_ = 0;  ///< of the message
  std::size_t at_ = 0;     ///< the next byte
  std::size_t end_ = 0;    ///< of the message

  OutQueue queue_;
  // Of the queue's own counts, what figures_ has already.
  std::array<std::uint64_t, kMessageClasses> told_{};
  std::uint64_t toldCoalesced_ = 0;
};

}  // namespace downbeat::midi
