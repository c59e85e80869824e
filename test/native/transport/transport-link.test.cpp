// SPDX-License-Identifier: GPL-3.0-or-later
// With peers Link leads: nobody is disturbed, nothing that is heard jumps, starts are on the
// session's quantum.
#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <random>

#include "support/transport-rig.hpp"

using namespace downbeat;
using namespace downbeat::test;

namespace {

/// The largest deviation of the line's pace from the session's, by the spans of one run.
double worstPace(const TransportRig& rig, double sampleRate) {
  const double nominal = sampleRate * rig.session.micros() * 1.0e-6;
  double worst = 0.0;
  for (const auto& heard : rig.spans) {
    worst = std::max(worst, std::fabs(nominal / heard.span.framesPerBeat - 1.0));
  }
  return worst;
}

double hostOf(const TransportRig& rig, std::int64_t frame) {
  return static_cast<double>(rig.startHost + rig.hostShift) +
         static_cast<double>(frame) * rig.hostPace * 1.0e6 / 48000.0;
}

void joinWithError(TransportRig& rig, double bpm, double errorBeats) {
  const double host = hostOf(rig, rig.frame);
  rig.session.join(bpm, rig.state().lineBeat.value + errorBeats, host);
}

}  // namespace

TEST_CASE("joining takes the session's tempo and tells it nothing") {
  for (const bool isPlaying : {false, true}) {
    TransportRig rig({48000.0, 100.0, 4.0, 256});
    if (isPlaying) rig.autoplay();
    rig.run(3.0);
    rig.outputs.clear();
    joinWithError(rig, 130.0, 1.3);
    rig.run(10.0);
    CHECK(rig.state().tempo.bpm == 130.0);
    CHECK(rig.last(TransportEventKind::tempoChanged)->isByPeer);
    CHECK(rig.count(TransportEventKind::tempoChanged) == 1);
    CHECK(rig.outputs.empty());
  }
}

TEST_CASE("a tempo that we asked for just before joining is not told either") {
  TransportRig rig({48000.0, 100.0, 4.0, 64});
  rig.run(3.0);
  rig.ask(TransportAction::tempo, 150.0);
  rig.block();
  rig.outputs.clear();
  rig.ask(TransportAction::tempo, 151.0);
  rig.block();
  CHECK(rig.outputs.empty());
  joinWithError(rig, 130.0, 0.7);
  rig.run(3.0);
  CHECK(rig.state().tempo.bpm == 130.0);
  CHECK(rig.session.now.tempo.bpm == 130.0);
  for (const LinkOutput& output : rig.outputs) CHECK_FALSE(output.hasTempo);
}

TEST_CASE("while stopped the line steps to the session's phase, forward") {
  for (const double error : {-1.9, -0.5, 0.1, 1.0, 1.9}) {
    TransportRig rig;
    rig.run(3.0);
    const Beats before = rig.state().lineBeat;
    joinWithError(rig, 120.0, error);
    rig.block();
    CHECK(std::fabs(rig.phaseErrorMicros()) < 2.0);
    CHECK(rig.state().lineBeat >= before);
    CHECK(rig.state().lineBeat.value - before.value < 4.1);
  }
}

TEST_CASE("while playing a small error is slewed at 0.3 percent at most") {
  for (const double millis : {-9.9, -1.0, 0.2, 5.0, 9.9}) {
    TransportRig rig;
    rig.autoplay();
    rig.run(3.0);
    rig.spans.clear();
    joinWithError(rig, 120.0, millis / 500.0);
    rig.run(1.0);
    CHECK(std::fabs(rig.phaseErrorMicros()) < std::fabs(millis * 1000.0));
    CHECK(std::fabs(rig.state().slewMicros - rig.phaseErrorMicros()) < 5.0);
    rig.run(11.0);
    CHECK(worstPace(rig, 48000.0) <= 0.003 + 1e-9);
    CHECK(std::fabs(rig.phaseErrorMicros()) < 10.0);
    for (const auto& heard : rig.spans) CHECK_FALSE(heard.span.hasJumped);
  }
}

