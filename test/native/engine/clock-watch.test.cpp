// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/clock-watch.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace downbeat;
using namespace downbeat::engine;

namespace {

app::RtState stateOf(ClockState clock) {
  app::RtState state;
  state.clockIn = static_cast<std::uint8_t>(clock);
  state.clockInBpm = 121.004;
  state.tempoBpm = 121.0;
  state.clockInTicks = 500;
  state.clockInNewestMicros = 7'000'000;
  return state;
}

}  // namespace

TEST_CASE("a clock that is lost is told with its age and the tempo that goes on") {
  const std::string sentence =
      clockSentence(stateOf(ClockState::lost), "volca", HostMicros{10'400'000});
  CHECK(sentence == "MIDI clock from volca lost 3 s ago; playing on at 121.00 bpm");
}

TEST_CASE("a clock that comes, goes and comes back is told each time, and once") {
  ClockWatch watch;
  const HostMicros now{10'000'000};
  app::RtState none = stateOf(ClockState::waiting);
  none.clockInTicks = 0;
  CHECK(watch.look(none, "volca", now).event == nullptr);
  const ClockNews found = watch.look(stateOf(ClockState::locked), "volca", now);
  CHECK(std::string(found.event) == "clockLocked");
  CHECK(found.sentence == "following MIDI clock from volca at 121.00 bpm");
  CHECK(watch.look(stateOf(ClockState::locked), "volca", now).event == nullptr);
  const ClockNews lost = watch.look(stateOf(ClockState::lost), "volca", now);
  CHECK(std::string(lost.event) == "clockLost");
  CHECK(std::string(lost.level) == "warn");
  CHECK(watch.look(stateOf(ClockState::lost), "volca", now).event == nullptr);
  CHECK(std::string(watch.look(stateOf(ClockState::locked), "volca", now).event) == "clockLocked");
  // A leader that was stopped is not missed.
  CHECK(watch.look(stateOf(ClockState::waiting), "volca", now).event == nullptr);
}
