// SPDX-License-Identifier: GPL-3.0-or-later
// Which MIDI system this machine has at the moment. Asked before RtMidi is, because RtMidi and the
// libraries under it print to stderr when what they look for is not there.
#pragma once

#include <cstdint>
#include <string>

#include "rt/rt-safe.hpp"

namespace downbeat::platform {

enum class MidiBackend : std::uint8_t { none, alsa, jack, core };

/// Core on macOS; the ALSA sequencer on Linux, else a JACK server that already runs (none is
/// started). `why` says in one sentence what is missing when the answer is `none`. JACK's own words
/// about a missing server are silenced by quietSoundLibraries() (platform/sound-system.hpp).
/// Thread: worker, may take a while.
[[nodiscard]] MidiBackend findMidiBackend(std::string& why);

/// Which life of the JACK server this is: a new number each time one is found, 0 from the moment it
/// has ended. What was opened in another life must not be closed: libjack frees the clients of a
/// dead server by itself when the next one is opened, and closing them would free them twice.
/// Thread: any.
[[nodiscard]] std::uint32_t jackLife() RT_SAFE;

/// Changes with every cycle of the JACK server; stands still when the server does.
/// Thread: worker.
[[nodiscard]] std::uint32_t jackCycleTime();

}  // namespace downbeat::platform
