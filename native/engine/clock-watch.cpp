// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/clock-watch.hpp"

#include <array>
#include <cstdio>

namespace downbeat::engine {
namespace {

std::string tempoText(double bpm) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f bpm", bpm);
  return text.data();
}

}  // namespace

const char* nameOfClock(std::uint8_t state) {
  constexpr const char* kNames[] = {"off", "waiting", "locked", "lost"};
  return state < 4 ? kNames[state] : "off";
}

std::string clockSentence(const app::RtState& state, const std::string& port, HostMicros now) {
  const std::string playingOn = "playing on at " + tempoText(state.tempoBpm);
  switch (static_cast<ClockState>(state.clockIn)) {
    case ClockState::off: return "no MIDI clock is followed";
    case ClockState::waiting:
      return state.clockInTicks == 0
                 ? "waiting for MIDI clock from " + port
                 : port + " has stopped its clock; waiting for it at " + tempoText(state.tempoBpm);
    case ClockState::locked:
      return "following MIDI clock from " + port + " at " + tempoText(state.clockInBpm);
    case ClockState::lost: {
      const std::int64_t seconds = (now.value - state.clockInNewestMicros) / 1'000'000;
      return "MIDI clock from " + port + " lost " + std::to_string(seconds < 0 ? 0 : seconds) +
             " s ago; " + playingOn;
    }
  }
  return {};
}

ClockNews ClockWatch::look(const app::RtState& state, const std::string& port, HostMicros now) {
  const auto clock = static_cast<ClockState>(state.clockIn);
  ClockNews news;
  if (clock == seen_) return news;
  if (clock == ClockState::locked) {
    news.event = "clockLocked";
  } else if (clock == ClockState::lost) {
    news.event = "clockLost";
    news.level = "warn";
  }
  news.sentence = clockSentence(state, port, now);
  seen_ = clock;
  return news;
}

}  // namespace downbeat::engine
