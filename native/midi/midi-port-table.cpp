// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-port-table.hpp"

namespace downbeat::midi {

MidiPortTable::MidiPortTable() {
  for (Slot& slot : slots_) slot.offered = nothing();
}

MidiPortTable::~MidiPortTable() { closeAll(); }

void MidiPortTable::closeAll() {
  while (takeReturned() != nullptr) {
  }
  for (Slot& slot : slots_) {
    MidiWire* offered = slot.offered.exchange(nothing());
    if (offered != nothing()) std::unique_ptr<MidiWire>{offered}.reset();
    std::unique_ptr<MidiWire>{slot.wire}.reset();
    slot.wire = nullptr;
  }
}

std::unique_ptr<MidiWire> MidiPortTable::put(std::uint32_t slot, MidiWire* wire) {
  slots_[slot].newest = wire;
  MidiWire* unused = slots_[slot].offered.exchange(wire, std::memory_order_acq_rel);
  return std::unique_ptr<MidiWire>{unused == nothing() ? nullptr : unused};
}

std::unique_ptr<MidiWire> MidiPortTable::offer(std::uint32_t slot,
                                               std::unique_ptr<MidiOutPort> port) {
  auto wire = std::make_unique<MidiWire>(std::move(port), slots_[slot].figures);
  return put(slot, wire.release());
}

std::unique_ptr<MidiWire> MidiPortTable::withdraw(std::uint32_t slot) { return put(slot, nullptr); }

void MidiPortTable::writeSettings(std::uint32_t slot, const RtMidiSlotSettings& settings) {
  slots_[slot].settings.write(settings);
}

void MidiPortTable::beginAnew(std::uint32_t slot) {
  slots_[slot].figures.clear();
  slots_[slot].lateness.clear();
}

bool MidiPortTable::isLost(std::uint32_t slot) const {
  const MidiWire* newest = slots_[slot].newest;
  return newest != nullptr && slots_[slot].lost.load(std::memory_order_acquire) == newest;
}

WireCounters MidiPortTable::counters(std::uint32_t slot) const RT_SAFE {
  return slots_[slot].figures.read();
}

std::unique_ptr<MidiWire> MidiPortTable::takeReturned() {
  MidiWire* wire = nullptr;
  return std::unique_ptr<MidiWire>{returned_.pop(wire) ? wire : nullptr};
}

MidiPortTable::Change MidiPortTable::adopt(std::uint32_t slot) RT_SAFE {
  Slot& here = slots_[slot];
  MidiWire* offered = here.offered.load(std::memory_order_acquire);
  if (offered == nothing()) return Change::none;
  // The old port needs a place on the way back: without one the change waits for the next turn.
  if (returned_.size() + 1 >= returned_.capacity()) return Change::none;
  if (here.wire != nullptr) {
    if (offered == nullptr) (void)here.offered.compare_exchange_strong(offered, nothing());
    return Change::closing;
  }
  offered = here.offered.exchange(nothing(), std::memory_order_acq_rel);
  if (offered == nothing() || offered == nullptr) return Change::none;
  here.wire = offered;
  here.wire->configure({here.read.byteMicros, here.read.runningStatus != 0});
  return Change::opened;
}

void MidiPortTable::release(std::uint32_t slot, HostMicros now) RT_SAFE {
  Slot& here = slots_[slot];
  sayLast(slot, now);
  // Cleared first: the address may be used again as soon as the worker has the port.
  here.lost.store(nullptr, std::memory_order_release);
  if (here.wire != nullptr && returned_.push(here.wire)) here.wire = nullptr;
}

void MidiPortTable::sayLast(std::uint32_t slot, HostMicros now) RT_SAFE {
  if (slots_[slot].wire != nullptr) slots_[slot].wire->sayLast(now);
}

RtMidiSlotSettings MidiPortTable::settings(std::uint32_t slot) RT_SAFE {
  Slot& here = slots_[slot];
  const std::uint64_t version = here.settings.version();
  if (version != here.readVersion && here.settings.read(here.read)) {
    here.readVersion = version;
    if (here.wire != nullptr) {
      here.wire->configure({here.read.byteMicros, here.read.runningStatus != 0});
    }
  }
  return here.read;
}

bool MidiPortTable::hasPort(std::uint32_t slot) const RT_SAFE {
  return slots_[slot].wire != nullptr && !slots_[slot].wire->isLost();
}

SendResult MidiPortTable::send(std::uint32_t slot, const MidiGroup& group, MessageClass importance,
                               HostMicros now) RT_SAFE {
  Slot& here = slots_[slot];
  if (here.wire == nullptr) return SendResult::lost;
  const SendResult result = here.wire->send(group, importance, now);
  noteLoss(here);
  return result;
}

SendResult MidiPortTable::sendBulk(std::uint32_t slot, const std::uint8_t* bytes, std::size_t count)
    RT_SAFE {
  Slot& here = slots_[slot];
  return here.wire == nullptr ? SendResult::lost : here.wire->sendBulk(bytes, count);
}

HostTime MidiPortTable::pump(std::uint32_t slot, const MidiTimeSource& time, HostTime tickAt,
                             HostTime yieldAt) RT_SAFE {
  Slot& here = slots_[slot];
  if (here.wire == nullptr) return MidiWire::kNever;
  const HostTime next = here.wire->pump(time, tickAt, yieldAt);
  noteLoss(here);
  return next;
}

bool MidiPortTable::takeUnsent(std::uint32_t slot, MidiMessage& noteOff) RT_SAFE {
  Slot& here = slots_[slot];
  return here.wire != nullptr && here.wire->isLost() && here.wire->takeUnsent(noteOff);
}

void MidiPortTable::noteLoss(Slot& slot) RT_SAFE {
  if (slot.wire->isLost()) slot.lost.store(slot.wire, std::memory_order_release);
}

}  // namespace downbeat::midi
