// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/out-queue.hpp"

namespace downbeat::midi {
namespace {

constexpr std::uint8_t kFirstLow = 32;  // controllers 32 to 63 are the low bytes of 0 to 31
constexpr std::uint8_t kNonRegisteredHigh = 99;
constexpr std::uint8_t kRegisteredHigh = 101;

std::uint32_t channelOf(const MidiMessage& message) RT_SAFE { return message.bytes[0] & 0x0FU; }
std::uint32_t kindOf(const MidiMessage& message) RT_SAFE { return message.bytes[0] & 0xF0U; }

}  // namespace

OutQueue::OutQueue() RT_SAFE { clear(); }

void OutQueue::clear() RT_SAFE {
  for (std::uint32_t i = 0; i < kCapacity; ++i) {
    items_[i].next = i + 1 < kCapacity ? static_cast<Index>(i + 1) : kNone;
  }
  free_ = 0;
  lists_ = {};
  size_ = 0;
  waiting_.fill(kNone);
  noteOns_.fill(0);
  channelNoteOns_.fill(0);
  bulkTaken_ = 0;
}

Offered OutQueue::offer(const MidiGroup& group, MessageClass importance) RT_SAFE {
  const MidiMessage& first = group.messages[0];
  std::uint32_t key = kNoKey;
  if (importance == MessageClass::continuous) {
    key = keyOf(group);
    forgetLowByte(first);
    const Index waiting = findWaiting(key);
    if (waiting != kNone) {
      fill(items_[waiting], group);
      ++coalesced_;
      return Offered::replaced;
    }
  }
  if (size_ == kCapacity && !makeRoom(importance)) {
    ++dropped_[indexOf(importance)];
    return Offered::refused;
  }
  const bool isNoteOff = importance == MessageClass::noteOff;
  const MessageClass list = isNoteOff && hasNoteOnBefore(first) ? MessageClass::noteOn : importance;
  const Index index = append(indexOf(list));
  Item& item = items_[index];
  fill(item, group);
  item.isNoteOff = isNoteOff;
  item.key = key;
  if (key < waiting_.size()) waiting_[key] = index;
  if (list == MessageClass::noteOn) countNoteOn(item, 1);
  if (importance == MessageClass::continuous && kindOf(first) == kControlChange &&
      first.bytes[1] == kResetControllers) {
    seal(static_cast<std::uint8_t>(channelOf(first)));
  }
  return Offered::queued;
}

Offered OutQueue::offerBulk(const std::uint8_t* bytes, std::size_t count) RT_SAFE {
  std::uint32_t place = 0;
  while (place < kMaxBulk && (bulkTaken_ >> place & 1U) != 0) ++place;
  if (count == 0 || count > OutgoingBytes::kMaxBytes || place == kMaxBulk || size_ == kCapacity) {
    ++dropped_[indexOf(MessageClass::bulk)];
    return Offered::refused;
  }
  bulkTaken_ |= 1U << place;
  OutgoingBytes& copy = bulk_[place];
  copy.size = static_cast<std::uint16_t>(count);
  for (std::size_t i = 0; i < count; ++i) copy.bytes[i] = bytes[i];
  Item& item = items_[append(indexOf(MessageClass::bulk))];
  item.size = 0;
  item.bulk = static_cast<std::uint8_t>(place);
  return Offered::queued;
}

bool OutQueue::take(OutgoingBytes& out) RT_SAFE {
  for (std::size_t list = 0; list < kMessageClasses; ++list) {
    const Index index = lists_[list].first;
    if (index == kNone) continue;
    const Item& item = items_[index];
    out.importance = item.isNoteOff ? MessageClass::noteOff : static_cast<MessageClass>(list);
    if (list == indexOf(MessageClass::bulk)) {
      const OutgoingBytes& from = bulk_[item.bulk];
      out.size = from.size;
      for (std::size_t i = 0; i < from.size; ++i) out.bytes[i] = from.bytes[i];
    } else {
      out.size = item.size;
      for (std::size_t i = 0; i < item.size; ++i) out.bytes[i] = item.bytes[i];
    }
    remove(index);
    return true;
  }
  return false;
}

bool OutQueue::takeNoteOff(MidiMessage& message) RT_SAFE {
  for (const MessageClass list : {MessageClass::noteOff, MessageClass::noteOn}) {
    for (Index i = lists_[indexOf(list)].first; i != kNone; i = items_[i].next) {
      if (!items_[i].isNoteOff) continue;
      message.size = 3;
      for (std::size_t k = 0; k < 3; ++k) message.bytes[k] = items_[i].bytes[k];
      remove(i);
      return true;
    }
  }
  return false;
}

void OutQueue::dropNoteOns() RT_SAFE {
  Index i = lists_[indexOf(MessageClass::noteOn)].first;
  while (i != kNone) {
    const Index next = items_[i].next;
    if (!items_[i].isNoteOff) {
      remove(i);
      ++dropped_[indexOf(MessageClass::noteOn)];
    }
    i = next;
  }
}

/// Which value this is; kNoKey when every one matters.
std::uint32_t OutQueue::keyOf(const MidiGroup& group) RT_SAFE {
  const MidiMessage& first = group.messages[0];
  const std::uint32_t base = channelOf(first) * kKeysPerChannel;
  const std::uint8_t number = first.bytes[1];
  if (kindOf(first) == kPolyPressure) return base + 128 + number;
  if (kindOf(first) == kChannelPressure) return base + 256;
  if (kindOf(first) == kPitchBend) return base + 257;
  if (kindOf(first) != kControlChange || number == kResetControllers) return kNoKey;
  if (number != kNonRegisteredHigh && number != kRegisteredHigh) return base + number;
  if (group.count < 3) return kNoKey;  // a number without its value
  const std::uint32_t registered = number == kRegisteredHigh ? 1U << 14U : 0U;
  return 1U << 20U | channelOf(first) << 15U | registered |
         static_cast<std::uint32_t>(first.bytes[2]) << 7U | group.messages[1].bytes[2];
}

OutQueue::Index OutQueue::findWaiting(std::uint32_t key) const RT_SAFE {
  if (key == kNoKey) return kNone;
  if (key < waiting_.size()) return waiting_[key];
  Index i = lists_[indexOf(MessageClass::continuous)].first;
  while (i != kNone && items_[i].key != key) i = items_[i].next;
  return i;
}

/// A high byte sets the low byte to 0: one that still waits is of an older value.
void OutQueue::forgetLowByte(const MidiMessage& message) RT_SAFE {
  if (kindOf(message) != kControlChange || message.bytes[1] >= kFirstLow) return;
  const Index low = waiting_[channelOf(message) * kKeysPerChannel + message.bytes[1] + kFirstLow];
  if (low == kNone) return;
  remove(low);
  ++coalesced_;
}

/// What waits on this channel keeps its place before what resets it; newer values come after.
void OutQueue::seal(std::uint8_t channel) RT_SAFE {
  for (std::uint32_t i = 0; i < kKeysPerChannel; ++i) {
    Index& waiting = waiting_[channel * kKeysPerChannel + i];
    if (waiting != kNone) items_[waiting].key = kNoKey;
    waiting = kNone;
  }
  for (Index i = lists_[indexOf(MessageClass::continuous)].first; i != kNone; i = items_[i].next) {
    if ((items_[i].bytes[0] & 0x0FU) == channel) items_[i].key = kNoKey;
  }
}

bool OutQueue::hasNoteOnBefore(const MidiMessage& noteOff) const RT_SAFE {
  const std::uint32_t channel = channelOf(noteOff);
  if (kindOf(noteOff) == kControlChange) return channelNoteOns_[channel] != 0;
  return noteOns_[channel * 128 + noteOff.bytes[1]] != 0;
}

void OutQueue::countNoteOn(const Item& item, int change) RT_SAFE {
  // What is said for a note waits among notes, and is none.
  if (item.isNoteOff || (item.bytes[0] & 0xF0U) != kNoteOn) return;
  const std::uint32_t channel = item.bytes[0] & 0x0FU;
  std::uint16_t& note = noteOns_[channel * 128 + item.bytes[1]];
  note = static_cast<std::uint16_t>(note + change);
  channelNoteOns_[channel] = static_cast<std::uint16_t>(channelNoteOns_[channel] + change);
}

/// Removes the oldest of the least important, if that is less than `importance`.
bool OutQueue::makeRoom(MessageClass importance) RT_SAFE {
  for (std::size_t list = kMessageClasses - 1; list > indexOf(importance); --list) {
    Index i = lists_[list].first;
    while (i != kNone && items_[i].isNoteOff) i = items_[i].next;
    if (i == kNone) continue;
    remove(i);
    ++dropped_[list];
    return true;
  }
  return false;
}

OutQueue::Index OutQueue::append(std::size_t list) RT_SAFE {
  const Index index = free_;
  Item& item = items_[index];
  free_ = item.next;
  item.list = static_cast<std::uint8_t>(list);
  item.isNoteOff = false;
  item.key = kNoKey;
  item.next = kNone;
  item.previous = lists_[list].last;
  if (item.previous != kNone) items_[item.previous].next = index;
  if (lists_[list].first == kNone) lists_[list].first = index;
  lists_[list].last = index;
  ++size_;
  return index;
}

void OutQueue::remove(Index index) RT_SAFE {
  Item& item = items_[index];
  List& list = lists_[item.list];
  (item.previous == kNone ? list.first : items_[item.previous].next) = item.next;
  (item.next == kNone ? list.last : items_[item.next].previous) = item.previous;
  if (item.key < waiting_.size()) waiting_[item.key] = kNone;
  if (item.list == indexOf(MessageClass::noteOn)) countNoteOn(item, -1);
  if (item.list == indexOf(MessageClass::bulk)) bulkTaken_ &= ~(1U << item.bulk);
  item.next = free_;
  free_ = index;
  --size_;
}

void OutQueue::fill(Item& item, const MidiGroup& group) RT_SAFE {
  std::size_t size = 0;
  for (std::size_t m = 0; m < group.count; ++m) {
    for (std::size_t i = 0; i < group.messages[m].size; ++i) {
      item.bytes[size++] = group.messages[m].bytes[i];
    }
  }
  item.size = static_cast<std::uint8_t>(size);
}

}  // namespace downbeat::midi
