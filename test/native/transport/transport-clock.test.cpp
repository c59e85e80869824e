// SPDX-License-Identifier: GPL-3.0-or-later
// Following a MIDI clock: alone, when it goes and comes back, and among Link peers.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "support/transport-rig.hpp"

using namespace downbeat;
using namespace downbeat::test;

namespace {

constexpr double kLatencyMicros = 12000.0;

/// A leader whose clock is known exactly.
struct Leader {
  ClockInput now{};
  double origin = 4.0e9;  // us; of beat 0 of its clock
  double pace = 1.0;      // of its beats, against the tempo that the filter tells

  explicit Leader(double bpm) {
    now.state = ClockState::locked;
    now.hasLine = true;
    now.tempo = Tempo{bpm};
  }
  [[nodiscard]] double beatAt(double host) const {
    return (host - origin) / now.tempo.microsPerBeat() * pace;
  }
  void setTempo(double bpm, double host) {
    const double beat = beatAt(host);
    now.tempo = Tempo{bpm};
    origin = host - beat * now.tempo.microsPerBeat();
  }
  /// Its song plays `songBeat` at the first tick after `host`.
  void start(double host, double songBeat = 0.0) {
    const double tick = std::ceil(beatAt(host) * 24.0);
    now.isPlaying = true;
    now.isFromStart = songBeat == 0.0;
    now.isLocated = true;
    now.hasFirstTick = true;
    now.fromBeat = Beats{tick / 24.0};
    now.songBeat = Beats{songBeat};
    now.firstTickAt =
        HostMicros{std::llround(origin + now.fromBeat.value * now.tempo.microsPerBeat())};
    ++now.playSerial;
  }
  void stop(double songBeat) {
    now.isPlaying = false;
    now.hasFirstTick = false;
    now.isLocated = true;
    now.songBeat = Beats{songBeat};
    ++now.playSerial;
  }
  [[nodiscard]] double songBeatAt(double host) const {
    return now.songBeat.value + beatAt(host) - now.fromBeat.value;
  }
  [[nodiscard]] ClockInput at(HostMicros host) const {
    ClockInput input = now;
    input.beat = Beats{beatAt(static_cast<double>(host.value))};
    return input;
  }
};

double nextHost(const TransportRig& rig) {
  return static_cast<double>(rig.blockHost.value) + 1.0e6 * rig.blockFrames / 48000.0;
}
/// What happens in the room while the next block, heard later, is made.
double roomTime(const TransportRig& rig) { return nextHost(rig) - kLatencyMicros; }

double songErrorMicros(const TransportRig& rig, const Leader& leader) {
  const double error = leader.songBeatAt(nextHost(rig)) - rig.state().songBeat.value;
  return error * leader.now.tempo.microsPerBeat();
}

void follow(TransportRig& rig, Leader& leader) {
  rig.clock = [&leader](HostMicros host) { return leader.at(host); };
}

}  // namespace

TEST_CASE("the tempo is the leader's, and requests for another are refused") {
  TransportRig rig;
  Leader leader(123.4);
  follow(rig, leader);
  rig.run(0.1);
  CHECK(rig.state().tempo.bpm == 123.4);
  TransportRequest request;
  request.action = TransportAction::tempo;
  request.value = 90.0;
  request.serial = 7;
  CHECK(rig.ask(request));
  rig.run(0.1);
  CHECK(rig.state().tempo.bpm == 123.4);
  CHECK(rig.last(TransportEventKind::refused)->serial == 7);
}

TEST_CASE("the leader's downbeat is heard as ours, whatever the block size") {
  for (const std::uint32_t frames : {32U, 128U, 1024U}) {
    for (const double bpm : {60.0, 123.4, 240.0}) {
      RigOptions options;
      options.blockFrames = frames;
      TransportRig rig(options);
      Leader leader(bpm);
      follow(rig, leader);
      rig.run(1.0);
      leader.start(roomTime(rig));
      rig.run(2.0);
      CAPTURE(frames);
      CAPTURE(bpm);
      CHECK(rig.state().status == PlayStatus::playing);
      CHECK(std::fabs(songErrorMicros(rig, leader)) < 1100.0);
      rig.run(5.0);
      CHECK(std::fabs(songErrorMicros(rig, leader)) < 100.0);
      // Every sixteenth is played once, the first one too.
      const auto steps = heardSteps(rig, 0.25);
      const auto expected = static_cast<std::size_t>(rig.state().songBeat.value * 4.0) + 1;
      CHECK(steps.size() >= expected - 1);
      CHECK(steps.size() <= expected + 1);
      // And its line has the same phase.
      const double phase = phaseOf(rig.state().lineBeat - rig.state().songBeat, Beats{4.0}).value;
      CHECK(std::min(phase, 4.0 - phase) < 1e-6);
    }
  }
}

