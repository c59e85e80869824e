// SPDX-License-Identifier: GPL-3.0-or-later
#include "mapping/message-template.hpp"

#include <algorithm>

namespace downbeat::mapping {
namespace {

std::uint8_t dataByte(std::uint8_t byte, std::uint32_t raw) RT_SAFE {
  switch (byte) {
    case kValueByte:
    case kLowByte: return static_cast<std::uint8_t>(raw & 127);
    case kHighByte: return static_cast<std::uint8_t>(raw >> 7 & 127);
    default: return byte;
  }
}

}  // namespace

midi::MidiMessage fillTemplate(const MessageTemplate& message, std::uint32_t raw) RT_SAFE {
  midi::MidiMessage filled;
  filled.size = std::min<std::uint8_t>(message.size, 3);
  filled.bytes[0] = message.bytes[0];
  filled.bytes[1] = dataByte(message.bytes[1], raw);
  filled.bytes[2] = dataByte(message.bytes[2], raw);
  return filled;
}

std::optional<std::uint32_t> readTemplates(const std::vector<MessageTemplate>& messages,
                                           const midi::MidiGroup& group) {
  if (messages.size() != group.count) return std::nullopt;
  std::uint32_t raw = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    for (std::uint8_t b = 1; b < std::min<std::uint8_t>(messages[i].size, 3); ++b) {
      const std::uint32_t byte = group.messages[i].bytes[b];
      const std::uint8_t part = messages[i].bytes[b];
      if (part == kValueByte || part == kLowByte) raw |= byte;
      if (part == kHighByte) raw |= byte << 7;
    }
  }
  // Every other byte, and every message's size, has to be the same.
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const midi::MidiMessage made = fillTemplate(messages[i], raw);
    const midi::MidiMessage& said = group.messages[i];
    if (made.size != said.size || !std::equal(made.bytes, made.bytes + made.size, said.bytes)) {
      return std::nullopt;
    }
  }
  return raw;
}

}  // namespace downbeat::mapping
