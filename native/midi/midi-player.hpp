// SPDX-License-Identifier: GPL-3.0-or-later
// What the midi thread does, without the thread: tests drive it with a clock of their own.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "base/transport-view.hpp"
#include "base/units.hpp"
#include "midi/lateness-histogram.hpp"
#include "midi/midi-port-table.hpp"
#include "midi/midi-post.hpp"
#include "midi/midi-score.hpp"
#include "midi/port-clock.hpp"
#include "midi/port-notes.hpp"
#include "midi/router/router.hpp"
#include "midi/song-follower.hpp"
#include "rt/latest.hpp"
#include "rt/retired.hpp"
#include "rt/rt-safe.hpp"
#include "rt/spsc-queue.hpp"

namespace downbeat::midi {

class MidiPlayer {
 public:
  /// The longest time between two runs, so that a start or stop is noticed.
  static constexpr std::int64_t kMaxSleepMicros = 2000;

  /// All outlive the player. `hands`: what is sent on top, as it comes; `inputs`: what routes take;
  /// null is nobody.
  MidiPlayer(const rt::Latest<RtTransportView>& transport, MidiPortTable& ports,
             const MidiTimeSource& time, HandPosts* hands = nullptr, MidiInputs* inputs = nullptr);
  ~MidiPlayer();
  MidiPlayer(const MidiPlayer&) = delete;
  MidiPlayer& operator=(const MidiPlayer&) = delete;

  // Control.

  /// Played from the next run on; notes of the score before are ended.
  void setScore(std::unique_ptr<MidiScore> score);
  /// Sent in the next run, at most kMaxSleepMicros later. False when too many wait.
  [[nodiscard]] bool post(const MidiPost& post) { return posts_.push(post); }
  /// Frees scores and routes that were replaced; call now and then.
  void collect() {
    retired_.collect();
    router_.collect();
  }
  [[nodiscard]] Router& router() { return router_; }

  // Midi thread.

  /// Sends everything that is due; returns when to run again, at most kMaxSleepMicros ahead.
  [[nodiscard]] HostMicros run() RT_SAFE;
  /// Is something due on the microsecond at the time that run() gave? If not, that is a time to
  /// look for news, or to give the next byte to a slow wire.
  [[nodiscard]] bool isNextExact() const RT_SAFE { return isNextExact_; }
  /// Given when something came in that is to be sent at once.
  [[nodiscard]] platform::WakeSignal& wakeSignal() RT_SAFE { return wake_; }
  /// Ends every note, stops every device that was started. The last call.
  void finish() RT_SAFE;

  // Any.

  /// Ticks sent, all ports.
  [[nodiscard]] std::uint64_t ticks() const RT_SAFE;
  /// Lateness of ticks against the beat line, all ports.
  [[nodiscard]] const LatenessHistogram& lateness() const RT_SAFE { return lateness_; }
  [[nodiscard]] LatenessHistogram& lateness() RT_SAFE { return lateness_; }

 private:
  void adoptScore() RT_SAFE;
  void sendPosts() RT_SAFE;
  void sendHands() RT_SAFE;
  void adoptPort(std::uint32_t slot, MidiLane& lane) RT_SAFE;
  void rememberUnsent(std::uint32_t slot) RT_SAFE;

  MidiPortTable& ports_;
  const MidiTimeSource& time_;
  HandPosts* const hands_;
  platform::WakeSignal unused_;  ///< of a player without inputs
  platform::WakeSignal& wake_;

  // Control to midi.
  std::atomic<MidiScore*> offered_{nullptr};
  rt::SpscQueue<MidiPost, 64> posts_;

  // Midi thread only.
  SongFollower song_;
  Router router_;
  MidiScore empty_;
  MidiScore* score_ = nullptr;
  std::array<PortClock, kMaxMidiPorts> clocks_;
  std::array<PortNotes, kMaxMidiPorts> notes_;
  std::array<HostTime, kMaxMidiPorts> tickAt_{};  ///< of the port's next tick
  bool isNextExact_ = false;

  // Midi to control, and to all.
  rt::Retired<MidiScore> retired_;
  LatenessHistogram lateness_;
};

}  // namespace downbeat::midi
