// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/router/arpeggiator.hpp"

namespace downbeat::midi {
namespace {

constexpr std::uint32_t kOctave = 12;

/// A number for every step, the same in every run. Source: MurmurHash3, public domain.
std::uint32_t scattered(std::uint32_t seed, std::size_t step) RT_SAFE {
  std::uint32_t x = seed * 0x9E3779B9U + static_cast<std::uint32_t>(step) + 1U;
  x = (x ^ x >> 16U) * 0x85EBCA6BU;
  x = (x ^ x >> 13U) * 0xC2B2AE35U;
  return x ^ x >> 16U;
}

}  // namespace

void Arpeggiator::configure(const ArpPlan& plan) RT_SAFE {
  plan_ = plan;
  if (plan_.order == ArpOrder::off) clear();
  if (!plan_.hold) removeReleased();
}

void Arpeggiator::press(const ArpNote& note) RT_SAFE {
  bool isAnyDown = false;
  for (std::size_t i = 0; i < count_; ++i) isAnyDown = isAnyDown || held_[i].downs > 0;
  // What is only kept makes way for what is played.
  if (!isAnyDown && !isPedalDown_) count_ = 0;
  if (count_ == 0) step_ = 0;
  if (Held* held = find(note.channel, note.note)) {
    held->note = note;
    ++held->downs;
    return;
  }
  if (count_ == kMaxNotes) return;
  held_[count_++] = {note, 1};
}

void Arpeggiator::release(std::uint8_t channel, std::uint8_t note) RT_SAFE {
  Held* held = find(channel, note);
  if (held == nullptr || held->downs == 0) return;
  --held->downs;
  removeReleased();
}

void Arpeggiator::pedal(bool isDown) RT_SAFE {
  isPedalDown_ = isDown;
  removeReleased();
}

void Arpeggiator::letGo() RT_SAFE {
  isPedalDown_ = false;
  for (std::size_t i = 0; i < count_; ++i) held_[i].downs = 0;
  removeReleased();
}

void Arpeggiator::clear() RT_SAFE {
  count_ = 0;
  isPedalDown_ = false;
}

void Arpeggiator::removeReleased() RT_SAFE {
  if (plan_.hold || isPedalDown_) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    if (held_[i].downs > 0) held_[kept++] = held_[i];
  }
  count_ = kept;
}

bool Arpeggiator::next(ArpNote& note) RT_SAFE {
  if (count_ == 0) return false;
  const std::size_t length = count_ * plan_.octaves;
  const std::size_t place = placeOf(step_++, length);
  note = plan_.order == ArpOrder::asPlayed ? held_[place % count_].note : byHeight(place % count_);
  // A note above the highest sounds in the octave below.
  std::uint32_t raised = note.note + kOctave * static_cast<std::uint32_t>(place / count_);
  while (raised > 127) raised -= kOctave;
  note.note = static_cast<std::uint8_t>(raised);
  return true;
}

std::size_t Arpeggiator::placeOf(std::size_t step, std::size_t length) const RT_SAFE {
  switch (plan_.order) {
    case ArpOrder::down: return length - 1 - step % length;
    case ArpOrder::upDown: {
      // The ends sound once.
      const std::size_t round = length > 1 ? 2 * length - 2 : 1;
      const std::size_t at = step % round;
      return at < length ? at : round - at;
    }
    case ArpOrder::random: return scattered(plan_.seed, step) % length;
    default: return step % length;
  }
}

/// The notes are few: counting those below each is soon done.
const ArpNote& Arpeggiator::byHeight(std::size_t rank) const RT_SAFE {
  for (std::size_t i = 0; i < count_; ++i) {
    std::size_t below = 0;
    for (std::size_t k = 0; k < count_; ++k) {
      const bool isLower = held_[k].note.note < held_[i].note.note;
      const bool isBefore = held_[k].note.note == held_[i].note.note && k < i;
      below += isLower || isBefore ? 1 : 0;
    }
    if (below == rank) return held_[i].note;
  }
  return held_[0].note;
}

Arpeggiator::Held* Arpeggiator::find(std::uint8_t channel, std::uint8_t note) RT_SAFE {
  for (std::size_t i = 0; i < count_; ++i) {
    if (held_[i].note.channel == channel && held_[i].note.note == note) return &held_[i];
  }
  return nullptr;
}

}  // namespace downbeat::midi
