// SPDX-License-Identifier: GPL-3.0-or-later
// All peers vanish, and come back: beat and tempo go on, and the way back to the others is slewed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>

#include "support/transport-rig.hpp"
#include "transport/phase-follower.hpp"

using namespace downbeat;
using namespace downbeat::test;
using transport::PhaseFollower;

namespace {

constexpr double kTempo = 126.0;

double hostOf(const TransportRig& rig) {
  return static_cast<double>(rig.startHost + rig.hostShift) +
         static_cast<double>(rig.frame) * rig.hostPace * 1.0e6 / 48000.0;
}

/// Everybody is back; their line is now `apartMicros` ahead of the box's.
void comeBack(TransportRig& rig, double bpm, double apartMicros) {
  const double host = hostOf(rig);
  rig.session.setTempo(bpm, host);
  rig.session.place(rig.state().lineBeat.value + apartMicros / rig.session.micros(), host);
  rig.session.now.peers = 1;
}

/// Runs, and tells the most that the line was faster or slower than the session, block by block,
/// as a part of the pace. A jump of a millisecond in a block of 256 frames would count 0.19.
double worstPace(TransportRig& rig, double seconds) {
  double worst = 0.0;
  const std::int64_t end = rig.frame + std::llround(seconds * 48000.0);
  while (rig.frame < end) {
    const double beat = rig.state().lineBeat.value;
    const std::int64_t frame = rig.frame;
    rig.block();
    const double micros = (rig.state().lineBeat.value - beat) * rig.session.micros();
    const double passed = static_cast<double>(rig.frame - frame) * 1.0e6 / 48000.0;
    worst = std::max(worst, std::fabs(micros / passed - 1.0));
  }
  return worst;
}

TransportRig together(bool isPlaying) {
  TransportRig rig({48000.0, kTempo, 4.0, 256});
  if (isPlaying) rig.autoplay();
  rig.run(3.0);
  rig.session.now.isEnabled = true;
  rig.session.now.peers = 2;
  rig.run(10.0);
  return rig;
}

}  // namespace

TEST_CASE("when all peers vanish, tempo and beat go on as if they were there") {
  for (const bool isPlaying : {false, true}) {
    TransportRig rig = together(isPlaying);
    const double beat = rig.state().lineBeat.value;
    const std::int64_t frame = rig.frame;
    rig.session.now.peers = 0;
    // Link's beats last whole microseconds, ours are as exact as the tempo says.
    CHECK(worstPace(rig, 30.0) < 1e-5);
    CHECK(rig.state().tempo.bpm == kTempo);
    const double expected = static_cast<double>(rig.frame - frame) / 48000.0 * kTempo / 60.0;
    CHECK(std::fabs(rig.state().lineBeat.value - beat - expected) < 0.0005);
  }
}

TEST_CASE(
    "peers that come back a few milliseconds apart are met at 0.3 percent, also while stopped") {
  for (const bool isPlaying : {false, true}) {
    for (const double apart : {8000.0, -8000.0, 300.0}) {
      TransportRig rig = together(isPlaying);
      rig.session.now.peers = 0;
      rig.run(20.0);
      comeBack(rig, kTempo, apart);
      CHECK(worstPace(rig, 8.0) <= PhaseFollower::kMaxSlew + 1e-4);
      CHECK(std::fabs(rig.phaseErrorMicros()) < 100.0);
      CHECK(rig.transport.linkFacts().returns == 1);
    }
  }
}

TEST_CASE("peers that come back far apart are met by bending, without a jump, also while stopped") {
  for (const bool isPlaying : {false, true}) {
    for (const double apart : {400'000.0, -400'000.0}) {
      TransportRig rig = together(isPlaying);
      rig.session.now.peers = 0;
      rig.run(20.0);
      comeBack(rig, kTempo, apart);
      const double worst = worstPace(rig, 10.0);
      CHECK(worst <= PhaseFollower::kMaxBend + 1e-3);
      CHECK(worst > PhaseFollower::kMaxSlew);
      CHECK(std::fabs(rig.phaseErrorMicros()) < 100.0);
      CHECK(rig.state().tempo.bpm == kTempo);
    }
  }
}

TEST_CASE("who comes back after more than a minute, or at another tempo, is a session to join") {
  for (const double bpm : {kTempo, 140.0}) {
    TransportRig rig = together(false);
    rig.session.now.peers = 0;
    rig.run(bpm == kTempo ? 61.0 : 10.0);
    comeBack(rig, bpm, 400'000.0);
    rig.run(0.1);
    // Nothing is heard: it steps.
    CHECK(std::fabs(rig.phaseErrorMicros()) < 100.0);
    CHECK(rig.state().tempo.bpm == bpm);
    CHECK(rig.transport.linkFacts().returns == 0);
  }
}
