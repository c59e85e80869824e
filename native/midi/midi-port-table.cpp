// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-port-table.hpp"

#include "midi/midi-message.hpp"

namespace downbeat::midi {
namespace {

/// Its address stands for "nothing offered"; nobody calls it.
class NoPort : public MidiOutPort {
 public:
  [[nodiscard]] SendResult send(const std::uint8_t*, std::size_t, HostMicros) RT_SAFE override {
    return SendResult::lost;
  }
};
NoPort noPort;

// Counters have one writer: a plain load and store is enough.
void add(std::atomic<std::uint64_t>& counter, std::uint64_t amount) RT_SAFE {
  counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

}  // namespace

MidiOutPort* MidiPortTable::nothing() RT_SAFE { return &noPort; }

MidiPortTable::MidiPortTable() {
  for (Slot& slot : slots_) slot.offered = nothing();
}

MidiPortTable::~MidiPortTable() { closeAll(); }

void MidiPortTable::closeAll() {
  while (takeReturned() != nullptr) {
  }
  for (Slot& slot : slots_) {
    MidiOutPort* offered = slot.offered.exchange(nothing());
    if (offered != nothing()) std::unique_ptr<MidiOutPort>{offered}.reset();
    std::unique_ptr<MidiOutPort>{slot.port}.reset();
    slot.port = nullptr;
  }
}

std::unique_ptr<MidiOutPort> MidiPortTable::put(std::uint32_t slot, MidiOutPort* port) {
  slots_[slot].newest = port;
  MidiOutPort* unused = slots_[slot].offered.exchange(port, std::memory_order_acq_rel);
  return std::unique_ptr<MidiOutPort>{unused == nothing() ? nullptr : unused};
}

std::unique_ptr<MidiOutPort> MidiPortTable::offer(std::uint32_t slot,
                                                  std::unique_ptr<MidiOutPort> port) {
  return put(slot, port.release());
}

std::unique_ptr<MidiOutPort> MidiPortTable::withdraw(std::uint32_t slot) {
  return put(slot, nullptr);
}

void MidiPortTable::writeSettings(std::uint32_t slot, const RtMidiSlotSettings& settings) {
  slots_[slot].settings.write(settings);
}

bool MidiPortTable::isLost(std::uint32_t slot) const {
  const MidiOutPort* newest = slots_[slot].newest;
  return newest != nullptr && slots_[slot].lost.load(std::memory_order_acquire) == newest;
}

MidiSlotCounters MidiPortTable::counters(std::uint32_t slot) const RT_SAFE {
  const Slot& from = slots_[slot];
  return {from.messages.load(std::memory_order_relaxed), from.bytes.load(std::memory_order_relaxed),
          from.ticks.load(std::memory_order_relaxed), from.dropped.load(std::memory_order_relaxed)};
}

std::unique_ptr<MidiOutPort> MidiPortTable::takeReturned() {
  MidiOutPort* port = nullptr;
  return std::unique_ptr<MidiOutPort>{returned_.pop(port) ? port : nullptr};
}

MidiPortTable::Change MidiPortTable::adopt(std::uint32_t slot) RT_SAFE {
  Slot& here = slots_[slot];
  MidiOutPort* offered = here.offered.load(std::memory_order_acquire);
  if (offered == nothing()) return Change::none;
  // The old port needs a place on the way back: without one the change waits for the next turn.
  if (returned_.size() + 1 >= returned_.capacity()) return Change::none;
  if (here.port != nullptr) {
    if (offered == nullptr) (void)here.offered.compare_exchange_strong(offered, nothing());
    return Change::closing;
  }
  offered = here.offered.exchange(nothing(), std::memory_order_acq_rel);
  if (offered == nothing() || offered == nullptr) return Change::none;
  here.port = offered;
  return Change::opened;
}

void MidiPortTable::release(std::uint32_t slot) RT_SAFE {
  Slot& here = slots_[slot];
  // Cleared first: the address may be used again as soon as the worker has the port.
  here.lost.store(nullptr, std::memory_order_release);
  if (here.port != nullptr && returned_.push(here.port)) here.port = nullptr;
}

RtMidiSlotSettings MidiPortTable::settings(std::uint32_t slot) RT_SAFE {
  Slot& here = slots_[slot];
  const std::uint64_t version = here.settings.version();
  if (version != here.readVersion && here.settings.read(here.read)) here.readVersion = version;
  return here.read;
}

bool MidiPortTable::hasPort(std::uint32_t slot) const RT_SAFE {
  const MidiOutPort* port = slots_[slot].port;
  return port != nullptr && slots_[slot].lost.load(std::memory_order_relaxed) != port;
}

SendResult MidiPortTable::sendNow(std::uint32_t slot, const std::uint8_t* bytes, std::size_t count,
                                  HostMicros now) RT_SAFE {
  Slot& here = slots_[slot];
  if (count == 0 || !hasPort(slot)) return SendResult::lost;
  const SendResult result =
      count > kMaxSendBytes ? SendResult::dropped : here.port->send(bytes, count, now);
  if (result == SendResult::lost) {
    here.lost.store(here.port, std::memory_order_release);
  } else if (result == SendResult::dropped) {
    add(here.dropped, 1);
  } else {
    add(here.messages, 1);
    add(here.bytes, count);
    if (bytes[0] == kTick) add(here.ticks, 1);
  }
  return result;
}

HostMicros MidiPortTable::pump(std::uint32_t slot, HostMicros now, HostMicros quietFrom) RT_SAFE {
  return hasPort(slot) ? slots_[slot].port->pump(now, quietFrom) : MidiOutPort::kNever;
}

}  // namespace downbeat::midi