TEST_CASE("a start that is told ahead is on time") {
  TransportRig rig;
  Leader leader(120.0);
  follow(rig, leader);
  rig.run(1.0);
  leader.start(nextHost(rig) + 30000.0);
  rig.run(1.0);
  CHECK(std::fabs(songErrorMicros(rig, leader)) < 30.0);
}

TEST_CASE("a start far too late begins where the leader is") {
  TransportRig rig;
  Leader leader(120.0);
  follow(rig, leader);
  rig.run(1.0);
  leader.start(nextHost(rig) - 400000.0);
  rig.run(0.5);
  CHECK(std::fabs(songErrorMicros(rig, leader)) < 1100.0);
}

TEST_CASE("Stop pauses where the leader stands, and Continue goes on with it") {
  TransportRig rig;
  Leader leader(120.0);
  follow(rig, leader);
  rig.run(0.5);
  leader.start(roomTime(rig));
  rig.run(2.0);
  leader.stop(4.0);
  rig.run(0.5);
  CHECK(rig.state().status == PlayStatus::paused);
  CHECK(rig.state().songBeat.value == 4.0);
  leader.start(roomTime(rig), 4.0);
  rig.run(2.0);
  CHECK(rig.state().status == PlayStatus::playing);
  CHECK(std::fabs(songErrorMicros(rig, leader)) < 1100.0);
  // A song position while it stands moves ours too.
  leader.stop(33.5);
  rig.run(0.1);
  CHECK(rig.state().songBeat.value == 33.5);
  leader.start(roomTime(rig), 33.5);
  rig.run(3.0);
  CHECK(std::fabs(songErrorMicros(rig, leader)) < 1100.0);
}

TEST_CASE("Start while the song plays begins it anew") {
  TransportRig rig;
  Leader leader(120.0);
  follow(rig, leader);
  rig.autoplay();
  rig.run(3.0);
  CHECK(rig.state().status == PlayStatus::playing);
  leader.start(roomTime(rig));
  rig.run(2.0);
  CHECK(rig.state().songBeat.value < 5.0);
  CHECK(std::fabs(songErrorMicros(rig, leader)) < 1100.0);
}

TEST_CASE("tempo changes of the leader keep the songs together") {
  TransportRig rig;
  Leader leader(120.0);
  follow(rig, leader);
  rig.run(0.5);
  leader.start(roomTime(rig));
  rig.run(4.0);
  for (const double bpm : {140.0, 97.0, 98.5, 174.0}) {
    leader.setTempo(bpm, nextHost(rig));
    rig.run(3.0);
    CHECK(rig.state().tempo.bpm == bpm);
    CHECK(std::fabs(songErrorMicros(rig, leader)) < 100.0);
  }
}

TEST_CASE("a converter that runs 100 ppm off is made up for") {
  TransportRig rig;
  rig.hostPace = 1.0001;
  Leader leader(120.0);
  follow(rig, leader);
  rig.run(0.5);
  leader.start(roomTime(rig));
  rig.run(30.0);
  CHECK(std::fabs(songErrorMicros(rig, leader)) < 60.0);
}

TEST_CASE("when the clock vanishes the song goes on at its tempo, and is slewed when it is back") {
  TransportRig rig;
  Leader leader(123.4);
  follow(rig, leader);
  rig.run(0.5);
  leader.start(roomTime(rig));
  rig.run(10.0);
  leader.now.state = ClockState::lost;
  const double before = rig.state().songBeat.value;
  rig.run(10.0);
  CHECK(rig.state().status == PlayStatus::playing);
  CHECK(rig.state().songBeat.value - before == doctest::Approx(10.0 * 123.4 / 60.0).epsilon(0.001));
  CHECK(rig.state().slewMicros == 0.0);
  // The leader drifted a little meanwhile.
  leader.origin -= 4000.0;
  leader.now.state = ClockState::locked;
  rig.spans.clear();
  rig.run(8.0);
  CHECK(std::fabs(songErrorMicros(rig, leader)) < 100.0);
  for (const TransportRig::Heard& heard : rig.spans) {
    CHECK_FALSE(heard.span.hasJumped);
    const double pace = 48000.0 * 60.0 / heard.span.framesPerBeat / 123.4;
    CHECK(std::fabs(pace - 1.0) <= 0.0031);
  }
}

