// SPDX-License-Identifier: GPL-3.0-or-later
#include "audio/audio-driver.hpp"

namespace downbeat::audio {

bool AudioSettings::operator==(const AudioSettings& other) const {
  return device == other.device && api == other.api && sampleRate == other.sampleRate &&
         blockFrames == other.blockFrames && outputChannels == other.outputChannels &&
         inputChannels == other.inputChannels;
}

const char* nameOf(AudioDeviceKind kind) {
  switch (kind) {
    case AudioDeviceKind::server: return "server";
    case AudioDeviceKind::usb: return "usb";
    case AudioDeviceKind::expansion: return "expansion";
    case AudioDeviceKind::onBoard: return "onBoard";
    case AudioDeviceKind::hdmi: return "hdmi";
    case AudioDeviceKind::imaginary: return "imaginary";
  }
  return "unknown";
}

}  // namespace downbeat::audio
