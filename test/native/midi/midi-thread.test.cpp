// SPDX-License-Identifier: GPL-3.0-or-later
#include "midi/midi-thread.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "base/host-clock.hpp"
#include "midi/midi-port-manager.hpp"
#include "player-rig.hpp"
#include "support/pty.hpp"

using namespace downbeat;

TEST_CASE("three seconds of real time hold exactly 24 ticks a beat and one more") {
  test::Pty pty;
  midi::MidiPortManager manager;
  test::TransportScript transport;
  midi::HostTimeSource time;
  auto player = std::make_unique<midi::MidiPlayer>(transport.latest, manager.outputs(), time);
  midi::MidiThread thread(*player);
  thread.start();
  midi::MidiPortPlan plan;
  plan.id = "din";
  plan.kind = midi::MidiPortKind::serial;
  plan.name = pty.path();
  manager.apply({plan});
  for (int i = 0; i < 1000 && manager.status()[0].state != midi::MidiPortState::open; ++i) {
    manager.poll();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  REQUIRE(manager.status()[0].state == midi::MidiPortState::open);

  // The song begins at beat 1, in half a second, and stops three seconds later, just after the tick
  // of beat 7.
  const std::int64_t origin = hostNow().value;
  transport.line(origin, 0.0, 120.0);
  transport.play(1.0, 0.0, 1);
  std::vector<std::uint8_t> bytes;
  const auto readUntil = [&](std::int64_t host) {
    while (hostNow().value < host) {
      const auto more = pty.read(2);
      bytes.insert(bytes.end(), more.begin(), more.end());
    }
  };
  transport.stop(7.01, 0.0);
  readUntil(origin + 4'200'000);
  thread.stop();
  const auto start = std::find(bytes.begin(), bytes.end(), 0xFA);
  const auto stop = std::find(bytes.begin(), bytes.end(), 0xFC);
  REQUIRE(start != bytes.end());
  REQUIRE(stop != bytes.end());
  CHECK(std::count(start, stop, 0xF8) == 24 * 6 + 1);
  CHECK(std::count(bytes.begin(), start, 0xF8) >= 24);
  CHECK(std::count(stop, bytes.end(), 0xF8) >= 24);  // ticks go on while stopped
  CHECK(player->ticks() ==
        static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), 0xF8)));
  const midi::LatenessSummary lateness = player->lateness().summary();
  MESSAGE("tick lateness us: p50 " << lateness.p50 << " p99 " << lateness.p99 << " p99.9 "
                                   << lateness.p999 << " max " << lateness.max << "; realtime: "
                                   << (thread.grant().isGranted ? "yes" : thread.grant().note));
  CHECK(lateness.p50 < 20'000);
}

TEST_CASE("stopping the thread ends notes and devices within a moment") {
  test::TransportScript transport;
  midi::HostTimeSource time;
  auto table = std::make_unique<midi::MidiPortTable>();
  auto player = std::make_unique<midi::MidiPlayer>(transport.latest, *table, time);
  auto log = std::make_shared<test::PortLog>();
  table->writeSettings(0, test::PlayerRig::all(1));
  (void)table->offer(0, std::make_unique<test::LoggingPort>(log));
  midi::MidiTrackPlan track;
  track.port = "p";
  track.notes = {{0, 64, 100, 1000.0}};
  player->setScore(
      midi::makeMidiScore({track}, [](const std::string&) { return midi::MidiSlotRef{0, 1}; }));
  transport.line(hostNow().value, 0.0, 120.0);
  transport.play(0.5, 0.0, 1);
  midi::MidiThread thread(*player);
  thread.start();
  thread.start();  // once is enough
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  thread.stop();
  thread.stop();
  CHECK(thread.runs() > 10);
  CHECK(test::only(*log, 0x90).size() == 1);
  CHECK(test::hangingNotes(*log) == 0);
  REQUIRE(log->messages.size() > 2);
  CHECK(log->messages.back().status() == 0xFC);
}
