// SPDX-License-Identifier: GPL-3.0-or-later
// A tty as a plain line of bytes at any speed, MIDI's 31250 baud too: raw, 8N1, no flow control.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/status.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::platform {

/// Owns: the file descriptor.
class SerialPort {
 public:
  SerialPort() = default;
  ~SerialPort();
  SerialPort(SerialPort&& other) noexcept;
  SerialPort& operator=(SerialPort&& other) noexcept;
  SerialPort(const SerialPort&) = delete;
  SerialPort& operator=(const SerialPort&) = delete;

  /// Thread: worker, opening a tty may hang.
  /// Errors: `MIDI_PORT_MISSING` when there is no such file, `MIDI_PORT_FAILED` when it cannot be
  /// opened, is no tty or cannot do the speed.
  [[nodiscard]] static Result<SerialPort> open(const std::string& path, std::uint32_t baud);

  [[nodiscard]] bool isOpen() const { return fd_ >= 0; }

  /// Bytes taken by the kernel, 0 when it has no room now, -1 when the line is gone. Never waits.
  /// Thread: midi.
  [[nodiscard]] int write(const std::uint8_t* bytes, std::size_t count) RT_SAFE;

  /// Waits for bytes until `wakeFd` becomes readable. Bytes read, 0 when woken, -1 when the line is
  /// gone. Thread: worker.
  [[nodiscard]] int read(std::uint8_t* bytes, std::size_t capacity, int wakeFd);

  /// False when the other end has hung up or the device is gone. Thread: worker.
  [[nodiscard]] bool isAlive() const;

 private:
  explicit SerialPort(int fd) : fd_(fd) {}
  int fd_ = -1;
};

/// Makes `fd` raw, 8N1, at `baud`. 0 or an errno; `actualBaud` is what the driver chose.
[[nodiscard]] int configureTty(int fd, std::uint32_t baud, std::uint32_t& actualBaud) noexcept;

}  // namespace downbeat::platform
