// SPDX-License-Identifier: GPL-3.0-or-later
// What the transport has said lately, kept so that every port can follow it at its own offset: the
// newest view, the one before, and the play states with the host time at which each begins.
#pragma once

#include <array>
#include <cstdint>

#include "base/transport-view.hpp"
#include "midi/beat-line.hpp"
#include "rt/latest.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// A play state and when it begins.
struct PlayRecord {
  std::uint64_t serial = 0;   ///< ours, grows with every record; 0 is none
  std::int64_t version = -1;  ///< the view's number of the entry
  RtPlay play{};
  HostTime from = 0.0;
  bool isPast = false;  ///< begun: `from` is not computed again
};

/// Song position of `play` at beat `lineBeat` of the line.
[[nodiscard]] inline double songBeatAt(const RtPlay& play, double lineBeat) RT_SAFE {
  return play.songBeat.value + (lineBeat - play.fromBeat.value);
}

/// Thread: midi.
class SongFollower {
 public:
  static constexpr std::uint32_t kRecords = 8;

  explicit SongFollower(const rt::Latest<RtTransportView>& source) : source_(source) {}

  /// Reads the newest view. False while there has never been one.
  [[nodiscard]] bool update(HostTime now) RT_SAFE;

  [[nodiscard]] const RtTransportView& view() const RT_SAFE { return view_; }
  /// The view before the newest; equal to it unless hasChanged().
  [[nodiscard]] const RtTransportView& previousView() const RT_SAFE { return previous_; }
  [[nodiscard]] bool hasChanged() const RT_SAFE { return hasChanged_; }

  /// Records oldest to newest. At least one after the first update.
  [[nodiscard]] std::uint32_t count() const RT_SAFE { return count_; }
  [[nodiscard]] const PlayRecord& record(std::uint32_t i) const RT_SAFE { return records_[i]; }
  /// The newest record that has begun at `host`, else the oldest.
  [[nodiscard]] const PlayRecord& recordAt(HostTime host) const RT_SAFE;
  [[nodiscard]] bool hasRecord(std::uint64_t serial) const RT_SAFE;

 private:
  void takePlays() RT_SAFE;
  void takePlay(std::int64_t version, const RtPlay& play) RT_SAFE;
  void foreseeLoop() RT_SAFE;
  void placeRecords(HostTime now) RT_SAFE;

  const rt::Latest<RtTransportView>& source_;
  std::uint64_t readVersion_ = 0;
  RtTransportView view_{};
  RtTransportView previous_{};
  bool hasChanged_ = false;
  std::array<PlayRecord, kRecords> records_{};
  std::uint32_t count_ = 0;
  std::uint64_t nextSerial_ = 1;
};

}  // namespace downbeat::midi