TEST_CASE("another leader who has said nothing yet stops nothing") {
  TransportRig rig;
  Leader leader(120.0);
  follow(rig, leader);
  rig.run(0.5);
  leader.start(roomTime(rig));
  rig.run(2.0);
  Leader other(125.0);
  follow(rig, other);
  rig.run(2.0);
  CHECK(rig.state().status == PlayStatus::playing);
  CHECK(rig.state().tempo.bpm == 125.0);
  other.start(roomTime(rig));
  rig.run(2.0);
  CHECK(rig.state().status == PlayStatus::playing);
  CHECK(std::fabs(songErrorMicros(rig, other)) < 1100.0);
}

TEST_CASE("while the clock is away the tempo may be changed by hand") {
  TransportRig rig;
  Leader leader(123.4);
  follow(rig, leader);
  rig.run(0.5);
  leader.now.state = ClockState::lost;
  rig.run(0.1);
  CHECK(rig.ask(TransportAction::tempo, 99.0));
  rig.run(0.1);
  CHECK(rig.state().tempo.bpm == 99.0);
}

TEST_CASE("a song that plays already takes the nearest tick of a clock whose place is not known") {
  TransportRig rig;
  rig.autoplay();
  rig.run(2.0);
  Leader leader(120.0);
  leader.origin += 3210.0;
  follow(rig, leader);
  rig.spans.clear();
  rig.run(10.0);
  for (const TransportRig::Heard& heard : rig.spans) CHECK_FALSE(heard.span.hasJumped);
  const double ticks = (leader.beatAt(nextHost(rig)) - rig.state().lineBeat.value) * 24.0;
  CHECK(std::fabs(ticks - std::round(ticks)) < 0.01);
}

TEST_CASE("play on the box while the leader plays waits for the quantum") {
  TransportRig rig;
  Leader leader(120.0);
  follow(rig, leader);
  rig.run(0.5);
  leader.start(roomTime(rig));
  rig.run(2.3);
  CHECK(rig.ask(TransportAction::stop));
  rig.run(0.5);
  CHECK(rig.state().status == PlayStatus::stopped);
  CHECK(rig.ask(TransportAction::play));
  rig.run(0.1);
  CHECK(rig.state().isWaiting);
  rig.run(4.0);
  CHECK(rig.state().status == PlayStatus::playing);
  const double apart = leader.songBeatAt(nextHost(rig)) - rig.state().songBeat.value;
  CHECK(std::fabs(apart - 4.0 * std::round(apart / 4.0)) < 0.003);
}

TEST_CASE("alone Link's timeline is anchored to the clock, so that who joins is in phase") {
  TransportRig rig;
  Leader leader(123.4);
  rig.session.now.isEnabled = true;
  follow(rig, leader);
  rig.run(3.0);
  leader.start(roomTime(rig));
  rig.run(8.0);
  CHECK(rig.session.now.tempo.bpm == 123.4);
  CHECK(std::fabs(rig.phaseErrorMicros()) < 1500.0);
  rig.session.now.peers = 1;
  rig.spans.clear();
  rig.run(3.0);
  for (const TransportRig::Heard& heard : rig.spans) CHECK_FALSE(heard.span.hasJumped);
  CHECK(std::fabs(rig.phaseErrorMicros()) < 100.0);
}

