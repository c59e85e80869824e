// SPDX-License-Identifier: GPL-3.0-or-later
// One output slot while the midi thread works on it: where to send, what the time is.
#pragma once

#include "base/midi-group.hpp"
#include "base/units.hpp"
#include "midi/beat-line.hpp"
#include "midi/message-class.hpp"
#include "midi/midi-port-table.hpp"
#include "midi/midi-time-source.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Thread: midi.
class MidiLane {
 public:
  MidiLane(MidiPortTable& table, std::uint32_t slot, const MidiTimeSource& time) RT_SAFE
      : table_(table),
        slot_(slot),
        time_(time),
        settings_(table.settings(slot)) {}

  [[nodiscard]] HostTime now() const RT_SAFE { return static_cast<double>(time_.now().value); }
  /// The time on the song's clock: what the transport says for this time is to be sent now.
  [[nodiscard]] HostTime songTime() const RT_SAFE { return now() - settings_.offsetMicros; }
  [[nodiscard]] const RtMidiSlotSettings& settings() const RT_SAFE { return settings_; }
  [[nodiscard]] std::uint32_t slot() const RT_SAFE { return slot_; }

  /// Does anything wait for its turn on the wire?
  [[nodiscard]] bool isBusy() const RT_SAFE { return table_.counters(slot_).waiting > 0; }

  SendResult send(const MidiMessage& message) RT_SAFE { return send(message, classOf(message)); }
  SendResult send(const MidiGroup& group, MessageClass importance) RT_SAFE {
    return table_.send(slot_, group, importance, time_.now());
  }
  void recordLateness(double micros) RT_SAFE { table_.lateness(slot_).record(micros); }

 private:
  MidiPortTable& table_;
  std::uint32_t slot_;
  const MidiTimeSource& time_;
  RtMidiSlotSettings settings_;
};

}  // namespace downbeat::midi