TEST_CASE("while playing a big error is bent at 12.5 percent at most, without a jump") {
  for (const double error : {-1.9, -0.2, 0.3, 1.9}) {
    TransportRig rig({48000.0, 120.0, 4.0, 512});
    rig.autoplay();
    rig.run(3.0);
    rig.spans.clear();
    joinWithError(rig, 120.0, error);
    rig.run(25.0);
    CHECK(worstPace(rig, 48000.0) <= 0.125 + 1e-9);
    CHECK(std::fabs(rig.phaseErrorMicros()) < 10.0);
    double before = rig.spans.front().span.songBeat.value;
    for (const auto& heard : rig.spans) {
      CHECK_FALSE(heard.span.hasJumped);
      CHECK(std::fabs(heard.span.songBeat.value - before) < 32.0 / 24000.0 * 1.2);
      before = heard.span.songBeat.value;
    }
  }
}

TEST_CASE("what a device with a gap has lost is caught up at once, without a jump") {
  for (const std::int64_t lostMicros : {2000, 6000, 9900, 40000, -6000}) {
    TransportRig rig({48000.0, 120.0, 4.0, 256});
    joinWithError(rig, 120.0, 0.0);
    rig.autoplay();
    rig.run(8.0);
    rig.spans.clear();
    rig.hostShift += lostMicros;
    rig.transport.noteGap();
    rig.run(0.02 + std::fabs(static_cast<double>(lostMicros)) * 1e-6 / 0.125);
    CAPTURE(lostMicros);
    CHECK(std::fabs(rig.phaseErrorMicros()) < 1000.0);
    CHECK(worstPace(rig, 48000.0) <= 0.125 + 1e-9);
    for (const auto& heard : rig.spans) CHECK_FALSE(heard.span.hasJumped);
  }
}

TEST_CASE("no step is lost or heard twice while the line is slewed and bent") {
  TransportRig rig({44100.0, 120.0, 4.0, 128});
  rig.autoplay();
  rig.run(3.0);
  std::mt19937 random{8};
  std::uniform_real_distribution<double> error(-2.0, 2.0);
  for (int i = 0; i < 20; ++i) {
    const double host = static_cast<double>(rig.blockHost.value);
    rig.session.join(60.0 + static_cast<double>(random() % 200), rig.state().lineBeat.value, host);
    rig.session.place(rig.session.beatAt(host) + error(random), host);
    rig.run(0.7);
  }
  const auto steps = heardSteps(rig, 1.0 / 24.0);
  for (std::size_t i = 1; i < steps.size(); ++i) CHECK(steps[i] > steps[i - 1]);
  CHECK(steps.size() ==
        static_cast<std::size_t>(std::floor(rig.state().songBeat.value * 24.0)) + 1);
}

TEST_CASE("the line follows a converter that is 100 ppm off without a steady error") {
  for (const double pace : {0.9999, 1.0001}) {
    TransportRig rig;
    rig.hostPace = pace;
    rig.autoplay();
    rig.run(3.0);
    joinWithError(rig, 120.0, 0.0);
    rig.run(20.0);
    CHECK(std::fabs(rig.phaseErrorMicros()) < 10.0);
  }
}

TEST_CASE("a tempo that is no whole number of microseconds per beat does not drift from Link") {
  for (const double bpm : {174.0, 300.7, 999.0, 20.3}) {
    TransportRig rig({48000.0, bpm, 4.0, 256});
    rig.autoplay();
    rig.run(3.0);
    joinWithError(rig, bpm, 0.0);
    rig.run(30.0);
    CHECK(std::fabs(rig.phaseErrorMicros()) < 5.0);
    CHECK(rig.state().tempo.bpm == bpm);
    CHECK(rig.count(TransportEventKind::tempoChanged) == 0);
  }
}

