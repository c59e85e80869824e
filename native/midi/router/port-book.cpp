// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/router/port-book.hpp"

namespace downbeat::midi {
namespace {

/// Of one run: a synth that comes back is no flood.
constexpr int kRestoredPerRun = 4;

/// Microseconds. A port that is never idle gets its notes all the same.
constexpr HostTime kLongestRestore = 250'000.0;

constexpr std::uint8_t kVolume = 7;
constexpr std::uint8_t kPan = 10;

bool isBank(std::size_t number) RT_SAFE { return number == 0 || number == 32; }

/// What has a meaning alone, and after a while. Parts of a parameter number have not.
bool isWorthRemembering(std::uint8_t number) RT_SAFE {
  return number < kAllSoundOff && number != 6 && number != 38 && !(number >= 96 && number <= 101);
}

}  // namespace

void PortBook::noteOn(std::uint8_t channel, std::uint8_t note, std::uint8_t velocity,
                      MidiLane& lane) RT_SAFE {
  claim(lane);
  const std::size_t key = keyOf(channel, note);
  ++held_;
  ++holders_[key];
  velocities_[key] = velocity;
  // The same key again: it is let go first.
  if (sounding_[key]) end(key, kNoVelocity, lane);
  if (!sounding_[key]) strike(key, lane);
}

void PortBook::noteOff(std::uint8_t channel, std::uint8_t note, std::uint8_t velocity,
                       MidiLane& lane) RT_SAFE {
  const std::size_t key = keyOf(channel, note);
  if (holders_[key] == 0) return;
  --held_;
  if (--holders_[key] == 0 && sounding_[key]) end(key, velocity, lane);
}

bool PortBook::say(const MidiMessage& message, MidiLane& lane) RT_SAFE {
  claim(lane);
  remember(message);
  return lane.send(message) == SendResult::sent;
}

/// What was said to another port of this slot is nothing to this one.
void PortBook::claim(const MidiLane& lane) RT_SAFE {
  const std::uint32_t serial = lane.settings().serial;
  if (serial == portSerial_) return;
  portSerial_ = serial;
  sounding_.reset();
  usedChannels_ = 0;
  restoring_ = kRestored;
  isStrikeWaiting_ = false;
  forgetValues();
}

void PortBook::strike(std::size_t key, MidiLane& lane) RT_SAFE {
  const auto channel = static_cast<std::uint8_t>(key / 128);
  const MidiMessage message =
      midi::noteOn(channel, static_cast<std::uint8_t>(key % 128), velocities_[key]);
  if (lane.send(message) != SendResult::sent) return;
  sounding_[key] = true;
  usedChannels_ = static_cast<std::uint16_t>(usedChannels_ | (1U << channel));
}

void PortBook::end(std::size_t key, std::uint8_t velocity, MidiLane& lane) RT_SAFE {
  const MidiMessage message = midi::noteOff(static_cast<std::uint8_t>(key / 128),
                                            static_cast<std::uint8_t>(key % 128), velocity);
  const SendResult result = lane.send(message);
  // A lost port is told when it is back.
  if (result == SendResult::sent) sounding_[key] = false;
  if (result == SendResult::dropped) hasOverdue_ = true;
}

void PortBook::run(MidiLane& lane) RT_SAFE {
  if (hasOverdue_) {
    hasOverdue_ = false;
    for (std::size_t key = 0; key < kKeys; ++key) {
      if (sounding_[key] && holders_[key] == 0) end(key, kNoVelocity, lane);
    }
  }
  if (isStrikeWaiting_) strikeHeld(lane);
  if (restoring_ < kRestored) restore(lane);
}

void PortBook::endAll(MidiLane& lane) RT_SAFE {
  for (std::size_t key = 0; key < kKeys; ++key) {
    if (sounding_[key]) end(key, kNoVelocity, lane);
  }
}

void PortBook::leave(MidiLane& lane) RT_SAFE {
  const std::bitset<kKeys> sounding = sounding_;
  endAll(lane);
  sounding_ = sounding;  // it may not have heard it
  hasOverdue_ = false;
  restoring_ = kRestored;
  isStrikeWaiting_ = false;
}

void PortBook::arrive(MidiLane& lane) RT_SAFE {
  claim(lane);
  endAll(lane);
  for (std::uint8_t channel = 0; channel < kChannels; ++channel) {
    if ((usedChannels_ >> channel & 1U) != 0) lane.send(controlChange(channel, kAllNotesOff, 0));
  }
  usedChannels_ = 0;
  restoring_ = 0;
}

void PortBook::remember(const MidiMessage& message) RT_SAFE {
  const DecodedMessage said = decodeMessage(message.bytes, message.size);
  std::int16_t* values = values_.data() + static_cast<std::size_t>(said.channel) * kValues;
  switch (said.kind) {
    case kControlChange:
      if (said.number == kResetControllers) resetControllers(said.channel);
      if (isWorthRemembering(said.number)) {
        values[said.number] = static_cast<std::int16_t>(said.value);
      }
      break;
    case kProgramChange: values[kProgram] = said.number; break;
    case kChannelPressure: values[kPressure] = static_cast<std::int16_t>(said.value); break;
    case kPitchBend: values[kBend] = static_cast<std::int16_t>(said.value); break;
    default: break;
  }
}

/// Source: MIDI Recommended Practice RP-015: volume, pan and the sound stay.
void PortBook::resetControllers(std::size_t channel) RT_SAFE {
  std::int16_t* values = values_.data() + channel * kValues;
  for (std::size_t i = 0; i < kValues; ++i) {
    if (!isBank(i) && i != kVolume && i != kPan && i != kProgram) values[i] = kUnknown;
  }
}

void PortBook::forgetValues() RT_SAFE { values_.fill(kUnknown); }

/// The sound first, because it brings values of its own; then the values, then the notes.
void PortBook::restore(MidiLane& lane) RT_SAFE {
  int said = 0;
  for (; restoring_ < kRestored; ++restoring_) {
    if (values_[restoring_] == kUnknown && restoring_ % kValues != 0) continue;
    const std::size_t channel = restoring_ / kValues;
    const std::size_t value = restoring_ % kValues;
    if (value == 0) {
      for (const std::size_t first : {std::size_t{0}, std::size_t{32}, std::size_t{kProgram}}) {
        const std::size_t place = channel * kValues + first;
        if (values_[place] == kUnknown) continue;
        lane.send(valueAt(place));
        ++said;
      }
    } else if (!isBank(value) && value != kProgram) {
      lane.send(valueAt(restoring_));
      ++said;
    }
    if (said >= kRestoredPerRun) {
      ++restoring_;
      break;
    }
  }
  if (restoring_ < kRestored) return;
  isStrikeWaiting_ = true;
  strikeBy_ = lane.now() + kLongestRestore;
}

/// Notes would overtake the values that wait for the wire.
void PortBook::strikeHeld(MidiLane& lane) RT_SAFE {
  if (lane.isBusy() && lane.now() < strikeBy_) return;
  isStrikeWaiting_ = false;
  for (std::size_t key = 0; key < kKeys; ++key) {
    if (holders_[key] > 0 && !sounding_[key]) strike(key, lane);
  }
}

MidiMessage PortBook::valueAt(std::size_t place) const RT_SAFE {
  const auto channel = static_cast<std::uint8_t>(place / kValues);
  const std::int16_t value = values_[place];
  const auto byte = static_cast<std::uint8_t>(value);
  switch (place % kValues) {
    case kProgram: return programChange(channel, byte);
    case kPressure: return channelPressure(channel, byte);
    case kBend: return pitchBend(channel, value);
    default: return controlChange(channel, static_cast<std::uint8_t>(place % kValues), byte);
  }
}

}  // namespace downbeat::midi
