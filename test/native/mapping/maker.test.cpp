// SPDX-License-Identifier: GPL-3.0-or-later
// LFOs, timers, envelopes, and controls that others move by name.
#include "mapping/maker.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <set>
#include <vector>

#include "base/name-key.hpp"
#include "mapping-rig.hpp"

using namespace downbeat;
using namespace downbeat::mapping;
using test::controllerTo;
using test::MappingRig;

namespace {

EntryPlan made(SourceKind kind, double beats = 4.0) {
  EntryPlan plan = controllerTo(0);
  plan.source = {};
  plan.source.kind = kind;
  plan.source.maker.beats = beats;
  plan.source.maker.sound = "3";
  return plan;
}
EntryPlan named(const char* name) {
  EntryPlan plan = controllerTo(0);
  plan.source = {};
  plan.source.kind = SourceKind::control;
  plan.source.control = name;
  return plan;
}

}  // namespace

TEST_CASE("every wave goes once round in a cycle and stays between 0 and 1") {
  std::mt19937 random(51);
  std::uniform_real_distribution<double> anywhere(-1000.0, 1000.0);
  for (const Wave wave : {Wave::sine, Wave::triangle, Wave::saw, Wave::square, Wave::random}) {
    for (int i = 0; i < 1000; ++i) {
      const double turns = anywhere(random);
      const double value = waveAt(wave, turns);
      CHECK(value >= 0.0);
      CHECK(value <= 1.0);
      if (wave != Wave::random)
        CHECK(waveAt(wave, turns + 1.0) == doctest::Approx(value).epsilon(1e-6));
    }
  }
  CHECK(waveAt(Wave::sine, 0.25) == doctest::Approx(1.0));
  CHECK(waveAt(Wave::triangle, 0.5) == 1.0);
  CHECK(waveAt(Wave::saw, 7.75) == 0.75);
  CHECK(waveAt(Wave::square, 0.1) == 1.0);
  CHECK(waveAt(Wave::square, 0.6) == 0.0);
  CHECK(waveAt(Wave::random, 3.1) == waveAt(Wave::random, 3.9));
}

TEST_CASE("an LFO's parameter is where the beat line is") {
  EntryPlan plan = made(SourceKind::lfo);
  plan.source.maker.wave = Wave::saw;
  plan.low = 100.0;
  plan.high = 200.0;
  MappingRig rig({plan}, {{0, 150.0}});
  for (int i = 0; i < 200; ++i) {
    rig.make(5.0, 0.05);
    const double turn = rig.line.value / 4.0 - std::floor(rig.line.value / 4.0);
    CHECK(rig.last() == doctest::Approx(100.0 + 100.0 * turn).epsilon(1e-5));
  }
  for (const Move& move : rig.stage.moves) CHECK(move.isMade);
}

TEST_CASE("an LFO in Hz goes by the clock, and the beat line may stand") {
  EntryPlan plan = made(SourceKind::lfo, 0.0);
  plan.source.maker.wave = Wave::square;
  plan.source.maker.freqHz = 2.0;
  MappingRig rig({plan});
  int changes = 0;
  double before = -1.0;
  for (int i = 0; i < 1000; ++i) {
    rig.make(5.0, 0.0);
    if (before >= 0.0 && rig.last() != before) ++changes;
    before = rig.last();
  }
  CHECK(changes == 20);  // 5 s
}

TEST_CASE(
    "an LFO does not flood: 250 moves a second of a parameter, 50 of a synth, none that are the "
    "same") {
  EntryPlan toParam = made(SourceKind::lfo);
  EntryPlan toSynth = made(SourceKind::lfo);
  toSynth.id = "synth";
  toSynth.target = {};
  toSynth.target.kind = TargetKind::midi;
  toSynth.target.port = "0";
  toSynth.target.key = "cutoff";
  toSynth.target.messages = {{3, {0xB0, 74, kValueByte}}};
  toSynth.high = 127.0;
  MappingRig rig({toParam, toSynth});
  for (int i = 0; i < 1000; ++i) rig.make(1.0, 0.002);  // blocks of 1 ms, one second
  CHECK(rig.stage.of(Move::Kind::setParam).size() <= 251);
  CHECK(rig.stage.of(Move::Kind::setParam).size() >= 200);
  CHECK(rig.stage.of(Move::Kind::midi).size() <= 51);
  CHECK(rig.stage.of(Move::Kind::midi).size() >= 30);
  for (const Move& move : rig.stage.of(Move::Kind::midi)) CHECK_FALSE(move.isRemembered);
  const std::size_t before = rig.count();
  for (int i = 0; i < 1000; ++i) rig.make(1.0, 0.0);
  CHECK(rig.count() <= before + 2);
}

