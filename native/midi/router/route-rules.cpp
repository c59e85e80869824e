// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/router/route-rules.hpp"

#include <algorithm>
#include <functional>

namespace downbeat::midi {

RouteRules::RouteRules(const MidiRoutePlan& plan, MidiSlotRef fromPort, MidiSlotRef toPort)
    : identity(std::hash<std::string>{}(plan.id)),
      from(fromPort),
      to(toPort),
      kinds(plan.kinds),
      lowestNote(plan.lowestNote),
      highestNote(plan.highestNote),
      lowestVelocity(plan.lowestVelocity),
      highestVelocity(plan.highestVelocity),
      channels(plan.channels),
      controllers(plan.controllers),
      velocities(plan.velocities),
      offsetCount(static_cast<std::uint8_t>(std::min(plan.chord.size(), kMaxChord))),
      delayBeats(plan.delayBeats),
      arp(plan.arp) {
  for (std::size_t i = 0; i < offsetCount; ++i) {
    offsets[i] = static_cast<std::int16_t>(plan.chord[i] + plan.transpose);
  }
}

KeyNotes RouteRules::notesOf(std::uint8_t key) const RT_SAFE {
  KeyNotes found;
  for (std::size_t i = 0; i < offsetCount; ++i) {
    const int note = key + offsets[i];
    if (note < 0 || note > 127) continue;
    bool isThere = false;
    for (std::size_t k = 0; k < found.count; ++k) isThere = isThere || found.notes[k] == note;
    if (!isThere) found.notes[found.count++] = static_cast<std::uint8_t>(note);
  }
  return found;
}

MidiMessage RouteRules::mapped(const DecodedMessage& said) const RT_SAFE {
  const std::uint8_t channel = channels[said.channel];
  if (channel == kNotCarried) return {};
  const auto value = static_cast<std::uint8_t>(said.value & 0x7F);
  switch (said.kind) {
    case kControlChange: {
      if (!carries(RouteKind::controllers)) return {};
      const std::uint8_t number = controllers[said.number];
      return number == kNotCarried ? MidiMessage{} : controlChange(channel, number, value);
    }
    case kProgramChange:
      return carries(RouteKind::programs) ? programChange(channel, said.number) : MidiMessage{};
    case kChannelPressure:
      return carries(RouteKind::pressure) ? channelPressure(channel, value) : MidiMessage{};
    case kPitchBend:
      return carries(RouteKind::bend) ? pitchBend(channel, said.value) : MidiMessage{};
    default: return {};
  }
}

}  // namespace downbeat::midi
