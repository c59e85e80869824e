// SPDX-License-Identifier: GPL-3.0-or-later
// Which MIDI system this machine has at the moment. Asked before RtMidi is, because RtMidi and the
// libraries under it print to stderr when what they look for is not there.
#pragma once

#include <cstdint>
#include <string>

namespace downbeat::platform {

enum class MidiBackend : std::uint8_t { none, alsa, jack, core };

/// Core on macOS; the ALSA sequencer on Linux, else a JACK server that already runs (none is
/// started). `why` says in one sentence what is missing when the answer is `none`. JACK's own words
/// about a missing server are silenced by quietSoundLibraries() (platform/sound-system.hpp).
/// Thread: worker, may take a while.
[[nodiscard]] MidiBackend findMidiBackend(std::string& why);

}  // namespace downbeat::platform
