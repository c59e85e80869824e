// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI on macOS is CoreMIDI, always there and quiet.
#include "platform/midi-backend.hpp"

namespace downbeat::platform {

MidiBackend findMidiBackend(std::string& why) {
  why.clear();
  return MidiBackend::core;
}

}  // namespace downbeat::platform
