// SPDX-License-Identifier: GPL-3.0-or-later
// Built where the system has no ALSA.
#include "audio/audio-backend.hpp"

namespace downbeat::audio {

std::unique_ptr<AudioBackend> makeAlsaBackend() { return nullptr; }
bool isAlsaCompiled() { return false; }

}  // namespace downbeat::audio
