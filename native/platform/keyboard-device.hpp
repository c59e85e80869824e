// SPDX-License-Identifier: GPL-3.0-or-later
// A keyboard for typing, or anything with keys or buttons that the kernel knows: its strokes, and
// nobody else gets them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/status.hpp"

namespace downbeat::platform {

struct KeyStroke {
  std::uint16_t code = 0;  ///< of the kernel's linux/input-event-codes.h
  bool isDown = false;
  std::int32_t turn = 0;  ///< other than 0: not a key but an axis, which has turned so far
};

/// Owns: the file descriptor, and the keyboard for itself while it is open.
class KeyboardDevice {
 public:
  KeyboardDevice() = default;
  ~KeyboardDevice();
  KeyboardDevice(KeyboardDevice&& other) noexcept;
  KeyboardDevice& operator=(KeyboardDevice&& other) noexcept;
  KeyboardDevice(const KeyboardDevice&) = delete;
  KeyboardDevice& operator=(const KeyboardDevice&) = delete;

  /// `path`: an event device such as /dev/input/by-id/usb-...-event-kbd, or a pipe that carries the
  /// same records. Thread: worker.
  /// Errors: `MIDI_PORT_MISSING` when there is no such file, `MIDI_PORT_FAILED` when it cannot be
  /// opened or another program has it for itself.
  [[nodiscard]] static Result<KeyboardDevice> open(const std::string& path);

  /// Waits for strokes until `wakeFd` becomes readable. Strokes read, 0 when woken, -1 when the
  /// device is gone; `hasLost` when the kernel had no room for some. Thread: worker.
  [[nodiscard]] int read(KeyStroke* strokes, std::size_t capacity, int wakeFd, bool& hasLost);

  /// False when the device is gone. Thread: worker.
  [[nodiscard]] bool isAlive() const;

 private:
  explicit KeyboardDevice(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace downbeat::platform
