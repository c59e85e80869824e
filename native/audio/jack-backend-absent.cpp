// SPDX-License-Identifier: GPL-3.0-or-later
// Built where JACK's library is not.
#include "audio/audio-backend.hpp"

namespace downbeat::audio {

std::unique_ptr<AudioBackend> makeJackBackend() { return nullptr; }
bool isJackCompiled() { return false; }

}  // namespace downbeat::audio