TEST_CASE("a peer that comes to us, and one that leaves, move nothing that is heard") {
  TransportRig rig;
  rig.autoplay();
  rig.run(5.0);
  rig.spans.clear();
  rig.session.now.isEnabled = true;
  rig.run(3.0);
  rig.session.now.peers = 1;
  rig.run(3.0);
  rig.session.now.peers = 0;
  rig.run(3.0);
  for (const auto& heard : rig.spans) {
    CHECK_FALSE(heard.span.hasJumped);
    const double ideal = (static_cast<double>(heard.frame) - 4800.0) / 24000.0;
    // The founder's Link line is at most 1 ms from ours: 0.002 beats.
    CHECK(std::fabs(heard.span.songBeat.value - ideal) < 0.0021);
  }
}

TEST_CASE("alone again, the frames lead exactly") {
  TransportRig rig;
  rig.autoplay();
  rig.run(3.0);
  joinWithError(rig, 174.0, 0.004);
  rig.run(1.0);
  rig.session.now.peers = 0;
  rig.block();
  rig.spans.clear();
  rig.run(60.0);
  for (const auto& heard : rig.spans) {
    CHECK(heard.span.anchorFrame == rig.spans.front().span.anchorFrame);
    CHECK(heard.span.framesPerBeat == 48000.0 * 60.0 / 174.0);
  }
}

TEST_CASE("with peers a start lands on the session's next quantum") {
  std::mt19937 random{17};
  for (int i = 0; i < 60; ++i) {
    const double quantum = 1.0 + static_cast<double>(random() % 8);
    const double bpm = 40.0 + static_cast<double>(random() % 200);
    TransportRig rig({48000.0, 120.0, quantum, 64});
    rig.keepSpans = false;
    rig.run(3.0);
    joinWithError(rig, bpm, static_cast<double>(random() % 1000) * 0.001);
    rig.run(0.1 + 0.001 * static_cast<double>(random() % 1000));
    if (std::fabs(rig.phaseErrorMicros()) > 1000.0) continue;  // still slewing: below
    const std::int64_t asked = rig.frame;
    rig.ask(TransportAction::play);
    rig.block();
    CHECK(rig.state().isWaiting);
    rig.run(quantum * 60.0 / bpm + 0.1);
    REQUIRE(rig.count(TransportEventKind::started) == 1);
    const std::int64_t began = rig.last(TransportEventKind::started)->frame.value;
    CHECK(began >= asked + 960);
    CHECK(static_cast<double>(began - asked) <= 992.0 + 48000.0 * quantum * 60.0 / bpm + 1.0);
    const Beats session{rig.session.beatAt(hostOf(rig, began))};
    const Beats off = transport::shortestWay(session, Beats{0.0}, Beats{quantum});
    CHECK(std::fabs(off.value * rig.session.micros()) < 1000.0 + 21.0);
  }
}

TEST_CASE("a start from a position waits for that position's phase") {
  TransportRig rig;
  rig.run(3.0);
  joinWithError(rig, 120.0, 1.0);
  rig.ask(TransportAction::seekBeats, 9.0);
  rig.ask(TransportAction::play);
  rig.run(4.0);
  REQUIRE(rig.count(TransportEventKind::started) == 1);
  const std::int64_t began = rig.last(TransportEventKind::started)->frame.value;
  const double phase = phaseOf(Beats{rig.session.beatAt(hostOf(rig, began))}, Beats{4.0}).value;
  CHECK(phase == doctest::Approx(1.0).epsilon(0.001));
  CHECK(rig.last(TransportEventKind::started)->value == doctest::Approx(9.0));
}

TEST_CASE("a start that waits can be withdrawn") {
  for (const TransportAction action : {TransportAction::stop, TransportAction::pause}) {
    TransportRig rig;
    rig.run(3.0);
    joinWithError(rig, 60.0, 1.0);
    rig.run(0.1);
    rig.ask(TransportAction::play);
    rig.run(0.05);
    CHECK(rig.state().isWaiting);
    rig.ask(action);
    rig.run(6.0);
    CHECK_FALSE(rig.state().isWaiting);
    CHECK(rig.state().status == PlayStatus::stopped);
    CHECK(rig.count(TransportEventKind::started) == 0);
  }
}

