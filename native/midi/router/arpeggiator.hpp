// SPDX-License-Identifier: GPL-3.0-or-later
// Which note of the keys that are held comes next. Knows no time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "midi/router/route-plan.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

struct ArpNote {
  std::uint8_t channel = 0;
  std::uint8_t note = 0;
  std::uint8_t velocity = 0;
};

/// Thread: midi.
class Arpeggiator {
 public:
  static constexpr std::size_t kMaxNotes = 64;

  /// The notes stay, unless nothing holds them any more.
  void configure(const ArpPlan& plan) RT_SAFE;

  /// Every press is followed by a release. A note that finds no room does not sound.
  void press(const ArpNote& note) RT_SAFE;
  void release(std::uint8_t channel, std::uint8_t note) RT_SAFE;
  /// Holds what is let go while it is down.
  void pedal(bool isDown) RT_SAFE;
  /// Nobody holds a key or the pedal any more: what `hold` keeps stays.
  void letGo() RT_SAFE;
  void clear() RT_SAFE;

  [[nodiscard]] bool isEmpty() const RT_SAFE { return count_ == 0; }
  /// The note of the next step; false when there is none. After a silence it begins anew.
  [[nodiscard]] bool next(ArpNote& note) RT_SAFE;

 private:
  struct Held {
    ArpNote note;
    std::uint32_t downs = 0;  ///< keys that hold it
  };

  [[nodiscard]] Held* find(std::uint8_t channel, std::uint8_t note) RT_SAFE;
  void removeReleased() RT_SAFE;
  [[nodiscard]] std::size_t placeOf(std::size_t step, std::size_t length) const RT_SAFE;
  [[nodiscard]] const ArpNote& byHeight(std::size_t rank) const RT_SAFE;

  ArpPlan plan_;
  std::array<Held, kMaxNotes> held_{};  ///< as they were played
  std::size_t count_ = 0;
  bool isPedalDown_ = false;
  std::size_t step_ = 0;
};

}  // namespace downbeat::midi
