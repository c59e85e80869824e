// SPDX-License-Identifier: GPL-3.0-or-later
// Which status bytes may be left out. They are said again now and then, so that a receiver that was
// plugged in late, or lost a byte, finds its way.
// Source: MIDI 1.0 Detailed Specification, document version 4.2, page 5 and appendix 2.
#pragma once

#include <cstdint>

#include "midi/beat-line.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Thread: midi.
class RunningStatus {
 public:
  static constexpr std::uint32_t kMaxMessages = 16;  ///< without a status byte, in a row
  static constexpr HostTime kMaxMicros = 300'000.0;  ///< since the last status byte

  /// May the status byte of this message be left out now?
  [[nodiscard]] bool maySkip(std::uint8_t status, HostTime now) const RT_SAFE {
    return status < 0xF0 && status == status_ && skipped_ < kMaxMessages &&
           now - saidAt_ < kMaxMicros;
  }
  void skipped() RT_SAFE { ++skipped_; }
  /// A status byte went out. Of system messages but realtime: the next message needs one.
  void said(std::uint8_t status, HostTime now) RT_SAFE {
    status_ = status < 0xF0 ? status : std::uint8_t{0};
    skipped_ = 0;
    saidAt_ = now;
  }

 private:
  std::uint8_t status_ = 0;
  std::uint32_t skipped_ = 0;
  HostTime saidAt_ = 0.0;
};

}  // namespace downbeat::midi
