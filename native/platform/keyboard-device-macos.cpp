// SPDX-License-Identifier: GPL-3.0-or-later
// macOS gives the keyboard to whoever is in front: a box without a window gets no keys.
#include "platform/keyboard-device.hpp"

namespace downbeat::platform {

KeyboardDevice::~KeyboardDevice() = default;
KeyboardDevice::KeyboardDevice(KeyboardDevice&& other) noexcept = default;
KeyboardDevice& KeyboardDevice::operator=(KeyboardDevice&& other) noexcept = default;

Result<KeyboardDevice> KeyboardDevice::open(const std::string& path) {
  return Error{"MIDI_PORT_FAILED", path + ": keyboards for typing are read on Linux only", ""};
}

int KeyboardDevice::read(KeyStroke*, std::size_t, int, bool&) { return -1; }

bool KeyboardDevice::isAlive() const { return fd_ >= 0; }

}  // namespace downbeat::platform
