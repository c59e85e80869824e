// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/command-reader.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace downbeat;
using engine::loopWarning;
using engine::readCommand;
using nlohmann::json;

namespace {

/// At beat 6 of a loop from 4 to 12, at 90 bpm.
app::RtState looping() {
  app::RtState state;
  state.tempoBpm = 90.0;
  state.loopEnabled = 1;
  state.loopStartSeconds = 4.0 * 60.0 / 90.0;
  state.loopEndSeconds = 12.0 * 60.0 / 90.0;
  state.songBeat = 6.0;
  return state;
}

app::RtCommand atBeat(double beat) {
  const json fields{{"kind", "trigger"}, {"when", "atSongBeat"}, {"at", beat}};
  return readCommand(fields).value();
}

}  // namespace

TEST_CASE("a command for a beat that the loop does not let the song reach says so, with the loop") {
  CHECK(loopWarning(atBeat(17.5), looping()) ==
        "beat 17.5 is not reached while the song loops from beat 4 to 12: it waits until the loop "
        "is left");
  // The end of the loop is its beginning.
  CHECK_FALSE(loopWarning(atBeat(12.0), looping()).empty());
}

TEST_CASE("one that lands says nothing") {
  for (const double beat : {0.0, 5.0, 6.0, 11.999}) {
    CAPTURE(beat);
    CHECK(loopWarning(atBeat(beat), looping()).empty());
  }
  app::RtState state = looping();
  state.loopEnabled = 0;
  CHECK(loopWarning(atBeat(17.0), state).empty());
  // A song that was put behind its loop plays on.
  state = looping();
  state.songBeat = 13.0;
  CHECK(loopWarning(atBeat(17.0), state).empty());
  app::RtCommand now = atBeat(17.0);
  for (const app::RtWhen when : {app::RtWhen::now, app::RtWhen::atFrame, app::RtWhen::nextBar}) {
    now.when = when;
    CHECK(loopWarning(now, looping()).empty());
  }
}
