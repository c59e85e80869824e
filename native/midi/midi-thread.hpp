// SPDX-License-Identifier: GPL-3.0-or-later
// The midi thread: sleeps until the next tick or note is due, sends it, sleeps again. Realtime
// scheduling below audio when the system grants it.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "midi/midi-player.hpp"
#include "platform/sleep.hpp"
#include "platform/thread.hpp"

namespace downbeat::midi {

/// The host clock as a time source.
class HostTimeSource : public MidiTimeSource {
 public:
  [[nodiscard]] HostMicros now() const RT_SAFE override;
};

/// Thread: control.
class MidiThread {
 public:
  explicit MidiThread(MidiPlayer& player) : player_(player) {}
  ~MidiThread() { stop(); }
  MidiThread(const MidiThread&) = delete;
  MidiThread& operator=(const MidiThread&) = delete;

  /// Returns when the thread runs and knows its priority.
  void start();
  /// Every note is ended and every device stopped when this returns.
  void stop();

  /// As granted at the start; the note says why not.
  [[nodiscard]] const platform::RealtimeGrant& grant() const { return grant_; }
  /// Turns of the loop, to see that it lives. Thread: any.
  [[nodiscard]] std::uint64_t runs() const { return runs_.load(std::memory_order_relaxed); }

 private:
  void loop(bool maySpin) RT_SAFE;

  MidiPlayer& player_;
  std::thread thread_;
  std::atomic<bool> isStopping_{false};
  std::atomic<std::uint64_t> runs_{0};
  platform::RealtimeGrant grant_;
  platform::HostSleeper sleeper_;  // midi thread
};

}  // namespace downbeat::midi
