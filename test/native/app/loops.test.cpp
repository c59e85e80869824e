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

constexpr std::uint32_t kSerial = 900;
constexpr double kOneFrame = 6e-5;  // beats, at 150 bpm and more

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

void askTrigger(Box& box, RtWhen when) {
  RtCommand command;
  command.kind = RtCommandKind::trigger;
  command.node = box.index("r:a");
  command.value = 0.5;
  command.when = when;
  command.serial = kSerial;
  REQUIRE(box.shared().commands.push(command));
}

/// Song position, after at most `beats` beats, at which the trigger landed; -1 when it did not.
double landing(Box& box, double beats) {
  const double end = box.state().lineBeat + beats;
  while (box.state().lineBeat < end) {
    (void)box.block(32);
    for (const RtEvent& event : box.events()) {
      if (event.kind != RtEventKind::commandDone || event.serial != kSerial) continue;
      const RtState state = box.state();
      const auto later = static_cast<double>(state.frame - event.frame);
      return state.songBeat - later * state.tempoBpm / 60.0 / kRate;
    }
  }
  return -1.0;
}

}  // namespace

TEST_CASE(
    "a tempo change at the end of a loop never comes, and commands are still taken after it") {
  // Rounds of no whole number of quanta: the change lies on and around every frame of one.
  Box box(withTempos({{0.0, 563.0}, {0.5, 300.0}}));
  loop(box, 0.0, 0.5);
  box.send(RtCommandKind::play, 0.0, 1);
  bool isSteady = true;
  for (int i = 0; i < 2000; ++i) {  // 100 rounds
    (void)box.block(128);
    isSteady = isSteady && box.state().tempoBpm == 563.0;
  }
  CHECK(isSteady);
  box.send(RtCommandKind::stop);
  (void)box.block(128);
  CHECK(box.state().commandsDropped == 0);
  CHECK(box.state().status == static_cast<std::uint8_t>(RtPlayStatus::stopped));
}

TEST_CASE("a tempo change beyond a loop comes when the song leaves it") {
  Box box(withTempos({{0.0, 563.0}, {0.5, 300.0}}));
  loop(box, 0.0, 0.5);
  box.send(RtCommandKind::play, 0.0, 1);
  for (int i = 0; i < 200; ++i) (void)box.block(128);
  box.send(RtCommandKind::loopEnable, 0.0, 0);
  for (int i = 0; i < 40; ++i) (void)box.block(128);
  CHECK(box.state().tempoBpm == 300.0);
}

TEST_CASE("the tempo of a loop's beginning holds from its first frame on, wherever that is") {
  // Rounds of no whole number of quanta, and two tempos in each.
  constexpr double kSlow = 211.0;
  constexpr double kFast = 563.0;
  constexpr double kHalf = 0.25 * 60.0 * kRate / kSlow;  // frames of the slow half
  constexpr double kRound = kHalf + 0.25 * 60.0 * kRate / kFast;
  Box box(withTempos({{0.0, kSlow}, {0.25, kFast}}));
  loop(box, 0.0, 0.5);
  box.send(RtCommandKind::play, 0.0, 1);
  runTo(box, 0.01);
  // Where the round that goes on began.
  const auto began = [&box] {
    const RtState state = box.state();
    const double beat = state.songBeat;
    const double slow = std::fmin(beat, 0.25) * 60.0 * kRate / kSlow;
    const double fast = std::fmax(beat - 0.25, 0.0) * 60.0 * kRate / kFast;
    return static_cast<double>(state.frame) - slow - fast;
  };
  const double first = began();
  constexpr int kRounds = 200;
  for (int round = 0; round < kRounds; ++round) {
    runTo(box, 0.3);
    for (int i = 0; i < 1000 && box.state().songBeat > 0.25; ++i) (void)box.block(32);
  }
  // A tempo begins on a whole frame, so each round may be a frame off.
  CHECK(std::fabs(began() - first - kRounds * kRound) < 1.0 * kRounds);
}

TEST_CASE("the next bar asked for in the last bar of a loop is the one the loop begins with") {
  Box box(withTempos({{0.0, 137.0}}));
  loop(box, 4.0, 8.0);
  box.send(RtCommandKind::play, 0.0, 1);
  runTo(box, 7.3);
  (void)box.events();
  askTrigger(box, RtWhen::nextBar);
  CHECK(std::fabs(landing(box, 9.0) - 4.0) < kOneFrame);
}

TEST_CASE("in a loop without a bar's beginning the next bar comes when it would have come") {
  Box box(withTempos({{0.0, 137.0}}));
  loop(box, 1.0, 3.5);
  box.send(RtCommandKind::play, 0.0, 1);
  runTo(box, 3.0);
  (void)box.events();
  askTrigger(box, RtWhen::nextBar);
  CHECK(std::fabs(landing(box, 9.0) - 1.5) < kOneFrame);
  runTo(box, 3.0);
  box.swap(withTempos({{0.0, 137.0}}), RtWhen::nextBar);
  for (int i = 0; i < 3000 && box.performer().isSwapWaiting(); ++i) (void)box.block(32);
  CHECK_FALSE(box.performer().isSwapWaiting());
}

TEST_CASE("the next beat after a seek is a beat of where the song went") {
  Box box(withTempos({{0.0, 137.0}}));
  box.send(RtCommandKind::play, 0.0, 1);
  runTo(box, 1.2);
  (void)box.events();
  askTrigger(box, RtWhen::nextBar);
  (void)box.block(32);
  box.send(RtCommandKind::seekBeats, 6.5);
  CHECK(std::fabs(landing(box, 9.0) - 8.0) < kOneFrame);
}

TEST_CASE("the next beat is always the next, however beats fall between frames and quanta") {
  Box box(withTempos({{0.0, 147.3}}));
  box.send(RtCommandKind::play, 0.0, 1);
  runTo(box, 0.5);
  for (int beat = 1; beat <= 150; ++beat) {
    (void)box.events();
    askTrigger(box, RtWhen::nextBeat);
    box.swap(withTempos({{0.0, 147.3}}), RtWhen::nextBeat);
    CHECK(std::fabs(landing(box, 2.0) - beat) < kOneFrame);
    CHECK_FALSE(box.performer().isSwapWaiting());
    box.performer().collect();
    runTo(box, beat + 0.5);
  }
}

TEST_CASE("a session that brings a tempo and a loop plays the loop's beats, not its old seconds") {
  Box box(withTempos({{0.0, 120.0}}));
  box.send(RtCommandKind::play, 0.0, 1);
  for (int i = 0; i < 100; ++i) (void)box.block(128);
  Plan next = withTempos({{0.0, 140.0}});
  next.session.loopBeats = 16.0;
  box.swap(next, RtWhen::now, nullptr, true);
  for (int i = 0; i < 4; ++i) (void)box.block(128);
  const RtState state = box.state();
  CHECK(state.tempoBpm == 140.0);
  CHECK(state.loopEnabled == 1);
  CHECK(state.loopEndSeconds == doctest::Approx(16.0 * 60.0 / 140.0));
}

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
