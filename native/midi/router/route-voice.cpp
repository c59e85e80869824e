// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/router/route-voice.hpp"

namespace downbeat::midi {
namespace {

constexpr std::uint8_t kSustain = 64;
constexpr std::uint8_t kSostenuto = 66;
constexpr int kPedalDown = 64;  ///< from this value on

bool endsNotes(const DecodedMessage& said) RT_SAFE {
  return said.kind == kControlChange &&
         (said.number == kAllSoundOff || said.number >= kAllNotesOff);
}

void mark(std::uint16_t& channels, std::uint8_t channel, bool isSet) RT_SAFE {
  const auto bit = static_cast<std::uint16_t>(1U << channel);
  channels = static_cast<std::uint16_t>(isSet ? channels | bit : channels & ~bit);
}

}  // namespace

void RouteVoice::follow(const RouteRules& rules, RouteDesk& desk) RT_SAFE {
  if (rules_ != nullptr && !rules.hasSamePorts(*rules_)) endAll(desk);
  rules_ = &rules;
  arp_.configure(rules.arp);
}

bool RouteVoice::takes(const DecodedMessage& said) const RT_SAFE {
  switch (said.kind) {
    case kNoteOn:
      return rules_->carries(RouteKind::notes) && rules_->channels[said.channel] != kNotCarried &&
             rules_->takesKey(said.number, said.value);
    case kNoteOff: return held_.find(said.channel, said.number) != HeldKeys::kMax;
    case kPolyPressure:
      return rules_->carries(RouteKind::keyPressure) &&
             held_.find(said.channel, said.number) != HeldKeys::kMax;
    default: return isPanic(said) || rules_->mapped(said).size != 0;
  }
}

/// All notes off, of a route that has begun notes: whatever controllers it carries.
bool RouteVoice::isPanic(const DecodedMessage& said) const RT_SAFE {
  return endsNotes(said) && rules_->carries(RouteKind::notes) &&
         rules_->channels[said.channel] != kNotCarried;
}

void RouteVoice::hear(const RtMidiInput& input, RouteDesk& desk) RT_SAFE {
  const DecodedMessage said = decodeMessage(input.message.bytes, input.message.size);
  const bool isChannel = said.kind >= kNoteOff && said.kind < kSysexStart;
  if (!isChannel || guard_.isCut(input.host) || !takes(said)) return;
  switch (guard_.hear(input)) {
    case LoopGuard::Finding::none: break;
    case LoopGuard::Finding::drop: ++figures_.refused; return;
    case LoopGuard::Finding::cut:
      ++figures_.loops;
      endAll(desk);
      return;
  }
  ++figures_.heard;
  const double beat = beatAtTime(desk.song.view(), static_cast<double>(input.host.value));
  const std::size_t held = held_.find(said.channel, said.number);
  switch (said.kind) {
    case kNoteOn:
      if (held != HeldKeys::kMax) release(held, kNoVelocity, beat, desk);
      press(said, beat, desk);
      break;
    case kNoteOff: {
      // Note ons of velocity 0 have none for the release.
      const bool isReal = (input.message.bytes[0] & 0xF0) == kNoteOff;
      release(held, isReal ? input.message.bytes[2] : kNoVelocity, beat, desk);
      break;
    }
    case kPolyPressure: pressKey(said, beat, desk); break;
    default: hearOther(said, beat, desk); break;
  }
}

void RouteVoice::hearBulk(const std::uint8_t* bytes, std::size_t count, RouteDesk& desk) RT_SAFE {
  if (!rules_->carries(RouteKind::sysex) || guard_.isCut(desk.time.now())) return;
  ++figures_.heard;
  const bool isSent = desk.ports.sendBulk(rules_->to.slot, bytes, count) == SendResult::sent;
  ++(isSent ? figures_.sent : figures_.refused);
}

void RouteVoice::press(const DecodedMessage& said, double beat, RouteDesk& desk) RT_SAFE {
  if (held_.isFull()) {
    ++figures_.refused;
    return;
  }
  HeldKey key{said.channel,     said.number,        rules_->channels[said.channel],
              rules_->hasArp(), rules_->delayBeats, {}};
  const KeyNotes notes = rules_->notesOf(said.number);
  if (notes.count == 0) {
    ++figures_.unplayable;
    return;
  }
  const std::uint8_t velocity = rules_->velocities[static_cast<std::size_t>(said.value)];
  if (key.isArp) {
    if (arp_.isEmpty()) arpClock_.begin();
    key.sounds = notes;
    for (std::size_t i = 0; i < notes.count; ++i) {
      arp_.press({key.outChannel, notes.notes[i], velocity});
    }
  } else {
    for (std::size_t i = 0; i < notes.count; ++i) {
      const MidiMessage message = noteOn(key.outChannel, notes.notes[i], velocity);
      if (begin(message, beat, key.delayBeats, desk)) {
        key.sounds.notes[key.sounds.count++] = notes.notes[i];
      }
    }
  }
  held_.add(key);
}

void RouteVoice::release(std::size_t held, std::uint8_t velocity, double beat, RouteDesk& desk)
    RT_SAFE {
  const HeldKey key = held_.take(held);
  for (std::size_t i = 0; i < key.sounds.count; ++i) {
    const std::uint8_t note = key.sounds.notes[i];
    if (key.isArp) {
      arp_.release(key.outChannel, note);
    } else {
      end(noteOff(key.outChannel, note, velocity), beat, key.delayBeats, desk);
    }
  }
}

void RouteVoice::releaseChannel(std::uint8_t channel, double beat, RouteDesk& desk) RT_SAFE {
  for (std::size_t i = held_.size(); i-- > 0;) {
    if (held_[i].channel == channel) release(i, kNoVelocity, beat, desk);
  }
}

/// Pressure of a key is that of the notes it plays.
void RouteVoice::pressKey(const DecodedMessage& said, double beat, RouteDesk& desk) RT_SAFE {
  const HeldKey& key = held_[held_.find(said.channel, said.number)];
  for (std::size_t i = 0; i < key.sounds.count && !key.isArp; ++i) {
    const auto pressure = static_cast<std::uint8_t>(said.value);
    const MidiMessage message = polyPressure(key.outChannel, key.sounds.notes[i], pressure);
    if (key.delayBeats <= 0.0) {
      emit(message, desk);
    } else if (!desk.pool.add(waiting_, beat + key.delayBeats, message)) {
      ++figures_.refused;
    }
  }
}

void RouteVoice::hearOther(const DecodedMessage& said, double beat, RouteDesk& desk) RT_SAFE {
  if (isPanic(said)) {
    releaseChannel(said.channel, beat, desk);
    arp_.clear();
  }
  // The pedal holds the keys of an arpeggio, not the notes that come of them.
  if (rules_->hasArp() && said.kind == kControlChange && said.number == kSustain) {
    arp_.pedal(said.value >= kPedalDown);
    return;
  }
  const MidiMessage message = rules_->mapped(said);
  if (message.size == 0) return;
  if (rules_->delayBeats <= 0.0) {
    emit(message, desk);
  } else if (!desk.pool.add(waiting_, beat + rules_->delayBeats, message)) {
    ++figures_.refused;
  }
}

bool RouteVoice::begin(const MidiMessage& noteOn, double beat, double delay, RouteDesk& desk)
    RT_SAFE {
  if (delay <= 0.0) {
    emit(noteOn, desk);
    return true;
  }
  const bool isTaken = desk.pool.addNoteOn(waiting_, beat + delay, noteOn);
  if (!isTaken) ++figures_.refused;
  return isTaken;
}

void RouteVoice::end(const MidiMessage& noteOff, double beat, double delay, RouteDesk& desk)
    RT_SAFE {
  if (delay <= 0.0) {
    emit(noteOff, desk);
  } else {
    desk.pool.addNoteOff(waiting_, beat + delay, noteOff);
  }
}

void RouteVoice::emit(const MidiMessage& message, RouteDesk& desk) RT_SAFE {
  const DecodedMessage said = decodeMessage(message.bytes, message.size);
  MidiLane lane = desk.lane(rules_->to.slot);
  PortBook& book = desk.books[rules_->to.slot];
  std::uint16_t& begun = begun_[said.channel * 128U + said.number % 128U];
  switch (said.kind) {
    case kNoteOn:
      ++begun;
      ++begunCount_;
      book.noteOn(said.channel, said.number, static_cast<std::uint8_t>(said.value), lane);
      break;
    case kNoteOff:
      if (begun == 0) return;
      --begun;
      --begunCount_;
      book.noteOff(said.channel, said.number, static_cast<std::uint8_t>(said.value), lane);
      break;
    default:
      noteMoved(said);
      if (!book.say(message, lane)) {
        ++figures_.refused;
        return;
      }
      break;
  }
  ++figures_.sent;
}

void RouteVoice::noteMoved(const DecodedMessage& said) RT_SAFE {
  if (said.kind == kPitchBend) mark(bent_, said.channel, said.value != 0);
  if (said.kind == kChannelPressure) mark(pressed_, said.channel, said.value != 0);
  if (said.kind != kControlChange) return;
  if (said.number == kSustain) mark(sustained_, said.channel, said.value != 0);
  if (said.number == kSostenuto) mark(sostenuto_, said.channel, said.value != 0);
}

/// What springs back under a hand springs back when the hand is gone.
void RouteVoice::settle(RouteDesk& desk) RT_SAFE {
  for (std::uint8_t channel = 0; channel < 16; ++channel) {
    const std::uint16_t bit = static_cast<std::uint16_t>(1U << channel);
    if ((bent_ & bit) != 0) emit(pitchBend(channel, 0), desk);
    if ((pressed_ & bit) != 0) emit(channelPressure(channel, 0), desk);
    if ((sustained_ & bit) != 0) emit(controlChange(channel, kSustain, 0), desk);
    if ((sostenuto_ & bit) != 0) emit(controlChange(channel, kSostenuto, 0), desk);
  }
}

void RouteVoice::loseInput(RouteDesk& desk) RT_SAFE {
  const auto now = static_cast<double>(desk.time.now().value);
  const double beat = beatAtTime(desk.song.view(), now);
  while (held_.size() > 0) release(held_.size() - 1, kNoVelocity, beat, desk);
  arp_.letGo();
  settle(desk);
}

void RouteVoice::endAll(RouteDesk& desk) RT_SAFE {
  held_.clear();
  arp_.clear();
  sounding_.isOn = false;
  desk.pool.clear(waiting_);
  MidiLane lane = desk.lane(rules_->to.slot);
  PortBook& book = desk.books[rules_->to.slot];
  for (std::size_t key = 0; begunCount_ > 0 && key < begun_.size(); ++key) {
    for (; begun_[key] > 0; --begun_[key], --begunCount_) {
      book.noteOff(static_cast<std::uint8_t>(key / 128), static_cast<std::uint8_t>(key % 128),
                   kNoVelocity, lane);
    }
  }
  settle(desk);
}

}  // namespace downbeat::midi
