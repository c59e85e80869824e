// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/performer.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "app/box.hpp"
#include "app/built-in-plan.hpp"
#include "app/plan-reader.hpp"
#include "base/host-clock.hpp"

using namespace downbeat;
using namespace downbeat::app;

namespace {

Plan builtIn() {
  auto plan = readPlan(builtInPlanText(), &rack::findNodeType);
  REQUIRE(plan.isOk());
  return plan.value();
}

/// As many beats as the clock on the wall made of the time in between.
void checkOnTime(const RtState& before, const RtState& after) {
  const double hostSeconds = static_cast<double>(after.hostMicros - before.hostMicros) * 1e-6;
  const double beats = after.songBeat - before.songBeat;
  CHECK(beats == doctest::Approx(hostSeconds * before.tempoBpm / 60.0).epsilon(0.001));
}

}  // namespace

TEST_CASE("live play has the samples of the offline render, whatever the device's block size") {
  const Plan plan = builtIn();
  const std::vector<float> expected = offlineLeft(plan, 96000);
  for (const std::uint32_t frames : {16U, 100U, 128U, 1024U, 0U}) {
    CAPTURE(frames);
    Box box(plan);
    box.send(RtCommandKind::play, 0.0, 1);
    std::mt19937 random(3);
    std::vector<float> live;
    while (live.size() < 110000) {
      const auto part = box.block(frames != 0 ? frames : 1 + random() % 700);
      live.insert(live.end(), part.begin(), part.end());
    }
    // The start comes a lead later, on the grid of quanta.
    std::int64_t start = -1;
    for (const RtEvent& event : box.events()) {
      if (event.kind == RtEventKind::started) start = event.frame;
    }
    REQUIRE(start >= 0);
    REQUIRE(start % kQuantumFrames == 0);
    std::size_t different = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      different += live[static_cast<std::size_t>(start) + i] == expected[i] ? 0U : 1U;
    }
    CHECK(different == 0);
  }
}

TEST_CASE("commands for a frame land on that frame and say so") {
  Box box(builtIn());
  std::mt19937 random(5);
  std::map<std::uint32_t, std::int64_t> asked;
  for (std::uint32_t i = 1; i <= 500; ++i) {
    RtCommand command;
    command.kind = RtCommandKind::setParam;
    command.node = 0;
    command.param = 5;
    command.value = 0.5;
    command.when = RtWhen::atFrame;
    command.at = 64.0 + random() % 20000;
    command.serial = i;
    asked[i] = static_cast<std::int64_t>(command.at);
    REQUIRE(box.shared().commands.push(command));
  }
  for (int i = 0; i < 200; ++i) box.block(128);
  std::size_t done = 0;
  for (const RtEvent& event : box.events()) {
    if (event.kind != RtEventKind::commandDone) continue;
    CHECK(event.frame == asked.at(event.serial));
    ++done;
  }
  CHECK(done == asked.size());
}

TEST_CASE("a parameter that a hand moved is told to whoever keeps it") {
  Box box(builtIn());
  RtCommand command;
  command.kind = RtCommandKind::setParam;
  command.node = 0;
  command.param = 5;
  command.value = 0.25;
  REQUIRE(box.performer().send(command));
  box.block(64);
  RtParamNote note;
  REQUIRE(box.performer().popParam(note));
  CHECK(note.param == 5);
  CHECK(note.value == doctest::Approx(0.25));
  command.node = 100000;
  REQUIRE(box.performer().send(command));
  box.block(64);
  CHECK_FALSE(box.performer().popParam(note));
}

TEST_CASE("what a hand moves while a session waits for its bar is of the one that plays") {
  Box box(builtIn());
  box.send(RtCommandKind::play);
  for (int i = 0; i < 100; ++i) box.block(64);
  box.swap(builtIn(), RtWhen::nextBar, box.playing());
  RtCommand command;
  command.kind = RtCommandKind::setParam;
  command.param = 5;
  command.value = 0.25;
  RtParamNote note;
  REQUIRE(box.performer().send(command));
  box.block(64);
  REQUIRE(box.performer().popParam(note));
  CHECK(note.session == 1);
  for (int i = 0; i < 48000 * 3 / 64; ++i) box.block(64);
  REQUIRE(box.performer().send(command));
  box.block(64);
  REQUIRE(box.performer().popParam(note));
  CHECK(note.session == 2);
}

TEST_CASE("the state shows what a command did before the command is reported as done") {
  Box box(builtIn());
  box.block(128);
  box.events();
  box.send(RtCommandKind::tempo, 133.0);
  box.block(128);
  CHECK(box.state().tempoBpm == doctest::Approx(133.0));
  bool isDone = false;
  for (const RtEvent& event : box.events()) {
    isDone = isDone || (event.kind == RtEventKind::commandDone && event.serial == 1);
  }
  CHECK(isDone);
}

