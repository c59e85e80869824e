// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI messages of one block, in the order of their frames, with the ends of notes that fall due.
#pragma once

#include <array>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::rack::lv2 {

struct MidiAtFrame {
  std::uint32_t frame = 0;  ///< of the block
  std::array<std::uint8_t, 3> bytes{};
};

/// Thread: audio.
class NoteQueue {
 public:
  NoteQueue() { endsAt_.fill(kNotHeld); }

  /// Nothing waits, nothing is held.
  void clear() RT_SAFE;

  /// `gateFrames` 0: until `noteOff`. A note that is held already ends and begins again.
  void noteOn(std::uint32_t frame, std::uint32_t note, float velocity, std::uint32_t gateFrames)
      RT_SAFE;
  void noteOff(std::uint32_t frame, std::uint32_t note) RT_SAFE;
  void controller(std::uint32_t frame, std::uint8_t number, float value) RT_SAFE;
  /// -1 to 1.
  void pitchBend(std::uint32_t frame, float value) RT_SAFE;

  /// Adds the ends of notes that fall into a block of `frames`, in order; then `count` messages
  /// from `begin` are to be played, and `pass` forgets them.
  void close(std::uint32_t frames) RT_SAFE;
  [[nodiscard]] const MidiAtFrame* begin() const RT_SAFE { return waiting_.data(); }
  [[nodiscard]] std::uint32_t count() const RT_SAFE { return count_; }
  void pass(std::uint32_t frames) RT_SAFE;

  [[nodiscard]] std::uint32_t heldNotes() const RT_SAFE { return held_; }
  /// Messages that found no room in one block.
  [[nodiscard]] std::uint32_t dropped() const RT_SAFE { return dropped_; }

 private:
  static constexpr std::uint32_t kMostMessages = 512;
  static constexpr std::uint32_t kNotes = 128;
  static constexpr std::uint64_t kNotHeld = ~std::uint64_t{0};
  static constexpr std::uint64_t kUntilOff = kNotHeld - 1;
  void add(std::uint32_t frame, std::uint8_t status, std::uint8_t first, std::uint8_t second)
      RT_SAFE;

  std::array<MidiAtFrame, kMostMessages> waiting_{};
  std::uint32_t count_ = 0;
  std::uint32_t held_ = 0;
  std::uint32_t gated_ = 0;  ///< of those held, that end by themselves
  std::uint32_t dropped_ = 0;
  std::array<std::uint64_t, kNotes> endsAt_;  ///< frame after the beginning of this block
};

}  // namespace downbeat::rack::lv2
