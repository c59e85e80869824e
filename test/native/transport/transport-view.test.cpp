// SPDX-License-Identifier: GPL-3.0-or-later
// What other threads see of the transport: the right beat for every host time near now.
#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "support/transport-rig.hpp"

using namespace downbeat;
using namespace downbeat::test;

TEST_CASE("a reader finds the line's beat at the host time of each block, also 40 ms later") {
  TransportRig rig({48000.0, 120.0, 4.0, 64});
  rig.autoplay();
  struct Moment {
    HostMicros host;
    Beats beat;
  };
  std::vector<Moment> moments;
  std::mt19937 random{2};
  double worst = 0.0;
  for (int i = 0; i < 6000; ++i) {
    if (i % 400 == 399) {
      rig.ask(TransportAction::tempo, 60.0 + static_cast<double>(random() % 140));
    }
    if (i == 3000) {
      rig.session.join(120.0, rig.state().lineBeat.value + 0.03,
                       static_cast<double>(rig.blockHost.value));
    }
    const Beats beat = rig.state().lineBeat;
    rig.block();
    // Autoplay puts the line in its place in the first block.
    if (i > 0 && i % 400 != 399) moments.push_back({rig.blockHost, beat});
    if (moments.size() < 30) continue;
    const Moment& moment = moments[moments.size() - 30];
    const Beats seen = beatAt(rig.transport.view(), moment.host);
    worst = std::max(worst, std::fabs((seen - moment.beat).value));
  }
  // 0.0002 beats are 100 us at 120 bpm: rounding of host times, and a slew that is redrawn.
  CHECK(worst < 0.0002);
}

TEST_CASE("a start is seen at least 20 ms before it sounds, at its exact beat") {
  TransportRig rig;
  rig.run(1.0);
  const std::uint64_t version = rig.transport.view().playVersion;
  rig.ask(TransportAction::play);
  rig.block();
  const RtTransportView view = rig.transport.view();
  CHECK(view.playVersion == version + 1);
  const RtPlay& planned = view.plays[view.playCount - 1];
  CHECK(planned.isPlaying == 1);
  CHECK(planned.cause == 1);
  CHECK(planned.songBeat.value == 0.0);
  CHECK(playAt(view, planned.fromBeat - Beats{0.01}).isPlaying == 0);
  const HostMicros start = hostAt(view, planned.fromBeat);
  CHECK(start >= rig.blockHost + HostMicros{20000});
  rig.run(0.1);
  const std::int64_t began = rig.last(TransportEventKind::started)->frame.value;
  const double host = static_cast<double>(rig.startHost) + static_cast<double>(began) / 0.048;
  CHECK(std::fabs(static_cast<double>(start.value) - host) <= 2.0);
  CHECK(rig.transport.view().playVersion == version + 1);
}

TEST_CASE("a withdrawn start leaves no trace in the play states") {
  TransportRig rig;
  rig.run(1.0);
  rig.ask(TransportAction::play);
  rig.block();
  rig.ask(TransportAction::stop);
  rig.block();
  const RtTransportView& view = rig.transport.view();
  for (std::uint32_t i = 0; i < view.playCount; ++i) CHECK(view.plays[i].isPlaying == 0);
}

TEST_CASE("the causes tell Start, Continue, Stop and Song Position apart") {
  TransportRig rig;
  const auto newest = [&rig] {
    const RtTransportView& view = rig.transport.view();
    return view.plays[view.playCount - 1];
  };
  rig.ask(TransportAction::play);
  rig.run(1.0);
  CHECK(newest().cause == 1);
  rig.ask(TransportAction::seekBeats, 8.0);
  rig.block();
  CHECK(newest().cause == 0);
  CHECK(newest().songBeat.value == doctest::Approx(8.0));
  rig.ask(TransportAction::pause);
  rig.block();
  CHECK(newest().cause == 4);
  rig.ask(TransportAction::resume);
  rig.run(0.5);
  CHECK(newest().cause == 2);
  rig.ask(TransportAction::stop);
  rig.block();
  CHECK(newest().cause == 3);
  CHECK(newest().isPlaying == 0);
  rig.ask(TransportAction::seekBeats, 3.0);
  rig.block();
  CHECK(newest().cause == 5);
  CHECK(newest().songBeat.value == 3.0);
}

TEST_CASE("a loop whose end the song has passed is seen as one that it does not go round") {
  TransportRig rig;
  const auto loop = [&rig](double start, double end) {
    TransportRequest request;
    request.action = TransportAction::loopBeats;
    request.value = start;
    request.value2 = end;
    request.flag = true;
    rig.ask(request);
    rig.block();
    return rig.transport.view().willWrap != 0;
  };
  rig.autoplay();
  rig.run(5.0);  // beat 9.8
  CHECK_FALSE(loop(4.0, 8.0));
  CHECK(rig.state().isLoopEnabled);
  CHECK(loop(4.0, 12.0));
  CHECK_FALSE(loop(4.0, 8.0));
  rig.ask(TransportAction::stop);  // back to 0
  rig.block();
  CHECK(rig.transport.view().willWrap == 1);
}

TEST_CASE("song positions computed from the view are those that are heard") {
  TransportRig rig;
  TransportRequest request;
  request.action = TransportAction::loop;
  request.value = 1.0;
  request.value2 = 1.7;
  request.flag = true;
  rig.ask(request);
  rig.autoplay();
  for (int i = 0; i < 3000; ++i) {
    rig.block();
    const TransportState state = rig.state();
    const RtPlay& play = playAt(rig.transport.view(), state.lineBeat);
    if (play.isPlaying == 0) continue;
    const Beats song = play.songBeat + (state.lineBeat - play.fromBeat);
    // At the end of a loop the wrap comes with the next frame.
    CHECK(std::fabs((song - state.songBeat).value) < 1e-9);
  }
}
