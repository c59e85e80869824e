// SPDX-License-Identifier: GPL-3.0-or-later
// Commands from outside land on the frame they were meant for.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <vector>

#include "app/box.hpp"
#include "support/test-nodes.hpp"

using namespace downbeat;
using namespace downbeat::app;

namespace {

Plan steady() {
  RackPlan rack;
  rack.id = "r";
  rack.nodes = {{"a", "kick", {}}, {"b", "osc", {}}};
  rack.tempoMap = {{0.0, 120.0}};
  Plan plan;
  plan.session.tempoMap = {{0.0, 120.0}};
  plan.session.racks = {rack};
  return plan;
}

}  // namespace

TEST_CASE("a million commands at random frames and beats land without an error of one frame") {
  Box box(steady());
  box.send(RtCommandKind::play, 0.0, 1);
  for (int i = 0; i < 100; ++i) (void)box.block(64);
  (void)box.events();
  std::mt19937 dice(7);
  std::map<std::uint32_t, std::int64_t> wanted;
  const std::uint32_t node = box.index("r:a");
  std::uint32_t serial = 1000;
  constexpr std::uint64_t kCommands = 1'000'000;
  constexpr std::size_t kAtOnce = 900;
  constexpr int kTurns = 100'000;
  std::uint64_t sent = 0;
  std::uint64_t landed = 0;
  std::uint64_t wrong = 0;
  constexpr double kFramesPerBeat = 24000.0;
  for (int turn = 0; landed < kCommands && turn < kTurns; ++turn) {
    const RtState state = box.state();
    // As many as may wait at a time, and a few.
    for (; wanted.size() < kAtOnce && sent < kCommands; ++sent) {
      RtCommand command;
      command.serial = ++serial;
      command.node = node;
      command.kind = dice() % 2 == 0 ? RtCommandKind::trigger : RtCommandKind::setParam;
      command.param = 1;
      command.value = command.kind == RtCommandKind::trigger ? 0.5 : 100.0;
      const std::int64_t frame = state.frame + 1500 + static_cast<std::int64_t>(dice() % 2000);
      if (dice() % 2 == 0) {
        command.when = RtWhen::atFrame;
        command.at = static_cast<double>(frame);
      } else {
        command.when = RtWhen::atSongBeat;
        command.at = state.songBeat + static_cast<double>(frame - state.frame) / kFramesPerBeat;
      }
      wanted[command.serial] = frame;
      REQUIRE(box.shared().commands.push(command));
    }
    (void)box.block(1 + dice() % 1024);
    for (const RtEvent& event : box.events()) {
      if (event.kind != RtEventKind::commandDone) continue;
      const auto found = wanted.find(event.serial);
      if (found == wanted.end()) continue;
      ++landed;
      if (found->second != event.frame) ++wrong;
      wanted.erase(found);
    }
  }
  CHECK(landed == kCommands);
  CHECK(wrong == 0);
  CHECK(wanted.empty());
  CHECK(box.state().commandsDropped == 0);
}

TEST_CASE("a command for the next cycle says for which beat it waits, and lands on it") {
  Box box(steady());
  box.send(RtCommandKind::play, 0.0, 1);
  for (int i = 0; i < 100; ++i) (void)box.block(64);
  (void)box.events();
  RtCommand stop;
  stop.kind = RtCommandKind::stop;
  stop.when = RtWhen::nextCycle;
  stop.at = 2.0;
  stop.serial = 7;
  REQUIRE(box.shared().commands.push(stop));
  (void)box.block(64);
  double atBeat = -1.0;
  for (const RtEvent& event : box.events()) {
    if (event.kind == RtEventKind::commandWaits && event.serial == 7) atBeat = event.value;
    CHECK(event.kind != RtEventKind::commandDone);
  }
  CHECK(atBeat == 2.0);
  CHECK(box.state().waitingForQuantum == 1);
  CHECK(box.state().status == static_cast<std::uint8_t>(RtPlayStatus::playing));
  std::int64_t landed = -1;
  for (int i = 0; i < 2000 && landed < 0; ++i) {
    (void)box.block(64);
    for (const RtEvent& event : box.events()) {
      if (event.kind == RtEventKind::commandDone && event.serial == 7) landed = event.frame;
    }
  }
  CHECK(landed == 4800 + 2 * 24000);  // autoplay begins after 0.1 s
  CHECK(box.state().waitingForQuantum == 0);
  CHECK(box.state().status == static_cast<std::uint8_t>(RtPlayStatus::stopped));
}

