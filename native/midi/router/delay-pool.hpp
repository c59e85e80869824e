// SPDX-License-Identifier: GPL-3.0-or-later
// Messages that wait for their beat, of all routes in one pool. A note is taken only when there is
// room for its end too, so a note off always finds room.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/midi-message.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// What of one route waits, first due first. A part of a DelayPool.
struct DelayList {
  static constexpr std::uint16_t kNone = 0xFFFF;
  std::uint16_t first = kNone;
  std::uint16_t last = kNone;
  std::uint32_t noteOffs = 0;  ///< room kept for ends that are still to come
};

/// Thread: midi.
class DelayPool {
 public:
  static constexpr std::size_t kCapacity = 4096;

  DelayPool() RT_SAFE;

  /// False when there is no room. Of equal beats the first to come is the first to go.
  [[nodiscard]] bool add(DelayList& list, double dueBeat, const MidiMessage& message) RT_SAFE;
  /// The same for a note on: the room for its end is kept.
  [[nodiscard]] bool addNoteOn(DelayList& list, double dueBeat, const MidiMessage& noteOn) RT_SAFE;
  /// The end of a note that addNoteOn took.
  void addNoteOff(DelayList& list, double dueBeat, const MidiMessage& noteOff) RT_SAFE;

  /// False when nothing waits.
  [[nodiscard]] bool nextDue(const DelayList& list, double& dueBeat) const RT_SAFE;
  /// The first of a list that is not empty.
  [[nodiscard]] MidiMessage take(DelayList& list) RT_SAFE;
  /// The beat line has jumped: everything is due so much later.
  void shift(DelayList& list, double beats) RT_SAFE;
  /// Nothing waits any more, and no ends are to come.
  void clear(DelayList& list) RT_SAFE;

  [[nodiscard]] std::size_t size() const RT_SAFE { return size_; }

 private:
  struct Item {
    double dueBeat = 0.0;
    MidiMessage message;
    std::uint16_t next = DelayList::kNone;
    std::uint16_t previous = DelayList::kNone;
  };

  [[nodiscard]] bool hasRoom(std::size_t count) const RT_SAFE {
    return size_ + kept_ + count <= kCapacity;
  }
  void insert(DelayList& list, double dueBeat, const MidiMessage& message) RT_SAFE;

  std::array<Item, kCapacity> items_;
  std::uint16_t free_ = 0;  ///< the first of the free items, linked by next
  std::size_t size_ = 0;
  std::size_t kept_ = 0;  ///< noteOffs of all lists
};

}  // namespace downbeat::midi
