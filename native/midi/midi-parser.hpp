// SPDX-License-Identifier: GPL-3.0-or-later
// Messages out of a stream of bytes, as a UART delivers them: running status, realtime bytes in the
// middle of anything, system exclusive of bounded length, and any nonsense in between.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Valid until the next byte is fed.
struct MidiSpan {
  const std::uint8_t* bytes = nullptr;
  std::size_t count = 0;
};

/// Thread: one. Allocates nothing.
class MidiParser {
 public:
  static constexpr std::size_t kMaxSysexBytes = 512;

  /// Takes one byte; true when it completed a message, which is then in `message`: always whole,
  /// with its status byte, system exclusive from F0 to F7.
  [[nodiscard]] bool feed(std::uint8_t byte, MidiSpan& message) RT_SAFE;
  /// Forgets what is half read.
  void reset() RT_SAFE;

  /// System exclusive messages dropped because they were too long or broke off.
  [[nodiscard]] std::uint64_t sysexDropped() const RT_SAFE { return sysexDropped_; }

 private:
  [[nodiscard]] bool feedStatus(std::uint8_t byte, MidiSpan& message) RT_SAFE;
  [[nodiscard]] bool feedData(std::uint8_t byte, MidiSpan& message) RT_SAFE;

  std::array<std::uint8_t, kMaxSysexBytes> bytes_{};
  std::size_t count_ = 0;     ///< bytes in bytes_
  std::size_t expected_ = 0;  ///< size of the message being read, 0 when none is
  std::uint8_t running_ = 0;  ///< status for data bytes that come without one
  std::uint8_t realtime_ = 0;
  bool isInSysex_ = false;
  bool isTooLong_ = false;
  std::uint64_t sysexDropped_ = 0;
};

}  // namespace downbeat::midi