TEST_CASE("a start waits for the session also when the session comes meanwhile") {
  TransportRig rig;
  rig.run(3.0);
  rig.ask(TransportAction::play);
  rig.block();
  joinWithError(rig, 120.0, 1.3);
  rig.run(4.0);
  REQUIRE(rig.count(TransportEventKind::started) == 1);
  const std::int64_t began = rig.last(TransportEventKind::started)->frame.value;
  const Beats session{rig.session.beatAt(hostOf(rig, began))};
  CHECK(std::fabs(transport::shortestWay(session, Beats{0.0}, Beats{4.0}).value) < 0.001);
}

TEST_CASE("our tempo goes to the session once, and the beat does not move on either side") {
  TransportRig rig;
  rig.autoplay();
  rig.run(3.0);
  joinWithError(rig, 120.0, 0.0);
  rig.run(2.0);
  std::mt19937 random{31};
  for (int i = 0; i < 20; ++i) {
    rig.outputs.clear();
    const double bpm = 60.0 + static_cast<double>(random() % 140);
    rig.ask(TransportAction::tempo, bpm);
    rig.run(0.5);
    REQUIRE(rig.outputs.size() <= 1);
    CHECK(rig.session.now.tempo.bpm == bpm);
    CHECK(rig.state().tempo.bpm == bpm);
    CHECK(std::fabs(rig.phaseErrorMicros()) < 100.0);
  }
  for (const TransportEvent& event : rig.events) CHECK_FALSE(event.isByPeer);
}

TEST_CASE("a peer's tempo is adopted at once and never pushed back") {
  TransportRig rig;
  rig.autoplay();
  rig.run(3.0);
  joinWithError(rig, 120.0, 0.0);
  rig.run(2.0);
  rig.outputs.clear();
  for (const double bpm : {20.0, 999.0, 93.7, 120.0}) {
    rig.session.setTempo(bpm, hostOf(rig, rig.frame));
    rig.block();
    CHECK(rig.state().tempo.bpm == bpm);
    CHECK(rig.last(TransportEventKind::tempoChanged)->isByPeer);
    rig.run(1.0);
    CHECK(std::fabs(rig.phaseErrorMicros()) < 1000.0);
  }
  CHECK(rig.outputs.empty());
}

TEST_CASE("alone, Link's line is brought to ours, and only its beats") {
  TransportRig rig;
  rig.autoplay();
  rig.run(1.0);
  rig.session.now.isEnabled = true;
  rig.outputs.clear();
  rig.session.place(rig.session.beatAt(static_cast<double>(rig.blockHost.value)) + 0.9,
                    static_cast<double>(rig.blockHost.value));
  rig.run(1.9);
  CHECK(rig.outputs.empty());
  rig.run(0.5);
  REQUIRE(rig.outputs.size() == 1);
  CHECK(rig.outputs[0].hasBeat);
  CHECK_FALSE(rig.outputs[0].hasTempo);
  CHECK(std::fabs(rig.phaseErrorMicros()) < 5.0);
}

TEST_CASE("alone, our tempo is told to Link, so that who joins us finds it") {
  TransportRig rig;
  rig.run(1.0);
  rig.ask(TransportAction::tempo, 87.0);
  rig.run(0.2);
  CHECK(rig.session.now.tempo.bpm == 87.0);
}

TEST_CASE("start-stop sync: our play and stop are told, with it off they are not") {
  for (const bool isSync : {true, false}) {
    TransportRig rig;
    rig.session.now.isStartStopSync = isSync;
    rig.run(3.0);
    joinWithError(rig, 120.0, 1.0);
    rig.run(2.0);
    rig.ask(TransportAction::play);
    rig.run(3.0);
    CHECK(rig.session.now.isPlaying == isSync);
    rig.ask(TransportAction::stop);
    rig.run(0.2);
    CHECK_FALSE(rig.session.now.isPlaying);
    CHECK(rig.count(TransportEventKind::started) == 1);
    CHECK(rig.count(TransportEventKind::stopped) == 1);
  }
}

