// SPDX-License-Identifier: GPL-3.0-or-later
// Notices that a route hears itself: a synth that sends on what it gets, a cable from an output
// back into an input. Then the same message comes in again and again, each time soon after it was
// sent, and faster than hands, note repeat or an endless knob for so long.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/midi-exchange.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Thread: midi.
class LoopGuard {
 public:
  /// Longer ways round are echoes, not a flood: 33 notes a second at most.
  static constexpr std::int64_t kRoundMicros = 30'000;
  /// A cable: so many rounds of a note in so little time. No roll is as fast.
  static constexpr std::uint32_t kFastRounds = 24;
  static constexpr std::int64_t kFastMicros = 200'000;
  /// A way through a computer: as slow as a roll of 1/64, and longer than any.
  static constexpr std::uint32_t kSlowRounds = 120;
  /// An endless knob says the same for as long as somebody spins it, and a pedal that trembles as
  /// long as it is there: such a controller is not sent on while it goes round, and all else is.
  /// Pressure and bend may stand still and be said again by themselves: they make no loop.
  static constexpr std::uint32_t kControllerRounds = 1000;
  /// What is still on its way dies out meanwhile.
  static constexpr std::int64_t kCutMicros = 2'000'000;

  enum class Finding : std::uint8_t {
    none,
    drop,  ///< this message goes round
    cut    ///< notes go round: the route is cut from now on
  };
  /// A message has come in.
  [[nodiscard]] Finding hear(const RtMidiInput& input) RT_SAFE;
  [[nodiscard]] bool isCut(HostMicros now) const RT_SAFE { return now < cutUntil_; }

 private:
  struct Heard {
    MidiMessage message;
    HostMicros first{};
    HostMicros at{};
    std::uint32_t rounds = 0;
  };

  std::array<Heard, 64> heard_{};
  HostMicros cutUntil_{};
};

}  // namespace downbeat::midi
