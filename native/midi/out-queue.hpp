// SPDX-License-Identifier: GPL-3.0-or-later
// What waits for one port, most important first. Bounded; when it is full the least important goes.
// Values of which only the newest matters are replaced where they wait, so however many are
// offered, a wire that is too slow carries the last of each.
//
// How: one list of items for each class, linked by index in one array, and for continuous values a
// table from controller to item. Everything is done in a fixed number of steps; only looking for a
// parameter number that waits goes along its list.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/midi-group.hpp"
#include "midi/message-class.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// A group or one system exclusive message as it goes out.
struct OutgoingBytes {
  static constexpr std::size_t kMaxBytes = 512;
  MessageClass importance = MessageClass::bulk;
  std::uint16_t size = 0;
  std::array<std::uint8_t, kMaxBytes> bytes{};
};

enum class Offered : std::uint8_t { queued, replaced, refused };

/// Thread: midi.
class OutQueue {
 public:
  static constexpr std::uint32_t kCapacity = 1000;
  static constexpr std::uint32_t kMaxBulk = 4;  ///< of those, system exclusive messages

  OutQueue() RT_SAFE;

  /// Takes a group of any class but realtime, which never waits. A note off of a note on that still
  /// waits keeps its place behind it. `refused`: everything that waits is as important or more.
  [[nodiscard]] Offered offer(const MidiGroup& group, MessageClass importance) RT_SAFE;
  /// System exclusive, F0 to F7, of up to OutgoingBytes::kMaxBytes.
  [[nodiscard]] Offered offerBulk(const std::uint8_t* bytes, std::size_t count) RT_SAFE;

  /// The most important, oldest first. False when nothing waits.
  [[nodiscard]] bool take(OutgoingBytes& out) RT_SAFE;
  /// The oldest note off, wherever it waits: what must still be said when a port goes.
  [[nodiscard]] bool takeNoteOff(MidiMessage& message) RT_SAFE;
  /// Notes that have not begun are not begun any more.
  void dropNoteOns() RT_SAFE;
  void clear() RT_SAFE;

  [[nodiscard]] std::uint32_t size() const RT_SAFE { return size_; }
  /// Removed or refused since the start, because the queue was full.
  [[nodiscard]] std::uint64_t dropped(MessageClass importance) const RT_SAFE {
    return dropped_[indexOf(importance)];
  }
  /// Values replaced by newer ones since the start.
  [[nodiscard]] std::uint64_t coalesced() const RT_SAFE { return coalesced_; }

 private:
  using Index = std::uint16_t;
  static constexpr Index kNone = 0xFFFF;
  static constexpr std::size_t kChannels = 16;
  // Of each channel: 128 controllers, 128 keys of polyphonic pressure, pressure, pitch bend.
  static constexpr std::uint32_t kKeysPerChannel = 258;
  static constexpr std::uint32_t kNoKey = 0xFFFFFFFF;

  struct Item {
    std::array<std::uint8_t, MidiGroup::kMaxBytes> bytes{};
    std::uint8_t size = 0;
    std::uint8_t list = 0;
    bool isNoteOff = false;      ///< never removed to make room
    std::uint8_t bulk = 0;       ///< of list bulk: where its bytes are
    std::uint32_t key = kNoKey;  ///< into waiting_, or above it: a parameter's number
    Index next = kNone;
    Index previous = kNone;
  };
  struct List {
    Index first = kNone;
    Index last = kNone;
  };

  [[nodiscard]] static std::uint32_t keyOf(const MidiGroup& group) RT_SAFE;
  [[nodiscard]] Index findWaiting(std::uint32_t key) const RT_SAFE;
  void forgetLowByte(const MidiMessage& message) RT_SAFE;
  void seal(std::uint8_t channel) RT_SAFE;
  [[nodiscard]] bool hasNoteOnBefore(const MidiMessage& noteOff) const RT_SAFE;
  void countNoteOn(const Item& item, int change) RT_SAFE;
  [[nodiscard]] bool makeRoom(MessageClass importance) RT_SAFE;
  [[nodiscard]] Index append(std::size_t list) RT_SAFE;
  void remove(Index index) RT_SAFE;
  static void fill(Item& item, const MidiGroup& group) RT_SAFE;

  std::array<Item, kCapacity> items_;
  std::array<List, kMessageClasses> lists_;
  Index free_ = 0;  ///< the first of the free items, linked by next
  std::uint32_t size_ = 0;

  std::array<Index, kChannels * kKeysPerChannel> waiting_;  ///< by key
  std::array<std::uint16_t, kChannels * 128> noteOns_{};    ///< that wait, by channel and note
  std::array<std::uint16_t, kChannels> channelNoteOns_{};   ///< that wait, by channel

  std::array<OutgoingBytes, kMaxBulk> bulk_;
  std::uint32_t bulkTaken_ = 0;  ///< a bit each

  std::array<std::uint64_t, kMessageClasses> dropped_{};
  std::uint64_t coalesced_ = 0;
};

}  // namespace downbeat::midi