TEST_CASE("start-stop sync: who follows our wish starts at the same quantum as we do") {
  std::mt19937 random{13};
  TransportRig rig;
  rig.session.now.isStartStopSync = true;
  rig.run(3.0);
  joinWithError(rig, 120.0, 1.0);
  rig.run(2.0);
  for (int i = 0; i < 40; ++i) {
    rig.run(0.001 * static_cast<double>(random() % 2000));
    rig.ask(TransportAction::play);
    rig.run(3.0);
    const std::int64_t began = rig.last(TransportEventKind::started)->frame.value;
    const double asked =
        rig.session.beatAt(static_cast<double>(rig.session.now.playingSince.value));
    const double theirs = std::ceil(asked / 4.0) * 4.0;
    CHECK(rig.session.beatAt(hostOf(rig, began)) == doctest::Approx(theirs).epsilon(1e-4));
    rig.ask(TransportAction::stop);
    rig.run(0.1);
  }
}

TEST_CASE(
    "start-stop sync: a peer's play starts us at the next quantum, its stop stops us at once") {
  TransportRig rig;
  rig.session.now.isStartStopSync = true;
  rig.run(3.0);
  joinWithError(rig, 120.0, 1.0);
  rig.run(2.0);
  rig.outputs.clear();
  rig.session.now.isPlaying = true;
  rig.session.now.playingSince = rig.blockHost + HostMicros{3000};
  rig.block();
  CHECK(rig.state().isWaiting);
  rig.run(3.0);
  const std::int64_t began = rig.last(TransportEventKind::started)->frame.value;
  const Beats session{rig.session.beatAt(hostOf(rig, began))};
  CHECK(std::fabs(transport::shortestWay(session, Beats{0.0}, Beats{4.0}).value) < 0.001);
  rig.session.now.isPlaying = false;
  rig.session.now.playingSince = rig.blockHost + HostMicros{3000};
  rig.block();
  CHECK(rig.state().status == PlayStatus::stopped);
  CHECK(rig.last(TransportEventKind::stopped)->isByPeer);
  CHECK(rig.outputs.empty());
}

TEST_CASE("start-stop sync: joining a session that plays does not start us") {
  TransportRig rig;
  rig.session.now.isStartStopSync = true;
  rig.run(3.0);
  joinWithError(rig, 120.0, 1.0);
  rig.block();
  rig.session.now.isPlaying = true;  // learned a little after the join
  rig.session.now.playingSince = rig.blockHost - HostMicros{10000000};
  rig.run(8.0);
  CHECK(rig.state().status == PlayStatus::stopped);
  CHECK_FALSE(rig.state().isWaiting);
  rig.ask(TransportAction::play);
  rig.run(4.0);
  CHECK(rig.state().status == PlayStatus::playing);
}

TEST_CASE("start-stop sync: joining a session that stands does not stop us") {
  TransportRig rig;
  rig.session.now.isStartStopSync = true;
  rig.autoplay();
  rig.run(3.0);
  CHECK(rig.session.now.isPlaying);
  joinWithError(rig, 120.0, 0.0);
  rig.block();
  rig.session.now.isPlaying = false;
  rig.session.now.playingSince = rig.blockHost - HostMicros{10000000};
  rig.run(4.0);
  CHECK(rig.state().status == PlayStatus::playing);
}

TEST_CASE("seeking with peers keeps the session's phase and lands within half a quantum") {
  TransportRig rig;
  rig.autoplay();
  rig.run(3.0);
  joinWithError(rig, 120.0, 0.0);
  rig.run(2.3);
  for (const double target : {32.0, 0.0, 101.5, 7.75}) {
    rig.ask(TransportAction::seekBeats, target);
    rig.run(0.3);
    const double landed = rig.last(TransportEventKind::seeked)->value;
    CHECK(landed >= 0.0);
    CHECK(std::fabs(landed - target) <= (target < 2.0 ? 4.0 : 2.0));
    const TransportState state = rig.state();
    const Beats apart = transport::shortestWay(state.songBeat, state.lineBeat, Beats{4.0});
    CHECK(std::fabs(apart.value) < 1e-9);
    CHECK(std::fabs(rig.phaseErrorMicros()) < 100.0);
  }
}
