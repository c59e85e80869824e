// SPDX-License-Identifier: GPL-3.0-or-later
// A song that goes round: what waits for a place still comes, and what a session brings fits.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "app/box.hpp"
#include "midi/song-follower.hpp"
#include "support/test-nodes.hpp"

using namespace downbeat;
using namespace downbeat::app;

namespace {

Plan withTempos(std::vector<sequencer::TempoPoint> map) {
  RackPlan rack;
  rack.id = "r";
  rack.nodes = {{"a", "kick", {}}};
  rack.tempoMap = map;
  Plan plan;
  plan.session.tempoMap = std::move(map);
  plan.session.racks = {rack};
  return plan;
}

void loop(Box& box, double start, double end) {
  RtCommand command;
  command.kind = RtCommandKind::loopBeats;
  command.flag = 1;
  command.value = start;
  command.value2 = end;
  REQUIRE(box.shared().commands.push(command));
}

void runTo(Box& box, double songBeat) {
  (void)box.block(32);
  for (int i = 0; i < 100'000 && box.state().songBeat < songBeat; ++i) (void)box.block(32);
}

}  // namespace

TEST_CASE("MIDI ports do not expect a loop that the song has passed") {
  Box box(withTempos({{0.0, 240.0}}));
  midi::SongFollower follower(box.performer().transportView());
  // The newest that is known; when a loop is expected, its beginning.
  const auto newest = [&] {
    REQUIRE(follower.update(0.0));
    return follower.record(follower.count() - 1).play;
  };
  box.send(RtCommandKind::play, 0.0, 1);
  runTo(box, 10.0);
  loop(box, 4.0, 8.0);
  for (int i = 0; i < 4; ++i) (void)box.block(64);
  CHECK(box.state().loopEnabled == 1);
  CHECK(newest().cause == 1);  // still the start
  runTo(box, 11.0);
  CHECK(newest().cause == 1);
  loop(box, 4.0, 12.0);
  for (int i = 0; i < 4; ++i) (void)box.block(64);
  CHECK(newest().songBeat.value == 4.0);
  box.send(RtCommandKind::loopEnable, 0.0, 0);
  runTo(box, 13.0);
  box.send(RtCommandKind::loopEnable, 0.0, 1);
  for (int i = 0; i < 4; ++i) (void)box.block(64);
  CHECK(newest().cause == 1);
  // Back to the beginning: now the loop lies ahead.
  box.send(RtCommandKind::stop);
  box.send(RtCommandKind::play);
  (void)box.block(64);
  CHECK(newest().songBeat.value == 4.0);
}
