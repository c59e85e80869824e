// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever comes in, and whatever becomes of settings, cables and tempo meanwhile: nothing hangs.
#include <doctest/doctest.h>

#include <random>

#include "router-rig.hpp"

using namespace downbeat;
using midi::ArpOrder;
using midi::kNotCarried;
using midi::MidiRoutePlan;
using test::RouterRig;

namespace {

class Dice {
 public:
  explicit Dice(unsigned seed) : generator_(seed) {}
  int upTo(int last) { return static_cast<int>(generator_() % static_cast<unsigned>(last + 1)); }
  bool oneIn(int count) { return upTo(count - 1) == 0; }

 private:
  std::mt19937 generator_;
};

MidiRoutePlan anyRoute(Dice& dice, int name) {
  MidiRoutePlan plan = test::route(std::to_string(name), std::to_string(3 + dice.upTo(1)),
                                   dice.oneIn(12) ? "nowhere" : std::to_string(dice.upTo(2)));
  plan.kinds = static_cast<std::uint8_t>(dice.oneIn(3) ? dice.upTo(127) : 0x7F);
  plan.transpose = dice.oneIn(2) ? dice.upTo(60) - 30 : 0;
  plan.lowestNote = static_cast<std::uint8_t>(dice.oneIn(3) ? dice.upTo(60) : 0);
  for (std::uint8_t& channel : plan.channels) {
    if (dice.oneIn(6))
      channel = static_cast<std::uint8_t>(dice.oneIn(2) ? dice.upTo(3) : kNotCarried);
  }
  if (dice.oneIn(3)) plan.chord = {0, dice.upTo(24) - 12, dice.upTo(24) - 12};
  if (dice.oneIn(3)) plan.delayBeats = 0.25 * dice.upTo(12);
  if (dice.oneIn(3)) {
    plan.arp.order = static_cast<ArpOrder>(dice.upTo(5));
    plan.arp.stepBeats = 0.125 * (1 + dice.upTo(4));
    plan.arp.octaves = static_cast<std::uint32_t>(1 + dice.upTo(2));
    plan.arp.gate = 0.1 * (1 + dice.upTo(9));
    plan.arp.hold = dice.oneIn(3);
  }
  return plan;
}

void anyMessage(Dice& dice, RouterRig& rig) {
  const auto slot = static_cast<std::uint32_t>(3 + dice.upTo(1));
  const auto channel = static_cast<std::uint8_t>(dice.upTo(3));
  const auto note = static_cast<std::uint8_t>(40 + dice.upTo(40));
  switch (dice.upTo(9)) {
    case 0:
    case 1:
    case 2: rig.on(slot, note, static_cast<std::uint8_t>(dice.upTo(127)), channel); break;
    case 3:
    case 4:
    case 5: rig.off(slot, note, channel); break;
    case 6:
      rig.hear(slot, {static_cast<std::uint8_t>(0xB0 | channel),
                      static_cast<std::uint8_t>(dice.oneIn(3) ? 64 : dice.upTo(127)),
                      static_cast<std::uint8_t>(dice.upTo(127))});
      break;
    case 7: rig.hear(slot, {static_cast<std::uint8_t>(0xE0 | channel), 0, note}); break;
    case 8: rig.hear(slot, {static_cast<std::uint8_t>(0xA0 | channel), note, 50}); break;
    default: rig.hear(slot, {static_cast<std::uint8_t>(0xC0 | channel), note}); break;
  }
}

}  // namespace

TEST_CASE("no storm of keys, edits, cables and tempi leaves a note behind") {
  for (unsigned seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    RouterRig rig;
    std::vector<std::shared_ptr<test::PortLog>> logs;
    for (std::uint32_t slot = 0; slot < 3; ++slot)
      logs.push_back(rig.addOut(slot, dice.upTo(40) - 20));
    std::vector<MidiRoutePlan> routes;
    for (int turn = 0; turn < 400; ++turn) {
      anyMessage(dice, rig);
      if (dice.oneIn(3)) rig.runFor(0.001 * dice.upTo(60));
      if (dice.oneIn(20)) {
        routes.clear();
        for (int i = dice.upTo(4); i >= 0; --i) routes.push_back(anyRoute(dice, i));
        rig.setRoutes(routes);
      }
      if (dice.oneIn(40)) rig.inputs->lane(static_cast<std::uint32_t>(3 + dice.upTo(1))).restart();
      const auto slot = static_cast<std::uint32_t>(dice.upTo(2));
      if (dice.oneIn(30)) logs[slot]->isFull = !logs[slot]->isFull;
      if (dice.oneIn(60)) {
        // Unplugged, and back: what the synth itself sounded has died with its power.
        logs[slot]->isLost = true;
        rig.runFor(0.01);
        (void)rig.table->withdraw(slot);
        rig.runFor(0.01);
        if (dice.oneIn(2)) anyMessage(dice, rig);
        logs[slot] = rig.addOut(slot);
        rig.runFor(0.01);
      }
      if (dice.oneIn(40)) rig.transport.tempo(rig.time.micros, 60.0 + dice.upTo(140));
      if (dice.oneIn(60)) {
        const double beat = beatAt(rig.transport.view(), {rig.time.micros}).value;
        if (dice.oneIn(2)) {
          rig.transport.play(beat + 0.5, 0.0, 1);
        } else {
          rig.transport.stop(beat, 0.0);
        }
      }
      if (dice.oneIn(80)) rig.transport.line(rig.time.micros, dice.upTo(500), 120.0);
    }
    for (const auto& log : logs) log->isFull = false;
    rig.runFor(0.1);
    if (seed % 2 == 0) {
      rig.setRoutes({});
    } else {
      // All keys up, all notes off, and time for what is delayed.
      for (std::uint32_t slot = 3; slot < 5; ++slot) {
        for (std::uint8_t channel = 0; channel < 4; ++channel) {
          rig.hear(slot, {static_cast<std::uint8_t>(0xB0 | channel), 64, 0});
          rig.hear(slot, {static_cast<std::uint8_t>(0xB0 | channel), 123, 0});
          for (std::uint8_t note = 0; note < 128; ++note) rig.off(slot, note, channel);
        }
      }
      rig.runFor(6.0);
      for (MidiRoutePlan& plan : routes) plan.arp.hold = false;
      rig.setRoutes(routes);
    }
    rig.runFor(4.0);
    for (const auto& log : logs) CHECK(test::hangingNotes(*log) == 0);
  }
}
