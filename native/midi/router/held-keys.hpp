// SPDX-License-Identifier: GPL-3.0-or-later
// Which keys a route holds, and what each of them plays: what a key has begun is ended by it,
// whatever the settings say meanwhile.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "midi/router/route-rules.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

struct HeldKey {
  std::uint8_t channel = 0;  ///< as it came in
  std::uint8_t key = 0;
  std::uint8_t outChannel = 0;
  bool isArp = false;  ///< the arpeggiator plays it
  double delayBeats = 0.0;
  KeyNotes sounds;
};

/// Thread: midi.
class HeldKeys {
 public:
  static constexpr std::size_t kMax = 128;

  [[nodiscard]] bool isFull() const RT_SAFE { return count_ == kMax; }
  [[nodiscard]] std::size_t size() const RT_SAFE { return count_; }
  [[nodiscard]] const HeldKey& operator[](std::size_t i) const RT_SAFE { return keys_[i]; }
  /// While it is not full.
  void add(const HeldKey& key) RT_SAFE { keys_[count_++] = key; }
  /// kMax when it is not held.
  [[nodiscard]] std::size_t find(std::uint8_t channel, std::uint8_t key) const RT_SAFE {
    for (std::size_t i = 0; i < count_; ++i) {
      if (keys_[i].channel == channel && keys_[i].key == key) return i;
    }
    return kMax;
  }
  [[nodiscard]] HeldKey take(std::size_t i) RT_SAFE {
    const HeldKey key = keys_[i];
    keys_[i] = keys_[--count_];
    return key;
  }
  void clear() RT_SAFE { count_ = 0; }

 private:
  std::array<HeldKey, kMax> keys_{};
  std::size_t count_ = 0;
};

}  // namespace downbeat::midi
