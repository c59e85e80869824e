// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI on macOS is CoreMIDI, always there and quiet.
#include "platform/midi-backend.hpp"

namespace downbeat::platform {

MidiBackend findMidiBackend(std::string& why) {
  why.clear();
  return MidiBackend::core;
}

std::uint32_t jackLife() RT_SAFE { return 0; }

std::uint32_t jackCycleTime() { return 0; }

}  // namespace downbeat::platform
