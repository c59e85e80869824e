// SPDX-License-Identifier: GPL-3.0-or-later
// A keyboard for typing as a port: each key is a note, on as long as it is held.
#pragma once

#include "midi/midi-port.hpp"
#include "platform/keyboard-device.hpp"

namespace downbeat::midi {

/// How hard every key is struck: a keyboard for typing does not say.
inline constexpr std::uint8_t kKeyVelocity = 100;

/// The note of a key: the lower seven bits of its code; the rest is the channel.
[[nodiscard]] MidiMessage messageOf(const platform::KeyStroke& stroke);

/// Errors: as KeyboardDevice::open. Thread: worker.
[[nodiscard]] Result<OpenedMidiPort> openKeyboardMidi(const MidiPortPlan& plan,
                                                      MidiInputLane& lane);

}  // namespace downbeat::midi
