// SPDX-License-Identifier: GPL-3.0-or-later
// A set of MIDI notes.
#pragma once

#include <array>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::mapping {

/// Notes are 0 to 127.
class NoteSet {
 public:
  static constexpr std::uint8_t kNotes = 128;

  [[nodiscard]] bool has(std::uint8_t note) const RT_SAFE {
    return (words_[note / 64] >> (note % 64) & 1) != 0;
  }
  void add(std::uint8_t note) RT_SAFE { words_[note / 64] |= std::uint64_t{1} << (note % 64); }
  void remove(std::uint8_t note) RT_SAFE {
    words_[note / 64] &= ~(std::uint64_t{1} << (note % 64));
  }
  void clear() RT_SAFE { words_ = {}; }
  [[nodiscard]] bool isEmpty() const RT_SAFE { return (words_[0] | words_[1]) == 0; }

 private:
  std::array<std::uint64_t, 2> words_{};
};

}  // namespace downbeat::mapping
