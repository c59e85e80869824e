// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/song-follower.hpp"

namespace downbeat::midi {
namespace {

// Microseconds: a state begins with the tick that is computed to lie on its first beat.
constexpr double kTogether = 2.0;
// Beats: closer than this an entry is the one that was foreseen.
constexpr double kSamePlace = 1e-6;

bool isNear(Beats a, Beats b) RT_SAFE {
  const double difference = a.value - b.value;
  return difference < kSamePlace && difference > -kSamePlace;
}

bool isSame(const RtPlay& a, const RtPlay& b) RT_SAFE {
  return a.isPlaying == b.isPlaying && a.cause == b.cause && isNear(a.fromBeat, b.fromBeat) &&
         isNear(a.songBeat, b.songBeat);
}

}  // namespace

bool SongFollower::update(HostTime now) RT_SAFE {
  hasChanged_ = false;
  const std::uint64_t version = source_.version();
  RtTransportView fresh;
  if (version != readVersion_ && source_.read(fresh) && fresh.lineCount > 0 &&
      fresh.playCount > 0) {
    previous_ = readVersion_ == 0 ? fresh : view_;
    view_ = fresh;
    readVersion_ = version;
    hasChanged_ = true;
    takePlays();
  }
  if (readVersion_ == 0) return false;
  if (hasChanged_) foreseeLoop();
  placeRecords(now);
  return true;
}

void SongFollower::takePlays() RT_SAFE {
  const std::uint32_t count =
      view_.playCount > RtTransportView::kHistory ? RtTransportView::kHistory : view_.playCount;
  const auto newest = static_cast<std::int64_t>(view_.playVersion);
  // Another engine's numbers, smaller than ours (audio was built anew): begin again.
  while (count_ > 0 && records_[count_ - 1].version > newest + 1) --count_;
  for (std::uint32_t i = 0; i < count; ++i) {
    takePlay(newest - (count - 1) + i, view_.plays[i]);
  }
  // A loop that was foreseen and is not so any more.
  if (count_ > 0 && records_[count_ - 1].version == newest + 1) {
    const RtPlay& expected = records_[count_ - 1].play;
    const RtPlay& last = view_.plays[count - 1];
    const Beats loopFrom = last.fromBeat + view_.loopEnd - last.songBeat;
    const bool isStillRight = view_.willWrap != 0 && last.isPlaying != 0 &&
                              isNear(expected.songBeat, view_.loopStart) &&
                              isNear(expected.fromBeat, loopFrom);
    if (!isStillRight) --count_;
  }
}

void SongFollower::takePlay(std::int64_t version, const RtPlay& play) RT_SAFE {
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (records_[i].version == version) {
      if (isSame(records_[i].play, play)) return;
      count_ = i;  // said differently now: it and what came after are taken again
    }
  }
  if (count_ > 0 && records_[count_ - 1].version > version) return;  // older than we keep
  if (count_ == kRecords) {
    for (std::uint32_t i = 1; i < kRecords; ++i) records_[i - 1] = records_[i];
    --count_;
  }
  records_[count_++] = {nextSerial_++, version, play, 0.0, false};
}

// The transport says that it has jumped when it does. Ports that are early must know before.
void SongFollower::foreseeLoop() RT_SAFE {
  const PlayRecord& last = records_[count_ - 1];
  if (last.version != static_cast<std::int64_t>(view_.playVersion)) return;
  const bool isLooping = view_.willWrap != 0 && last.play.isPlaying != 0 &&
                         view_.loopEnd > view_.loopStart && last.play.songBeat < view_.loopEnd;
  if (!isLooping) return;
  RtPlay next;
  next.fromBeat = last.play.fromBeat + view_.loopEnd - last.play.songBeat;
  next.songBeat = view_.loopStart;
  next.isPlaying = 1;
  next.cause = 0;
  takePlay(last.version + 1, next);
}

void SongFollower::placeRecords(HostTime now) RT_SAFE {
  for (std::uint32_t i = 0; i < count_; ++i) {
    PlayRecord& record = records_[i];
    if (record.isPast) continue;
    record.from = timeAtBeat(view_, record.play.fromBeat.value);
    record.isPast = record.from <= now;
  }
}

const PlayRecord& SongFollower::recordAt(HostTime host) const RT_SAFE {
  std::uint32_t i = count_ - 1;
  while (i > 0 && records_[i].from > host + kTogether) --i;
  return records_[i];
}

bool SongFollower::hasRecord(std::uint64_t serial) const RT_SAFE {
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (records_[i].serial == serial) return true;
  }
  return false;
}

}  // namespace downbeat::midi
