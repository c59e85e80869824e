// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI over a UART. At 31250 baud a byte takes 320 us, so bytes given to the kernel ahead of time
// would delay every tick behind them: messages wait here and go out one byte time ahead, and
// realtime bytes pass them (the specification allows them inside any message). Only what follows a
// Song Position keeps its place behind it: Continue means the position that was told before.
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
  std::uint32_t baud = 31250;
  std::atomic<bool> isLost{false};
};

class SerialMidiOut : public MidiOutPort {
 public:
  explicit SerialMidiOut(std::shared_ptr<SerialLine> line);
  /// Gives what still waits to the kernel; takes up to a second. Thread: worker.
  ~SerialMidiOut() override;

  [[nodiscard]] SendResult send(const std::uint8_t* bytes, std::size_t count, HostMicros now)
      RT_SAFE override;
  [[nodiscard]] HostMicros pump(HostMicros now, HostMicros quietFrom) RT_SAFE override;

 private:
  static constexpr std::uint32_t kWaiting = 2048;  // power of two; 0.65 s of wire at 31250 baud

  [[nodiscard]] bool flushTo(std::uint32_t end, HostMicros now) RT_SAFE;
  [[nodiscard]] bool writeByte(std::uint8_t byte, HostMicros now) RT_SAFE;

  std::shared_ptr<SerialLine> line_;
  std::int64_t byteMicros_;
  HostMicros wireFreeAt_{};
  std::array<std::uint8_t, kWaiting> waiting_{};
  std::uint32_t head_ = 0;
  std::uint32_t tail_ = 0;
  std::uint32_t fence_ = 0;  ///< what waits before it goes out before any realtime byte
};

/// Starts a thread that reads the line into `lane` until the port is destroyed or the line is lost.
[[nodiscard]] std::unique_ptr<MidiInPort> makeSerialMidiIn(std::shared_ptr<SerialLine> line,
                                                           MidiInputLane& lane);

/// Errors: as SerialPort::open. Thread: worker.
[[nodiscard]] Result<OpenedMidiPort> openSerialMidi(const MidiPortPlan& plan, MidiInputLane& lane);

}  // namespace downbeat::midi
