// SPDX-License-Identifier: GPL-3.0-or-later
// Requests for the next cycle: they land on a multiple of their length of the beat line, to the
// frame, and the newest request about a thing is the one that counts.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "support/transport-rig.hpp"

using namespace downbeat;
using namespace downbeat::test;

namespace {

TransportRequest forCycle(TransportAction action, double beats, std::uint32_t serial,
                          double value = 0.0) {
  TransportRequest request;
  request.action = action;
  request.when = TransportWhen::nextCycle;
  request.at = beats;
  request.serial = serial;
  request.value = value;
  return request;
}

/// Where the request said that it would happen, and where it did, on the line.
struct Landing {
  double told = std::numeric_limits<double>::quiet_NaN();
  std::int64_t frame = -1;
};

Landing landingOf(const TransportRig& rig, std::uint32_t serial) {
  Landing landing;
  for (const TransportEvent& event : rig.events) {
    if (event.serial != serial) continue;
    if (event.kind == TransportEventKind::waits) landing.told = event.value;
    if (event.kind == TransportEventKind::done) {
      landing.frame = static_cast<std::int64_t>(event.value);
    }
  }
  return landing;
}

std::int64_t rounded(double frame) { return static_cast<std::int64_t>(std::floor(frame + 0.5)); }

}  // namespace

TEST_CASE("a command for the next cycle lands on a multiple of it, to the frame") {
  std::mt19937 random{3};
  for (const double bpm : {120.0, 133.7, 71.3, 300.7}) {
    for (const double cycle : {0.25, 0.5, 1.0, 3.0, 4.0, 16.0}) {
      TransportRig rig({44100.0, bpm, 4.0, 128});
      rig.autoplay();
      rig.run(1.0 + 0.001 * static_cast<double>(random() % 700));
      const double started =
          static_cast<double>(rig.last(TransportEventKind::started)->frame.value);
      const double asked = static_cast<double>(rig.frame);
      rig.ask(forCycle(TransportAction::seekBeats, cycle, 7, 100.0));
      rig.block();
      const double framesPerBeat = 44100.0 * 60.0 / bpm;
      const double expected = std::ceil((asked - started) / framesPerBeat / cycle - 1e-9) * cycle;
      CHECK(landingOf(rig, 7).told == doctest::Approx(expected).epsilon(1e-12));
      CHECK(std::fmod(landingOf(rig, 7).told, cycle) == 0.0);
      rig.run((cycle + 1.0) * 60.0 / bpm);
      CHECK(landingOf(rig, 7).frame == rounded(started + expected * framesPerBeat));
      CHECK(rig.last(TransportEventKind::seeked)->frame.value == landingOf(rig, 7).frame);
    }
  }
}

TEST_CASE("it is not done before its time, and the state says that something waits") {
  TransportRig rig;
  rig.autoplay();
  rig.run(0.7);
  rig.ask(forCycle(TransportAction::pause, 4.0, 1));
  rig.block();
  CHECK(rig.state().hasHeldBack);
  CHECK(rig.state().status == PlayStatus::playing);
  CHECK(rig.count(TransportEventKind::done) == 0);
  rig.run(2.0);
  CHECK_FALSE(rig.state().hasHeldBack);
  CHECK(rig.state().status == PlayStatus::paused);
  CHECK(rig.state().songBeat.value == doctest::Approx(4.0).epsilon(1e-9));
}