TEST_CASE("rubbish in the command queue is counted and changes nothing") {
  Box box(builtIn());
  std::mt19937 random(9);
  for (int i = 0; i < 5000; ++i) {
    RtCommand command;
    auto* bytes = reinterpret_cast<unsigned char*>(&command);
    for (std::size_t b = 0; b < sizeof command; ++b)
      bytes[b] = static_cast<unsigned char>(random());
    (void)box.shared().commands.push(command);
    if (i % 50 == 0) {
      for (const float sample : box.block(64)) CHECK(std::isfinite(sample));
    }
  }
  const RtState state = box.state();
  CHECK(state.tempoBpm >= 20.0);
  CHECK(state.tempoBpm <= 999.0);
  CHECK(state.commandsDropped > 0);
}

TEST_CASE("the same plan again changes no sample") {
  const Plan plan = builtIn();
  Box still(plan);
  Box swapped(plan);
  still.send(RtCommandKind::play);
  swapped.send(RtCommandKind::play);
  std::size_t different = 0;
  for (int i = 0; i < 400; ++i) {
    if (i % 7 == 3) {
      swapped.performer().collect();
      swapped.swap(plan, RtWhen::now, swapped.playing());
    }
    const auto a = still.block(128);
    const auto b = swapped.block(128);
    for (std::size_t k = 0; k < a.size(); ++k) different += a[k] == b[k] ? 0U : 1U;
  }
  CHECK(different == 0);
}

TEST_CASE("a swap at the bar happens in the quantum that holds the bar") {
  const Plan plan = builtIn();
  Box box(plan);
  box.send(RtCommandKind::play);
  for (int i = 0; i < 100; ++i) box.block(128);
  box.events();
  box.swap(plan, RtWhen::nextBar, box.playing());
  std::int64_t swappedAt = -1;
  std::int64_t barAt = -1;
  for (int i = 0; i < 2000 && swappedAt < 0; ++i) {
    box.block(128);
    for (const RtEvent& event : box.events()) {
      if (event.kind == RtEventKind::planSwapped) swappedAt = event.frame;
      if (event.kind == RtEventKind::bar && swappedAt < 0) barAt = event.frame;
      if (event.kind == RtEventKind::bar && swappedAt >= 0 && barAt < swappedAt)
        barAt = event.frame;
    }
  }
  REQUIRE(swappedAt >= 0);
  CHECK(barAt >= swappedAt);
  CHECK(barAt < swappedAt + kQuantumFrames);
}

TEST_CASE("frames that a dead device lost do not leave the song behind the clock on the wall") {
  Box box(builtIn());
  box.send(RtCommandKind::play);
  for (int i = 0; i < 200; ++i) box.block(128);
  const RtState before = box.state();
  box.block(128, true, 500'000);
  box.block(128);
  checkOnTime(before, box.state());
}

TEST_CASE("what another driver takes to take over is made up for, however short") {
  for (const std::int64_t lost : {12'000, 60'000, 99'000, 700'000}) {
    CAPTURE(lost);
    Box box(builtIn());
    box.send(RtCommandKind::play);
    for (int i = 0; i < 200; ++i) box.block(128);
    const RtState before = box.state();
    box.block(128, true, lost, true);
    box.block(128);
    checkOnTime(before, box.state());
  }
}

TEST_CASE("a driver that takes over and says too late when it began leaves no beat behind") {
  Box box(builtIn());
  box.send(RtCommandKind::play);
  for (int i = 0; i < 200; ++i) box.block(128);
  const RtState before = box.state();
  box.timing = audio::BlockTiming::measured;
  box.block(128, true, 10'000, true);
  for (int i = 0; i < 10; ++i) box.block(128);
  box.block(128, false, 52'000);
  for (int i = 0; i < 800; ++i) box.block(128);
  checkOnTime(before, box.state());
}

TEST_CASE("the end is a fade, and what comes after the asked length is silence") {
  Box box(builtIn());
  box.send(RtCommandKind::play, 0.0, 1);
  for (int i = 0; i < 100; ++i) box.block(128);
  box.performer().fadeOut();
  float last = 1.0F;
  for (int i = 0; i < 20; ++i) last = box.block(128).back();
  CHECK(last == 0.0F);
  CHECK(box.performer().isFadedOut());

  Box timed(builtIn());
  timed.performer().stopAfter(1000);
  timed.send(RtCommandKind::play, 0.0, 1);
  for (int i = 0; i < 8; ++i) {
    CHECK_FALSE(timed.performer().isOver());
    timed.block(128);
  }
  CHECK(timed.performer().isOver());
}
