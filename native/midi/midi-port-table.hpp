// SPDX-License-Identifier: GPL-3.0-or-later
// The output ports as the midi thread sees them: 32 slots. A port is handed over in one atomic
// exchange and comes back through a queue to the worker that closes it; the midi thread never
// waits.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "base/units.hpp"
#include "midi/lateness-histogram.hpp"
#include "midi/midi-port.hpp"
#include "midi/midi-wire.hpp"
#include "midi/wire-figures.hpp"
#include "rt/latest.hpp"
#include "rt/rt-safe.hpp"
#include "rt/spsc-queue.hpp"

namespace downbeat::midi {

/// What the midi thread needs to know of a port's plan.
struct RtMidiSlotSettings {
  std::uint32_t serial = 0;  ///< one number per port id for the life of the engine; 0: no port
  std::uint8_t clock = 0;
  std::uint8_t startStop = 0;
  std::uint8_t songPosition = 0;
  double offsetMicros = 0.0;       ///< later is positive
  double ticksPerBeat = 24.0;      ///< 12, 24 or 48: MIDI's 24 times the port's tempo multiple
  std::uint8_t clockStops = 0;     ///< no ticks while the song is stopped
  std::uint8_t runningStatus = 0;  ///< streams only
  double byteMicros = 0.0;         ///< of wire time for one byte; 0: no limit
};
static_assert(std::is_trivially_copyable_v<RtMidiSlotSettings>);

class MidiPortTable {
 public:
  enum class Change : std::uint8_t { none, opened, closing };

  MidiPortTable();
  ~MidiPortTable();
  MidiPortTable(const MidiPortTable&) = delete;
  MidiPortTable& operator=(const MidiPortTable&) = delete;

  // Control.

  /// Puts a port into a slot, in place of what is there. Write the settings before.
  /// Returns the port offered before, if the midi thread has not taken it: to be closed.
  [[nodiscard]] std::unique_ptr<MidiWire> offer(std::uint32_t slot,
                                                std::unique_ptr<MidiOutPort> port);
  /// Empties a slot: hanging notes are ended, then the port comes back. Returns as `offer`.
  [[nodiscard]] std::unique_ptr<MidiWire> withdraw(std::uint32_t slot);
  void writeSettings(std::uint32_t slot, const RtMidiSlotSettings& settings);
  /// A slot for another port: its figures begin at 0. While it is empty.
  void beginAnew(std::uint32_t slot);
  /// The port that was offered last has refused for good.
  [[nodiscard]] bool isLost(std::uint32_t slot) const;
  /// The midi thread has taken what was offered last: what is posted to the slot now is for that.
  [[nodiscard]] bool isTaken(std::uint32_t slot) RT_SAFE {
    return slots_[slot].offered.load(std::memory_order_acquire) == nothing();
  }
  [[nodiscard]] WireCounters counters(std::uint32_t slot) const RT_SAFE;
  /// Of the slot's ticks against the beat line. Thread: as LatenessHistogram.
  [[nodiscard]] LatenessHistogram& lateness(std::uint32_t slot) RT_SAFE {
    return slots_[slot].lateness;
  }

  // Worker.

  /// A port to be closed, or null.
  [[nodiscard]] std::unique_ptr<MidiWire> takeReturned();
  /// Closes every port. After the end of the midi thread.
  void closeAll();

  // Midi thread.

  /// What control wants of the slot. After `closing` say goodbye and call `release`; a port that is
  /// to take its place is `opened` in the next turn.
  [[nodiscard]] Change adopt(std::uint32_t slot) RT_SAFE;
  void release(std::uint32_t slot, HostMicros now) RT_SAFE;
  /// Note offs that wait are handed over; what else waits is forgotten.
  void sayLast(std::uint32_t slot, HostMicros now) RT_SAFE;
  [[nodiscard]] RtMidiSlotSettings settings(std::uint32_t slot) RT_SAFE;
  [[nodiscard]] bool hasPort(std::uint32_t slot) const RT_SAFE;
  /// As MidiWire::send; `lost` also when the slot is empty.
  SendResult send(std::uint32_t slot, const MidiGroup& group, MessageClass importance,
                  HostMicros now) RT_SAFE;
  /// System exclusive, as MidiWire::sendBulk.
  SendResult sendBulk(std::uint32_t slot, const std::uint8_t* bytes, std::size_t count) RT_SAFE;
  /// As MidiWire::pump.
  [[nodiscard]] HostTime pump(std::uint32_t slot, const MidiTimeSource& time, HostTime tickAt,
                              HostTime yieldAt) RT_SAFE;
  /// Of a port that was lost: one of the note offs that it did not get, until there is none.
  [[nodiscard]] bool takeUnsent(std::uint32_t slot, MidiMessage& noteOff) RT_SAFE;

 private:
  struct Slot {
    // Control to midi: `nothing()` when there is nothing new, null to close, else the new port.
    std::atomic<MidiWire*> offered{nullptr};
    rt::Latest<RtMidiSlotSettings> settings;
    // Control only, and only compared: the newest port offered.
    const MidiWire* newest = nullptr;
    // Midi thread only.
    MidiWire* wire = nullptr;
    RtMidiSlotSettings read{};
    std::uint64_t readVersion = 0;
    // Midi to control.
    std::atomic<const MidiWire*> lost{nullptr};  ///< the port that refused
    WireFigures figures;
    LatenessHistogram lateness;
  };

  /// Stands for "nothing offered"; only compared.
  [[nodiscard]] MidiWire* nothing() RT_SAFE { return reinterpret_cast<MidiWire*>(&nothing_); }
  [[nodiscard]] std::unique_ptr<MidiWire> put(std::uint32_t slot, MidiWire* wire);
  void noteLoss(Slot& slot) RT_SAFE;

  alignas(MidiWire) char nothing_ = 0;
  std::array<Slot, kMaxMidiPorts> slots_;
  rt::SpscQueue<MidiWire*, 128> returned_;  // midi to worker
};

}  // namespace downbeat::midi