TEST_CASE("every command can wait for its cycle") {
  const TransportAction actions[] = {
      TransportAction::play,        TransportAction::resume,    TransportAction::stop,
      TransportAction::pause,       TransportAction::rewind,    TransportAction::seekBeats,
      TransportAction::seekSeconds, TransportAction::tempo,     TransportAction::loop,
      TransportAction::loopBeats,   TransportAction::loopEnable};
  for (const TransportAction action : actions) {
    const bool isStart = action == TransportAction::play || action == TransportAction::resume;
    TransportRig rig;
    if (!isStart) rig.autoplay();
    rig.run(0.63);
    TransportRequest request = forCycle(action, 2.0, 5, 90.0);
    request.value2 = 100.0;
    rig.ask(request);
    rig.run(3.0);
    const Landing landing = landingOf(rig, 5);
    CHECK(std::fmod(landing.told, 2.0) == 0.0);
    // Alone and stopped the line begins with the engine; playing, with the song.
    const std::int64_t origin = isStart ? 0 : 4800;
    CHECK(landing.frame == origin + std::llround(landing.told * 24000.0));
  }
}

TEST_CASE("play waits for a cycle of the line while stopped, with time for MIDI Start") {
  for (const double asked : {0.61, 0.989, 0.999, 1.37}) {
    TransportRig rig;
    rig.run(asked);
    const std::int64_t frame = rig.frame;
    rig.ask(forCycle(TransportAction::play, 1.0, 2));
    rig.run(2.0);
    const std::int64_t began = rig.last(TransportEventKind::started)->frame.value;
    CHECK(began % 24000 == 0);
    CHECK(began >= frame + 960);
    CHECK(began < frame + 960 + 24000 + 32);
    CHECK(rig.last(TransportEventKind::started)->value == 0.0);
  }
}

TEST_CASE("a tempo change while a command waits moves its moment, not its beat") {
  TransportRig rig;
  rig.autoplay();
  rig.run(0.6);  // beat 1
  rig.ask(forCycle(TransportAction::stop, 4.0, 1));
  rig.block();
  rig.ask(TransportAction::tempo, 60.0);
  rig.run(2.0);
  CHECK(rig.state().status == PlayStatus::playing);
  rig.run(2.0);
  CHECK(rig.state().status == PlayStatus::stopped);
  // Until 0.6 s at two beats a second, then at one.
  const std::int64_t changed = rig.last(TransportEventKind::tempoChanged)->frame.value;
  const double beat = static_cast<double>(changed - 4800) / 24000.0;
  CHECK(std::llabs(landingOf(rig, 1).frame -
                   rounded(static_cast<double>(changed) + (4.0 - beat) * 48000.0)) <= 1);
}

TEST_CASE("the newest of those that wait counts, and a plain command ends the waiting") {
  TransportRig rig;
  rig.autoplay();
  rig.run(0.6);
  rig.ask(forCycle(TransportAction::pause, 8.0, 1));
  rig.ask(forCycle(TransportAction::tempo, 8.0, 2, 90.0));
  rig.ask(forCycle(TransportAction::stop, 4.0, 3));
  rig.block();
  CHECK(rig.last(TransportEventKind::refused)->serial == 1);
  CHECK(rig.count(TransportEventKind::refused) == 1);
  TransportRequest play;
  play.serial = 4;
  rig.ask(play);
  rig.run(6.0);
  CHECK(rig.count(TransportEventKind::refused) == 2);
  CHECK(rig.state().status == PlayStatus::playing);
  CHECK(rig.state().tempo.bpm == 90.0);
  CHECK(landingOf(rig, 1).frame == -1);
  CHECK(landingOf(rig, 3).frame == -1);
}

TEST_CASE("a stop while play waits for its cycle leaves the song stopped") {
  TransportRig rig;
  rig.run(0.3);
  rig.ask(forCycle(TransportAction::play, 16.0, 1));
  rig.run(0.3);
  TransportRequest stop;
  stop.action = TransportAction::stop;
  stop.serial = 2;
  rig.ask(stop);
  rig.run(20.0);
  CHECK(rig.state().status == PlayStatus::stopped);
  CHECK(rig.count(TransportEventKind::started) == 0);
}

