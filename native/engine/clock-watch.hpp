// SPDX-License-Identifier: GPL-3.0-or-later
// The MIDI clock that is followed, in words: what `status` says, and what is told when it changes.
#pragma once

#include <cstdint>
#include <string>

#include "app/rt-messages.hpp"
#include "base/clock-exchange.hpp"
#include "base/units.hpp"

namespace downbeat::engine {

/// "waiting", "locked", "lost"; "off" when none is followed.
[[nodiscard]] const char* nameOfClock(std::uint8_t state);

/// Such as "MIDI clock from volca lost 3 s ago; playing on at 121.00 bpm".
[[nodiscard]] std::string clockSentence(const app::RtState& state, const std::string& port,
                                        HostMicros now);

/// To be said; nothing when `event` is null.
struct ClockNews {
  const char* event = nullptr;
  const char* level = "info";
  std::string sentence;
};

/// Thread: control.
class ClockWatch {
 public:
  /// What is new since the last call: the clock came, went, or came back.
  [[nodiscard]] ClockNews look(const app::RtState& state, const std::string& port, HostMicros now);

 private:
  ClockState seen_ = ClockState::waiting;
};

}  // namespace downbeat::engine
