// SPDX-License-Identifier: GPL-3.0-or-later
// Which device plays? Pure decisions on lists, so that every case can be tested without hardware.
//
// `auto` means what a musician would do by hand, in this order:
//
// 1. A JACK server that runs: somebody started it to route sound with little latency.
// 2. A USB audio interface, straight through ALSA, also on a desktop: it was bought for playing,
// and
//    the desktop keeps its own loudspeaker. A busy one is not in the list (it does not answer).
// 3. A Pulse or PipeWire server, where one runs: it owns the on-board sound, other programs want to
//    be heard beside us, and taking the card away from a desktop would silence it.
// 4. A board on the machine (I2S DAC), then the on-board headphones, straight through ALSA: the
//    usual case on the box, where no such server runs.
//
// Never by itself: a screen's loudspeaker (there may be no screen, and it sits in another room),
// dummy and loopback cards (nobody hears them). Their name in the settings takes them all the same.
// On a Mac: the device that the system's sound settings name.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "audio/audio-driver.hpp"
#include "platform/sound-system.hpp"

namespace downbeat::audio {

/// Sets the kind of an ALSA device and adds the card's name to its own.
void describeAlsaDevice(AudioDeviceEntry& entry, const std::vector<platform::SoundCard>& cards);

struct DeviceCandidate {
  std::size_t index = 0;  ///< in the list that was given
  std::string reason;     ///< why this one, in one sentence
};

/// The devices worth trying, best first; empty when there are none. Devices without outputs are
/// left out. An exact name is preferred to a part of one; case does not matter.
[[nodiscard]] std::vector<DeviceCandidate> chooseDevices(
    const AudioSettings& settings, const std::vector<AudioDeviceEntry>& devices);

/// Why there is no candidate: what was looked for and what was found.
[[nodiscard]] std::string explainNoDevice(const AudioSettings& settings,
                                          const std::vector<AudioDeviceEntry>& devices,
                                          const std::vector<std::string>& searchedApis,
                                          bool hasPulseServer);

/// The rate to open `device` with: the one asked for if it can, else its preferred one.
[[nodiscard]] std::uint32_t chooseSampleRate(const AudioDeviceEntry& device, std::uint32_t asked);

}  // namespace downbeat::audio