TEST_CASE("a timer presses once in its cycle, and not at the beginning") {
  EntryPlan plan = made(SourceKind::timer, 0.5);
  plan.reading = Reading::toggle;
  plan.values = {10.0, 20.0, 30.0};
  MappingRig rig({plan});
  rig.make(2.5, 0.0);
  CHECK(rig.count() == 0);
  for (int i = 0; i < 100; ++i) rig.make(2.5, 0.0501);  // five beats
  CHECK(rig.count() == 10);
  std::vector<double> heard = rig.values();
  for (std::size_t i = 0; i < heard.size(); ++i)
    CHECK(heard[i] == 10.0 + 10.0 * static_cast<double>(i % 3));
}

TEST_CASE("an envelope rises with the sound and falls after it, evenly in decibels") {
  EntryPlan plan = made(SourceKind::envelope);
  plan.source.maker.attackMs = 1.0;
  plan.source.maker.releaseMs = 100.0;
  MappingRig rig({plan});
  CHECK(rig.table->sounds() == std::vector<std::uint32_t>{3});
  const auto play = [&rig](double peak, int ms) {
    for (int i = 0; i < ms; ++i) {
      rig.table->hear(3, peak, 1.0);
      rig.table->hear(4, 1.0, 1.0);  // another's
      rig.make(1.0, 0.0);
    }
    return rig.last();
  };
  CHECK(play(1.0, 50) == doctest::Approx(1.0).epsilon(0.01));
  // 1/e in 100 ms is 8.7 dB, of 60.
  CHECK(play(0.0, 100) == doctest::Approx(1.0 - 8.686 / 60.0).epsilon(0.02));
  CHECK(play(0.0, 1000) == 0.0);
  CHECK(play(0.1, 50) == doctest::Approx(1.0 - 20.0 / 60.0).epsilon(0.02));
}

TEST_CASE("an envelope without its sound stays silent") {
  EntryPlan plan = made(SourceKind::envelope);
  plan.source.maker.sound = "none";
  MappingRig rig({plan});
  rig.make(10.0, 1.0);
  CHECK(rig.count() == 0);
  CHECK(rig.table->sounds().empty());
}

TEST_CASE("what is made rests with its bank") {
  EntryPlan plan = made(SourceKind::lfo);
  plan.banks = {1};
  EntryPlan button = controllerTo(0, 30);
  button.target.kind = TargetKind::bank;
  button.target.choice = Choice::next;
  MappingRig rig({plan, button}, {}, {}, {"one", "two"});
  for (int i = 0; i < 10; ++i) rig.make(5.0, 0.1);
  CHECK(rig.stage.of(Move::Kind::setParam).empty());
  rig.cc(30, 127);
  for (int i = 0; i < 10; ++i) rig.make(5.0, 0.1);
  CHECK_FALSE(rig.stage.of(Move::Kind::setParam).empty());
}

TEST_CASE("a named control is a control like any: it picks up, toggles, and moves several things") {
  const std::uint32_t key = nameKey("fader");
  EntryPlan toggle = named("fader");
  toggle.id = "toggle";
  toggle.reading = Reading::toggle;
  toggle.target.param = 1;
  MappingRig rig({named("fader"), toggle}, {{0, 0.5}, {1, 0.0}});
  CHECK(rig.table->hasControl(key));
  CHECK(rig.table->moveControl(key, 0.9, rig.now, rig.stage));
  CHECK(rig.count() == 1);  // the toggle; the other waits
  CHECK(rig.stage.moves[0].param == 1);
  CHECK(rig.table->moveControl(key, 0.2, rig.now, rig.stage));
  CHECK(rig.stage.moves.back().param == 0);
  CHECK(rig.last() == doctest::Approx(0.2).epsilon(1e-5));
  CHECK_FALSE(rig.table->moveControl(nameKey("other"), 0.5, rig.now, rig.stage));
}

TEST_CASE("a move to the outside is a move, and waits to be picked up like any") {
  EntryPlan plan = controllerTo(0);
  plan.target.kind = TargetKind::outside;
  plan.high = 10.0;
  MappingRig rig({plan});
  rig.cc(20, 127);
  rig.cc(20, 127);
  REQUIRE(rig.stage.of(Move::Kind::outside).size() == 1);
  CHECK(rig.stage.moves[0].value == 10.0);
  CHECK(rig.stage.moves[0].isContinuous);
}
