// SPDX-License-Identifier: GPL-3.0-or-later
// A MIDI message as it goes from the ports to whoever plays by it.
#pragma once

#include <cstdint>
#include <type_traits>

#include "base/midi-message.hpp"
#include "base/units.hpp"

namespace downbeat::midi {

inline constexpr std::uint32_t kMaxMidiPorts = 32;

struct RtMidiInput {
  HostMicros host{};
  std::uint32_t slot = 0;  ///< of the port, 0 to kMaxMidiPorts - 1
  MidiMessage message;
};
static_assert(std::is_trivially_copyable_v<RtMidiInput>);

}  // namespace downbeat::midi
