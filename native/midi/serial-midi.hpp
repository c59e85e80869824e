// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI over a UART: a stream of bytes. When each may go is MidiWire's part.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

#include "midi/midi-port.hpp"
#include "platform/serial-port.hpp"

namespace downbeat::midi {

/// The open tty of a port, shared by its two directions.
struct SerialLine {
  platform::SerialPort port;
  std::atomic<bool> isLost{false};
};

class SerialMidiOut : public MidiOutPort {
 public:
  explicit SerialMidiOut(std::shared_ptr<SerialLine> line);
  /// Gives what was left behind to the kernel; takes up to a second. Thread: worker.
  ~SerialMidiOut() override;

  [[nodiscard]] SendResult send(const std::uint8_t* bytes, std::size_t count, HostMicros now)
      RT_SAFE override;
  [[nodiscard]] bool isByteStream() const RT_SAFE override { return true; }
  /// Up to 2048 bytes in all.
  void leaveBehind(const std::uint8_t* bytes, std::size_t count) RT_SAFE override;

 private:
  std::shared_ptr<SerialLine> line_;
  std::array<std::uint8_t, 2048> left_{};
  std::uint32_t leftCount_ = 0;
};

/// Starts a thread that reads the line into `lane` until the port is destroyed or the line is lost.
[[nodiscard]] std::unique_ptr<MidiInPort> makeSerialMidiIn(std::shared_ptr<SerialLine> line,
                                                           MidiInputLane& lane);

/// Errors: as SerialPort::open. Thread: worker.
[[nodiscard]] Result<OpenedMidiPort> openSerialMidi(const MidiPortPlan& plan, MidiInputLane& lane);

}  // namespace downbeat::midi
