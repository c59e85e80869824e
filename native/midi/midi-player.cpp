// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-player.hpp"

#include <cmath>

namespace downbeat::midi {

MidiPlayer::MidiPlayer(const rt::Latest<RtTransportView>& transport, MidiPortTable& ports,
                       const MidiTimeSource& time)
    : ports_(ports), time_(time), song_(transport) {}

MidiPlayer::~MidiPlayer() {
  std::unique_ptr<MidiScore>{offered_.exchange(nullptr)}.reset();
  std::unique_ptr<MidiScore>{score_}.reset();
}

void MidiPlayer::setScore(std::unique_ptr<MidiScore> score) {
  std::unique_ptr<MidiScore> unused{offered_.exchange(score.release(), std::memory_order_acq_rel)};
}

HostMicros MidiPlayer::run() RT_SAFE {
  const HostTime horizon = static_cast<double>(kMaxSleepMicros);
  const auto start = static_cast<double>(time_.now().value);
  adoptScore();
  const bool hasSong = song_.update(start);
  HostTime next = start + horizon;
  for (std::uint32_t slot = 0; slot < kMaxMidiPorts; ++slot) {
    MidiLane lane(ports_, slot, time_);
    adoptPort(slot, lane);
    if (!ports_.hasPort(slot)) continue;
    HostTime tickAt = next;
    if (hasSong) {
      // The order inside a tick: realtime messages before notes.
      const HostTime clockNext = clocks_[slot].run(song_, lane, lateness_);
      const HostTime notesNext =
          notes_[slot].run(song_, score_ != nullptr ? *score_ : empty_, lane, horizon);
      tickAt = clocks_[slot].nextTickAt();
      if (clockNext < next) next = clockNext;
      if (notesNext < next) next = notesNext;
    }
    const HostMicros pumpAt =
        ports_.pump(slot, time_.now(), {static_cast<std::int64_t>(std::floor(tickAt))});
    if (pumpAt < MidiOutPort::kNever && static_cast<double>(pumpAt.value) < next) {
      next = static_cast<double>(pumpAt.value);
    }
  }
  return {static_cast<std::int64_t>(std::ceil(next - 0.01))};  // a rounding error is no microsecond
}

void MidiPlayer::finish() RT_SAFE {
  for (std::uint32_t slot = 0; slot < kMaxMidiPorts; ++slot) {
    MidiLane lane(ports_, slot, time_);
    if (!ports_.hasPort(slot)) continue;
    notes_[slot].endAll(lane);
    clocks_[slot].finish(lane);
  }
}

std::uint64_t MidiPlayer::ticks() const RT_SAFE {
  std::uint64_t sum = 0;
  for (std::uint32_t slot = 0; slot < kMaxMidiPorts; ++slot) sum += ports_.counters(slot).ticks;
  return sum;
}

void MidiPlayer::adoptScore() RT_SAFE {
  if (offered_.load(std::memory_order_relaxed) == nullptr || !retired_.hasRoom()) return;
  MidiScore* fresh = offered_.exchange(nullptr, std::memory_order_acq_rel);
  if (fresh == nullptr) return;
  for (std::uint32_t slot = 0; slot < kMaxMidiPorts; ++slot) {
    MidiLane lane(ports_, slot, time_);
    notes_[slot].endAll(lane);
  }
  (void)retired_.retire(score_);  // there was room
  score_ = fresh;
}

void MidiPlayer::adoptPort(std::uint32_t slot, MidiLane& lane) RT_SAFE {
  const MidiPortTable::Change change = ports_.adopt(slot);
  if (change == MidiPortTable::Change::none) return;
  if (change == MidiPortTable::Change::closing) {
    notes_[slot].leave(lane);
    clocks_[slot].finish(lane);
    clocks_[slot].reset();
    ports_.release(slot);
    return;
  }
  clocks_[slot].reset();
  notes_[slot].arrive(lane);
}

}  // namespace downbeat::midi
