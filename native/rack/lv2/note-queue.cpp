// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/lv2/note-queue.hpp"

#include <algorithm>

namespace downbeat::rack::lv2 {
namespace {

constexpr std::uint8_t kNoteOff = 0x80;
constexpr std::uint8_t kNoteOn = 0x90;
constexpr std::uint8_t kController = 0xB0;
constexpr std::uint8_t kPitchBendStatus = 0xE0;

/// 0..1 as 0 to `most`.
std::uint32_t scaled(float value, std::uint32_t most) RT_SAFE {
  const float inside = std::min(std::max(value, 0.0F), 1.0F);
  return static_cast<std::uint32_t>(inside * static_cast<float>(most) + 0.5F);
}

}  // namespace

void NoteQueue::clear() RT_SAFE {
  count_ = 0;
  held_ = 0;
  gated_ = 0;
  endsAt_.fill(kNotHeld);
}

void NoteQueue::noteOn(std::uint32_t frame, std::uint32_t note, float velocity,
                       std::uint32_t gateFrames) RT_SAFE {
  if (note >= kNotes || !(velocity > 0.0F)) return;
  noteOff(frame, note);
  const std::uint32_t strength = std::max(scaled(velocity, 127), 1U);
  add(frame, kNoteOn, static_cast<std::uint8_t>(note), static_cast<std::uint8_t>(strength));
  endsAt_[note] = gateFrames == 0 ? kUntilOff : std::uint64_t{frame} + gateFrames;
  ++held_;
  if (gateFrames != 0) ++gated_;
}

void NoteQueue::noteOff(std::uint32_t frame, std::uint32_t note) RT_SAFE {
  if (note >= kNotes || endsAt_[note] == kNotHeld) return;
  if (endsAt_[note] != kUntilOff) --gated_;
  // Its own end may fall due earlier in this block.
  frame = static_cast<std::uint32_t>(std::min(endsAt_[note], std::uint64_t{frame}));
  endsAt_[note] = kNotHeld;
  --held_;
  add(frame, kNoteOff, static_cast<std::uint8_t>(note), 64);
}

void NoteQueue::controller(std::uint32_t frame, std::uint8_t number, float value) RT_SAFE {
  add(frame, kController, number, static_cast<std::uint8_t>(scaled(value, 127)));
}

void NoteQueue::pitchBend(std::uint32_t frame, float value) RT_SAFE {
  constexpr std::uint32_t kMiddle = 8192;
  const std::uint32_t bend = std::min(scaled(0.5F + 0.5F * value, 2 * kMiddle), 2 * kMiddle - 1);
  add(frame, kPitchBendStatus, static_cast<std::uint8_t>(bend & 127U),
      static_cast<std::uint8_t>(bend >> 7U));
}

void NoteQueue::close(std::uint32_t frames) RT_SAFE {
  if (gated_ == 0) return;
  for (std::uint32_t note = 0; note < kNotes; ++note) {
    if (endsAt_[note] < frames) noteOff(frames, note);
  }
}

void NoteQueue::pass(std::uint32_t frames) RT_SAFE {
  count_ = 0;
  if (gated_ == 0) return;
  for (std::uint64_t& end : endsAt_) {
    if (end != kNotHeld && end != kUntilOff) end -= frames;
  }
}

void NoteQueue::add(std::uint32_t frame, std::uint8_t status, std::uint8_t first,
                    std::uint8_t second) RT_SAFE {
  if (count_ == kMostMessages) {
    ++dropped_;
    return;
  }
  std::uint32_t at = count_++;
  while (at > 0 && waiting_[at - 1].frame > frame) {
    waiting_[at] = waiting_[at - 1];
    --at;
  }
  waiting_[at] = {frame, {status, first, second}};
}

}  // namespace downbeat::rack::lv2