TEST_CASE("a start tells the frame at which it sounds, not that at which it was decided") {
  Box box(steady());
  for (int i = 0; i < 10; ++i) (void)box.block(64);
  (void)box.events();
  box.send(RtCommandKind::play);
  std::int64_t started = -1;
  std::int64_t landed = -1;
  for (int i = 0; i < 100; ++i) {
    (void)box.block(64);
    for (const RtEvent& event : box.events()) {
      if (event.kind == RtEventKind::started) started = event.frame;
      if (event.kind != RtEventKind::commandDone) continue;
      landed = static_cast<std::int64_t>(event.value);
      CHECK(event.frame == landed);
      CHECK(event.flag == 0);
    }
  }
  CHECK(started > 640);
  CHECK(landed == started);
}

TEST_CASE("a command that was refused says so") {
  Box box(steady());
  (void)box.block(64);
  (void)box.events();
  box.send(RtCommandKind::seekBeats, -1.0);  // serial 1
  box.send(RtCommandKind::seekBeats, 8.0);
  box.send(RtCommandKind::loopEnable, 0.0, 1);  // there is no loop
  RtCommand command;
  command.kind = RtCommandKind::setParam;
  command.node = 100000;
  command.serial = 4;
  REQUIRE(box.shared().commands.push(command));
  (void)box.block(64);
  std::map<std::uint32_t, int> flags;
  for (const RtEvent& event : box.events()) {
    if (event.kind == RtEventKind::commandDone) flags[event.serial] = event.flag;
  }
  CHECK(flags == std::map<std::uint32_t, int>{{1, 1}, {2, 0}, {3, 1}, {4, 1}});
  CHECK(box.state().songBeat == 8.0);
}

TEST_CASE("only the transport waits for cycles") {
  Box box(steady());
  RtCommand command;
  command.kind = RtCommandKind::trigger;
  command.node = box.index("r:a");
  command.when = RtWhen::nextCycle;
  command.at = 4.0;
  REQUIRE(box.shared().commands.push(command));
  command.when = static_cast<RtWhen>(6);
  REQUIRE(box.shared().commands.push(command));
  (void)box.block(64);
  CHECK(box.state().commandsDropped == 2);
}

TEST_CASE("a queue that is full refuses and counts") {
  Box box(steady());
  RtCommand command;
  command.kind = RtCommandKind::trigger;
  std::size_t taken = 0;
  while (box.shared().commands.push(command)) ++taken;
  CHECK(taken == box.shared().commands.capacity());
  (void)box.block(64);
  CHECK(box.state().commandsDropped == 1);
}

TEST_CASE("what waits is shown: commands until their frame, events until they are read") {
  Box box(steady());
  (void)box.block(64);
  (void)box.events();
  RtCommand command;
  command.kind = RtCommandKind::trigger;
  command.node = box.index("r:a");
  command.when = RtWhen::atFrame;
  for (std::uint32_t serial = 1; serial <= 3; ++serial) {
    command.serial = serial;
    command.at = 64.0 + 3 * 64.0 + serial;
    REQUIRE(box.shared().commands.push(command));
  }
  (void)box.block(64);
  CHECK(box.state().commandsWaiting >= 3);
  CHECK(box.state().eventsWaiting == 0);
  for (int i = 0; i < 4; ++i) (void)box.block(64);
  CHECK(box.state().commandsWaiting == 0);
  CHECK(box.state().eventsWaiting == 3);
  (void)box.events();
  (void)box.block(64);
  CHECK(box.state().eventsWaiting == 0);
}

TEST_CASE("a note is held until its end, or as long as it was given") {
  Plan plan = steady();
  Box box(plan);
  RtCommand note;
  note.kind = RtCommandKind::noteOn;
  note.node = box.index("r:b");
  note.param = 69;
  note.value = 1.0;
  REQUIRE(box.shared().commands.push(note));
  std::vector<float> sound;
  for (int i = 0; i < 10; ++i) sound = box.block(4800);
  float peak = 0.0F;
  for (const float value : sound) peak = std::fmax(peak, std::fabs(value));
  CHECK(peak > 0.05F);
  RtCommand off = note;
  off.kind = RtCommandKind::noteOff;
  REQUIRE(box.shared().commands.push(off));
  for (int i = 0; i < 10; ++i) sound = box.block(4800);
  for (const float value : sound) CHECK(value == 0.0F);
}
