// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-player.hpp"

#include <cmath>

namespace downbeat::midi {
namespace {

/// Of one run: the next one takes the rest.
constexpr int kPostsPerRun = 16;

}  // namespace

MidiPlayer::MidiPlayer(const rt::Latest<RtTransportView>& transport, MidiPortTable& ports,
                       const MidiTimeSource& time, HandPosts* hands, MidiInputs* inputs)
    : ports_(ports),
      time_(time),
      hands_(hands),
      wake_(inputs == nullptr ? unused_ : inputs->wakeSignal()),
      song_(transport),
      router_(ports, inputs, time, song_) {}

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
  const HostTime look = next;
  // The ticks of all ports before the notes of any, and those before what waits for a wire.
  HostTime anyTick = MidiWire::kNever;
  for (std::uint32_t slot = 0; slot < kMaxMidiPorts; ++slot) {
    MidiLane lane(ports_, slot, time_);
    adoptPort(slot, lane);
    tickAt_[slot] = MidiWire::kNever;
    if (!hasSong || !ports_.hasPort(slot)) continue;
    const HostTime clockNext = clocks_[slot].run(song_, lane, lateness_);
    tickAt_[slot] = clocks_[slot].nextTickAt();
    if (tickAt_[slot] < anyTick) anyTick = tickAt_[slot];
    if (clockNext < next) next = clockNext;
  }
  for (std::uint32_t slot = 0; slot < kMaxMidiPorts; ++slot) {
    if (!hasSong || !ports_.hasPort(slot)) continue;
    MidiLane lane(ports_, slot, time_);
    const HostTime notesNext =
        notes_[slot].run(song_, score_ != nullptr ? *score_ : empty_, lane, horizon);
    if (notesNext < next) next = notesNext;
  }
  if (hasSong) {
    const HostTime routedNext = router_.run();
    if (routedNext < next) next = routedNext;
  }
  sendHands();
  sendPosts();
  isNextExact_ = next < look;
  for (std::uint32_t slot = 0; slot < kMaxMidiPorts; ++slot) {
    const HostTime pumpAt = ports_.pump(slot, time_, tickAt_[slot], anyTick);
    if (pumpAt < next) {
      next = pumpAt;
      isNextExact_ = pumpAt == anyTick;
    }
    rememberUnsent(slot);
  }
  return {static_cast<std::int64_t>(std::ceil(next - 0.01))};  // a rounding error is no microsecond
}

void MidiPlayer::sendHands() RT_SAFE {
  RtHandPost post;
  for (std::size_t i = 0; hands_ != nullptr && i < HandPosts::capacity() && hands_->pop(post);
       ++i) {
    if (post.slot >= kMaxMidiPorts || !ports_.hasPort(post.slot)) continue;
    (void)ports_.send(post.slot, post.group, post.importance, time_.now());
  }
}

void MidiPlayer::sendPosts() RT_SAFE {
  MidiPost post;
  for (int i = 0; i < kPostsPerRun && posts_.pop(post); ++i) {
    if (post.slot >= kMaxMidiPorts || !ports_.hasPort(post.slot) ||
        ports_.settings(post.slot).serial != post.serial) {
      continue;
    }
    if (post.strikesHeld) {
      MidiLane lane(ports_, post.slot, time_);
      notes_[post.slot].strikeHeld(score_ != nullptr ? *score_ : empty_, lane);
    } else if (post.importance == MessageClass::bulk) {
      (void)ports_.sendBulk(post.slot, post.bulk.data(), post.bulkSize);
    } else {
      (void)ports_.send(post.slot, post.group, post.importance, time_.now());
    }
  }
}

/// A port that was lost with note offs on their way: they are said when it comes back.
void MidiPlayer::rememberUnsent(std::uint32_t slot) RT_SAFE {
  MidiMessage noteOff;
  while (ports_.takeUnsent(slot, noteOff)) notes_[slot].remember(noteOff);
}

void MidiPlayer::finish() RT_SAFE {
  router_.finish();
  for (std::uint32_t slot = 0; slot < kMaxMidiPorts; ++slot) {
    MidiLane lane(ports_, slot, time_);
    if (!ports_.hasPort(slot)) continue;
    notes_[slot].endAll(lane);
    ports_.sayLast(slot, time_.now());
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
  // Where only what is decided as the song goes has changed, a note that sounds ends in its time.
  const bool goesOn = score_ != nullptr && isSameWriting(*score_, *fresh);
  for (std::uint32_t slot = 0; slot < kMaxMidiPorts; ++slot) {
    MidiLane lane(ports_, slot, time_);
    if (goesOn) {
      notes_[slot].endStrangers(*fresh, lane);
    } else {
      notes_[slot].endAll(lane);
    }
  }
  (void)retired_.retire(score_);  // there was room
  score_ = fresh;
}

void MidiPlayer::adoptPort(std::uint32_t slot, MidiLane& lane) RT_SAFE {
  const MidiPortTable::Change change = ports_.adopt(slot);
  if (change == MidiPortTable::Change::none) return;
  if (change == MidiPortTable::Change::closing) {
    notes_[slot].leave(lane);
    router_.leave(slot, lane);
    clocks_[slot].finish(lane);
    clocks_[slot].reset();
    rememberUnsent(slot);
    ports_.release(slot, time_.now());
    return;
  }
  clocks_[slot].reset();
  notes_[slot].arrive(lane);
  router_.arrive(slot, lane);
}

}  // namespace downbeat::midi
