// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/router/delay-pool.hpp"

namespace downbeat::midi {
namespace {

bool isEndOf(const MidiMessage& off, const MidiMessage& on) RT_SAFE {
  return (off.bytes[0] & 0xF0) == kNoteOff && (on.bytes[0] & 0xF0) == kNoteOn &&
         (off.bytes[0] & 0x0F) == (on.bytes[0] & 0x0F) && off.bytes[1] == on.bytes[1];
}

}  // namespace

DelayPool::DelayPool() RT_SAFE {
  for (std::size_t i = 0; i < kCapacity; ++i) {
    items_[i].next = i + 1 < kCapacity ? static_cast<std::uint16_t>(i + 1) : DelayList::kNone;
  }
}

bool DelayPool::add(DelayList& list, double dueBeat, const MidiMessage& message) RT_SAFE {
  if (!hasRoom(1)) return false;
  insert(list, dueBeat, message);
  return true;
}

bool DelayPool::addNoteOn(DelayList& list, double dueBeat, const MidiMessage& noteOn) RT_SAFE {
  if (!hasRoom(2)) return false;
  insert(list, dueBeat, noteOn);
  ++list.noteOffs;
  ++kept_;
  return true;
}

void DelayPool::addNoteOff(DelayList& list, double dueBeat, const MidiMessage& noteOff) RT_SAFE {
  if (list.noteOffs == 0) return;
  --list.noteOffs;
  --kept_;
  insert(list, dueBeat, noteOff);
}

/// Behind what is due as early: nearly always at the end. A note off never passes its note on, even
/// when the beat line went back between them.
void DelayPool::insert(DelayList& list, double dueBeat, const MidiMessage& message) RT_SAFE {
  const std::uint16_t index = free_;
  Item& item = items_[index];
  free_ = item.next;
  ++size_;
  std::uint16_t before = list.last;
  while (before != DelayList::kNone && items_[before].dueBeat > dueBeat) {
    if (isEndOf(message, items_[before].message)) {
      dueBeat = items_[before].dueBeat;
      break;
    }
    before = items_[before].previous;
  }
  const std::uint16_t after = before == DelayList::kNone ? list.first : items_[before].next;
  item = {dueBeat, message, after, before};
  (before == DelayList::kNone ? list.first : items_[before].next) = index;
  (after == DelayList::kNone ? list.last : items_[after].previous) = index;
}

bool DelayPool::nextDue(const DelayList& list, double& dueBeat) const RT_SAFE {
  if (list.first == DelayList::kNone) return false;
  dueBeat = items_[list.first].dueBeat;
  return true;
}

MidiMessage DelayPool::take(DelayList& list) RT_SAFE {
  const std::uint16_t index = list.first;
  Item& item = items_[index];
  list.first = item.next;
  (list.first == DelayList::kNone ? list.last : items_[list.first].previous) = DelayList::kNone;
  const MidiMessage message = item.message;
  item.next = free_;
  free_ = index;
  --size_;
  return message;
}

void DelayPool::shift(DelayList& list, double beats) RT_SAFE {
  for (std::uint16_t i = list.first; i != DelayList::kNone; i = items_[i].next) {
    items_[i].dueBeat += beats;
  }
}

void DelayPool::clear(DelayList& list) RT_SAFE {
  while (list.first != DelayList::kNone) (void)take(list);
  kept_ -= list.noteOffs;
  list.noteOffs = 0;
}

}  // namespace downbeat::midi
