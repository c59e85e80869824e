// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/feedback-message.hpp"

#include <utility>

namespace downbeat::mapping {
namespace {

void addPair(midi::MidiGroup& group, const ShownSource& source, int highNumber, int lowNumber,
             std::uint32_t raw) RT_SAFE {
  midi::MidiMessage first = midi::controlChange(
      source.channel, static_cast<std::uint8_t>(highNumber), static_cast<std::uint8_t>(raw >> 7));
  midi::MidiMessage second = midi::controlChange(
      source.channel, static_cast<std::uint8_t>(lowNumber), static_cast<std::uint8_t>(raw & 127));
  if (source.isLowFirst) std::swap(first, second);
  group.add(first);
  group.add(second);
}

}  // namespace

bool canShow(SourceKind kind, int number) RT_SAFE {
  if (!isMidi(kind) || kind == SourceKind::pressure || kind == SourceKind::program) return false;
  return kind == SourceKind::bend || number >= 0;
}

midi::MidiGroup feedbackMessage(const ShownSource& source, std::uint32_t raw) RT_SAFE {
  const auto number = static_cast<std::uint8_t>(source.number & 127);
  midi::MidiGroup group;
  switch (source.kind) {
    case SourceKind::cc:
      group.add(midi::controlChange(source.channel, number, static_cast<std::uint8_t>(raw)));
      break;
    case SourceKind::cc14: addPair(group, source, source.number, source.lsb, raw); break;
    case SourceKind::nrpn:
      group.add(midi::controlChange(source.channel, 99,
                                    static_cast<std::uint8_t>(source.number >> 7 & 127)));
      group.add(midi::controlChange(source.channel, 98, number));
      addPair(group, source, 6, 38, raw);
      break;
    case SourceKind::note: {
      // Velocity 0 puts the light out, so it stays a note on.
      midi::MidiMessage message = midi::noteOn(source.channel, number, 1);
      message.bytes[2] = static_cast<std::uint8_t>(raw & 127);
      group.add(message);
      break;
    }
    case SourceKind::bend:
      group.add(midi::pitchBend(source.channel, static_cast<int>(raw) - 8192));
      break;
    default: break;
  }
  return group;
}

}  // namespace downbeat::mapping
