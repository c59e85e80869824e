// SPDX-License-Identifier: GPL-3.0-or-later
// What the system says about sound hardware and sound servers without opening any of it: cheap
// enough to ask twice a second.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace downbeat::platform {

struct SoundCard {
  std::uint32_t index = 0;
  std::string id;      ///< short, without spaces: "Headphones", "U192k"
  std::string driver;  ///< "USB-Audio", "bcm2835_headpho", "vc4-hdmi", "Dummy", "Loopback"
  std::string name;    ///< as sold: "UMC204HD 192k"
};

/// ALSA's cards; empty where there is no ALSA. Thread: any but audio.
[[nodiscard]] std::vector<SoundCard> soundCards();

/// Does a Pulse server (or PipeWire's) of this user seem to run? Its socket is looked for, nothing
/// is connected: a connection could start one. Thread: any but audio.
[[nodiscard]] bool hasPulseServer();

/// Changes when a card comes or goes, or a JACK or Pulse server starts or ends; constant where the
/// system has no cheap way to know. Thread: any but audio.
[[nodiscard]] std::uint64_t soundSystemFingerprint();

/// Makes the sound libraries say what is wrong through their results only, and not on stderr, and
/// keeps JACK from starting a server of its own.
/// Thread: control, first thing in main: it changes the environment.
void quietSoundLibraries();

}  // namespace downbeat::platform
