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
#include "midi/midi-port.hpp"
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
  double offsetMicros = 0.0;  ///< later is positive
};
static_assert(std::is_trivially_copyable_v<RtMidiSlotSettings>);

struct MidiSlotCounters {
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  std::uint64_t ticks = 0;
  std::uint64_t dropped = 0;
};

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
  [[nodiscard]] std::unique_ptr<MidiOutPort> offer(std::uint32_t slot,
                                                   std::unique_ptr<MidiOutPort> port);
  /// Empties a slot: hanging notes are ended, then the port comes back. Returns as `offer`.
  [[nodiscard]] std::unique_ptr<MidiOutPort> withdraw(std::uint32_t slot);
  void writeSettings(std::uint32_t slot, const RtMidiSlotSettings& settings);
  /// The port that was offered last has refused for good.
  [[nodiscard]] bool isLost(std::uint32_t slot) const;
  [[nodiscard]] MidiSlotCounters counters(std::uint32_t slot) const RT_SAFE;

  // Worker.

  /// A port to be closed, or null.
  [[nodiscard]] std::unique_ptr<MidiOutPort> takeReturned();
  /// Closes every port. After the end of the midi thread.
  void closeAll();

  // Midi thread.

  /// What control wants of the slot. After `closing` say goodbye and call `release`; a port that is
  /// to take its place is `opened` in the next turn.
  [[nodiscard]] Change adopt(std::uint32_t slot) RT_SAFE;
  void release(std::uint32_t slot) RT_SAFE;
  [[nodiscard]] RtMidiSlotSettings settings(std::uint32_t slot) RT_SAFE;
  [[nodiscard]] bool hasPort(std::uint32_t slot) const RT_SAFE;
  /// `lost` also when the slot is empty; a message without room is counted as dropped.
  SendResult sendNow(std::uint32_t slot, const std::uint8_t* bytes, std::size_t count,
                     HostMicros now) RT_SAFE;
  [[nodiscard]] HostMicros pump(std::uint32_t slot, HostMicros now, HostMicros quietFrom) RT_SAFE;

 private:
  struct Slot {
    // Control to midi: `nothing()` when there is nothing new, null to close, else the new port.
    std::atomic<MidiOutPort*> offered{nullptr};
    rt::Latest<RtMidiSlotSettings> settings;
    // Control only, and only compared: the newest port offered.
    const MidiOutPort* newest = nullptr;
    // Midi thread only.
    MidiOutPort* port = nullptr;
    RtMidiSlotSettings read{};
    std::uint64_t readVersion = 0;
    // Midi to control.
    std::atomic<const MidiOutPort*> lost{nullptr};  ///< the port that refused
    std::atomic<std::uint64_t> messages{0};
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> ticks{0};
    std::atomic<std::uint64_t> dropped{0};
  };

  [[nodiscard]] static MidiOutPort* nothing() RT_SAFE;
  [[nodiscard]] std::unique_ptr<MidiOutPort> put(std::uint32_t slot, MidiOutPort* port);

  std::array<Slot, kMaxMidiPorts> slots_;
  rt::SpscQueue<MidiOutPort*, 128> returned_;  // midi to worker
};

}  // namespace downbeat::midi
