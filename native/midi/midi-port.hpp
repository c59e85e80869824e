// SPDX-License-Identifier: GPL-3.0-or-later
// The faces of a MIDI port and of whatever opens ports: RtMidi and ttys in the instrument, fakes in
// tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "base/units.hpp"
#include "midi/midi-input.hpp"
#include "midi/midi-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Longest message for `send`: beyond it RtMidi's ALSA output allocates.
inline constexpr std::size_t kMaxSendBytes = 32;

enum class SendResult : std::uint8_t { sent, dropped, lost };

/// Thread: `send` and `leaveBehind` on midi, the destructor (which closes and may hang) on the
/// worker. Handed from one to the other as a whole.
class MidiOutPort {
 public:
  virtual ~MidiOutPort() = default;
  MidiOutPort() = default;
  MidiOutPort(const MidiOutPort&) = delete;
  MidiOutPort& operator=(const MidiOutPort&) = delete;

  /// One whole message, of a stream any bytes; never waits. `dropped`: no room now. `lost`: the
  /// port is gone for good.
  [[nodiscard]] virtual SendResult send(const std::uint8_t* bytes, std::size_t count,
                                        HostMicros now) RT_SAFE = 0;
  /// True for a port that takes single bytes, in between which realtime bytes may go.
  [[nodiscard]] virtual bool isByteStream() const RT_SAFE { return false; }
  /// Of a stream: bytes to be sent by the destructor, which has the time to wait for the wire.
  virtual void leaveBehind(const std::uint8_t* bytes, std::size_t count) RT_SAFE {
    (void)bytes;
    (void)count;
  }
};

/// Delivers into the lane it was opened with until it is destroyed (worker; may hang).
class MidiInPort {
 public:
  virtual ~MidiInPort() = default;
  MidiInPort() = default;
  MidiInPort(const MidiInPort&) = delete;
  MidiInPort& operator=(const MidiInPort&) = delete;
  /// False when the port is gone. Thread: any.
  [[nodiscard]] virtual bool isAlive() const { return true; }
};

/// A port as opened; `out` or `in` may be null when the plan does not ask for it.
struct OpenedMidiPort {
  std::unique_ptr<MidiOutPort> out;
  std::unique_ptr<MidiInPort> in;
  std::string name;  ///< the system's name
  std::string inputName;
};

struct MidiPortNames {
  bool isAvailable = true;  ///< false: there is no MIDI system at the moment, nor its virtual ports
  std::vector<std::string> outputs;
  std::vector<std::string> inputs;
  friend bool operator==(const MidiPortNames& a, const MidiPortNames& b) {
    return a.isAvailable == b.isAvailable && a.outputs == b.outputs && a.inputs == b.inputs;
  }
};

/// Thread: worker; every call may hang.
class MidiSystem {
 public:
  virtual ~MidiSystem() = default;
  /// Errors: `MIDI_PORT_MISSING` when there is no such port now, `MIDI_PORT_FAILED` when there is
  /// but it does not open. Half a port (input without output) is not given: both or an error.
  [[nodiscard]] virtual Result<OpenedMidiPort> open(const MidiPortPlan& plan,
                                                    MidiInputLane& lane) = 0;
  /// The ports of the system now, ours not among them.
  [[nodiscard]] virtual MidiPortNames portNames() = 0;
  /// Is there something at the path of a serial port or keyboard?
  [[nodiscard]] virtual bool hasSerialDevice(const std::string& path) = 0;
};

/// RtMidi and ttys.
[[nodiscard]] std::unique_ptr<MidiSystem> makeMidiSystem();

}  // namespace downbeat::midi