TEST_CASE("many that are replaced in one block leave exactly the last") {
  TransportRig rig;
  rig.autoplay();
  rig.run(0.6);
  for (std::uint32_t i = 1; i <= 60; ++i) {
    rig.ask(forCycle(TransportAction::seekBeats, 4.0, i, static_cast<double>(100 + i)));
  }
  rig.run(4.0);
  CHECK(rig.count(TransportEventKind::seeked) == 1);
  CHECK(rig.last(TransportEventKind::seeked)->value == doctest::Approx(160.0));
}

TEST_CASE("what the box asks itself does not end the waiting") {
  TransportRig rig;
  rig.autoplay();
  rig.run(0.6);
  rig.ask(forCycle(TransportAction::tempo, 4.0, 1, 90.0));
  rig.ask(TransportAction::tempo, 121.0);  // no serial
  rig.run(3.0);
  CHECK(rig.state().tempo.bpm == 90.0);
}

TEST_CASE("a place and a start for the same cycle: the song begins there, on the cycle") {
  TransportRig rig;
  rig.run(0.3);
  rig.ask(forCycle(TransportAction::seekBeats, 4.0, 1, 16.0));
  rig.ask(forCycle(TransportAction::play, 4.0, 2));
  rig.run(4.0);
  const std::int64_t began = rig.last(TransportEventKind::started)->frame.value;
  CHECK(began == 4 * 24000);
  bool hasHeard = false;
  for (const auto& heard : rig.spans) {
    if (!heard.span.isPlaying || hasHeard) continue;
    hasHeard = true;
    CHECK(heard.frame == began);
    CHECK(heard.span.songBeat.value == doctest::Approx(16.0).epsilon(1e-9));
  }
  CHECK(hasHeard);
}

TEST_CASE("with peers the cycle is the session's, and a start keeps the song's bars on it") {
  for (const double cycle : {1.0, 4.0, 8.0}) {
    TransportRig rig;
    rig.run(1.0);
    rig.session.join(97.0, 2.3, static_cast<double>(rig.blockHost.value));
    rig.run(3.0);
    rig.ask(forCycle(TransportAction::play, cycle, 9));
    rig.run(8.0);
    const auto started = rig.last(TransportEventKind::started);
    REQUIRE(started);
    const double host = static_cast<double>(rig.startHost) +
                        static_cast<double>(started->frame.value) * 1.0e6 / 48000.0;
    const double phase = std::fmod(rig.session.beatAt(host) + 0.02, 4.0) - 0.02;
    CHECK(std::fabs(phase) < 0.001);
    CHECK(landingOf(rig, 9).frame == started->frame.value);
    CHECK(std::fmod(landingOf(rig, 9).told, 4.0) == doctest::Approx(0.0));
  }
}

TEST_CASE("cycles out of range, and what is no number, wait for one in range") {
  for (const double cycle : {0.0, -3.0, 1.0e9, std::nan("")}) {
    TransportRig rig({48000.0, 999.0, 4.0, 128});
    rig.autoplay();
    rig.run(0.3);
    rig.ask(forCycle(TransportAction::pause, cycle, 1));
    rig.run(5.0);
    CHECK(rig.state().status == PlayStatus::paused);
  }
}

TEST_CASE("a loop in beats keeps its beats when the tempo changes") {
  TransportRig rig;
  TransportRequest loop;
  loop.action = TransportAction::loopBeats;
  loop.value = 2.0;
  loop.value2 = 6.0;
  loop.flag = true;
  rig.ask(loop);
  rig.autoplay();
  rig.run(1.0);
  CHECK(rig.state().loopStartSeconds == doctest::Approx(1.0));
  CHECK(rig.state().loopEndSeconds == doctest::Approx(3.0));
  rig.ask(TransportAction::tempo, 90.0);
  rig.run(30.0);
  CHECK(rig.state().loopStartSeconds == doctest::Approx(2.0 * 60.0 / 90.0));
  for (const auto& heard : rig.spans) {
    if (!heard.span.hasJumped) continue;
    CHECK(heard.span.songBeat.value == doctest::Approx(2.0).epsilon(1e-4));
  }
  CHECK(rig.state().songBeat.value < 6.0);
}
