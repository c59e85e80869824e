// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/midi-group.hpp"

namespace downbeat::midi {
namespace {

constexpr std::uint8_t kBankHigh = 0;
constexpr std::uint8_t kBankLow = 32;
constexpr std::uint8_t kDataHigh = 6;
constexpr std::uint8_t kDataLow = 38;
constexpr std::uint8_t kNonRegisteredLow = 98;
constexpr std::uint8_t kNonRegisteredHigh = 99;
constexpr std::uint8_t kRegisteredLow = 100;
constexpr std::uint8_t kRegisteredHigh = 101;
constexpr std::uint8_t kLowOf = 32;  // from a controller to that of its low byte

std::uint8_t high(std::uint16_t value) RT_SAFE {
  return static_cast<std::uint8_t>(value >> 7U & 0x7FU);
}
std::uint8_t low(std::uint16_t value) RT_SAFE { return static_cast<std::uint8_t>(value & 0x7FU); }

struct NumberControllers {
  std::uint8_t high;
  std::uint8_t low;
};

MidiGroup parameter(std::uint8_t channel, NumberControllers controllers, std::uint16_t number,
                    std::uint16_t value) RT_SAFE {
  MidiGroup group(controlChange(channel, controllers.high, high(number)));
  group.add(controlChange(channel, controllers.low, low(number)));
  group.add(controlChange(channel, kDataHigh, high(value)));
  group.add(controlChange(channel, kDataLow, low(value)));
  return group;
}

}  // namespace

MidiGroup registeredParameter(std::uint8_t channel, std::uint16_t number, std::uint16_t value)
    RT_SAFE {
  return parameter(channel, {kRegisteredHigh, kRegisteredLow}, number, value);
}

MidiGroup nonRegisteredParameter(std::uint8_t channel, std::uint16_t number, std::uint16_t value)
    RT_SAFE {
  return parameter(channel, {kNonRegisteredHigh, kNonRegisteredLow}, number, value);
}

MidiGroup bankAndProgram(std::uint8_t channel, std::uint16_t bank, std::uint8_t program) RT_SAFE {
  MidiGroup group(controlChange(channel, kBankHigh, high(bank)));
  group.add(controlChange(channel, kBankLow, low(bank)));
  group.add(programChange(channel, program));
  return group;
}

MidiGroup wideController(std::uint8_t channel, std::uint8_t controller, std::uint16_t value)
    RT_SAFE {
  const std::uint8_t first = controller & 0x1FU;
  MidiGroup group(controlChange(channel, first, high(value)));
  group.add(controlChange(channel, static_cast<std::uint8_t>(first + kLowOf), low(value)));
  return group;
}

MidiGroup continueAt(std::uint32_t sixteenths) RT_SAFE {
  MidiGroup group(songPosition(sixteenths));
  group.add(systemMessage(kContinue));
  return group;
}

}  // namespace downbeat::midi
