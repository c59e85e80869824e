// SPDX-License-Identifier: GPL-3.0-or-later
// CoreAudio's devices are listed by RtAudio; there is nothing to learn beforehand.
#include <cstdlib>

#include "platform/sound-system.hpp"

namespace downbeat::platform {

std::vector<SoundCard> soundCards() { return {}; }

bool hasPulseServer() { return false; }

std::uint64_t soundSystemFingerprint() { return 0; }

void quietSoundLibraries() { (void)setenv("JACK_NO_START_SERVER", "1", 1); }

}  // namespace downbeat::platform