TEST_CASE("among peers the clock gives its tempo and never the phase") {
  TransportRig rig;
  Leader leader(123.4);
  follow(rig, leader);
  rig.run(3.0);
  rig.outputs.clear();
  rig.session.join(126.0, 17.3, nextHost(rig));
  rig.run(0.5);
  // Who joins takes what is there.
  CHECK(rig.state().tempo.bpm == 126.0);
  rig.run(3.0);
  CHECK(rig.session.now.tempo.bpm == 123.4);
  CHECK(rig.state().tempo.bpm == 123.4);
  rig.run(5.0);
  CHECK(std::fabs(rig.phaseErrorMicros()) < 100.0);
  for (const LinkOutput& output : rig.outputs) CHECK_FALSE(output.hasBeat);

  // The downbeat of the leader asks for the session's next quantum.
  rig.outputs.clear();
  leader.start(roomTime(rig));
  rig.run(0.1);
  CHECK(rig.state().isWaiting);
  rig.run(3.0);
  CHECK(rig.state().status == PlayStatus::playing);
  const double phase = phaseOf(rig.state().lineBeat - rig.state().songBeat, Beats{4.0}).value;
  CHECK(std::min(phase, 4.0 - phase) < 1e-6);
  CHECK(std::fabs(rig.phaseErrorMicros()) < 100.0);
  for (const LinkOutput& output : rig.outputs) CHECK_FALSE(output.hasBeat);
}

TEST_CASE("a peer's tempo stands for a second among those who follow the clock's") {
  TransportRig rig;
  Leader leader(120.0);
  follow(rig, leader);
  rig.session.join(120.0, 0.0, 5.0e9);
  rig.run(4.0);
  rig.session.setTempo(130.0, nextHost(rig));
  rig.outputs.clear();
  rig.run(0.9);
  CHECK(rig.state().tempo.bpm == 130.0);
  CHECK(rig.outputs.empty());
  rig.run(0.3);
  CHECK(rig.session.now.tempo.bpm == 120.0);
}

TEST_CASE("a wandering clock is told to peers twenty times a second at most") {
  TransportRig rig;
  Leader leader(120.0);
  follow(rig, leader);
  rig.session.join(120.0, 0.0, 5.0e9);
  rig.run(4.0);
  rig.outputs.clear();
  for (int i = 0; i < 40; ++i) {
    leader.setTempo(120.0 + 0.5 * i, nextHost(rig));
    rig.run(0.05);
  }
  int tempi = 0;
  for (const LinkOutput& output : rig.outputs) tempi += output.hasTempo ? 1 : 0;
  CHECK(tempi > 10);
  CHECK(tempi <= 41);
  rig.run(0.2);
  CHECK(std::fabs(rig.session.now.tempo.bpm - leader.now.tempo.bpm) < 0.01);
}

TEST_CASE("among peers the beats of the clock and of the session do not drift apart") {
  for (const double pace : {1.0001, 0.99995}) {
    TransportRig rig;
    rig.keepSpans = false;
    Leader leader(123.4);
    leader.pace = pace;
    follow(rig, leader);
    rig.session.join(123.4, 0.3, 5.0e9);
    rig.run(10.0);
    const double apart = leader.beatAt(nextHost(rig)) - rig.session.beatAt(nextHost(rig));
    rig.outputs.clear();
    double worst = 0.0;
    for (int i = 0; i < 60; ++i) {
      rig.run(10.0);
      const double now = leader.beatAt(nextHost(rig)) - rig.session.beatAt(nextHost(rig));
      worst = std::max(worst, std::fabs(now - apart) * leader.now.tempo.microsPerBeat());
      CHECK(std::fabs(rig.session.now.tempo.bpm / 123.4 - 1.0) < 0.0006);
    }
    CAPTURE(pace);
    CHECK(worst < 5000.0);
    // Told seldom.
    CHECK(rig.outputs.size() < 310);
  }
}

TEST_CASE("when the last peer leaves nothing that is heard moves") {
  TransportRig rig;
  Leader leader(120.0);
  follow(rig, leader);
  rig.session.join(120.0, 1.7, 5.0e9);
  rig.run(4.0);
  leader.start(roomTime(rig));
  rig.run(8.0);
  rig.session.now.peers = 0;
  rig.spans.clear();
  rig.run(8.0);
  CHECK(rig.state().status == PlayStatus::playing);
  for (const TransportRig::Heard& heard : rig.spans) {
    CHECK_FALSE(heard.span.hasJumped);
    const double pace = 48000.0 * 60.0 / heard.span.framesPerBeat / 120.0;
    // The nearest tick is half a tick away at most.
    CHECK(std::fabs(pace - 1.0) <= 0.126);
  }
}
