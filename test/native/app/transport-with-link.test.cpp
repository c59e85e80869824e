// SPDX-License-Identifier: GPL-3.0-or-later
// The transport and a real Link session together, paced by the host clock as a null driver does,
// against Ableton's own class over loopback.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <initializer_list>
#include <thread>

#include "base/host-clock.hpp"
#include "base/transport-view.hpp"
#include "link/link-session.hpp"
#include "rt/latest.hpp"
#include "rt/spsc-queue.hpp"
#include "support/own-network.hpp"
#include "support/patience.hpp"
#include "support/plain-peer.hpp"
#include "transport/transport.hpp"

using namespace downbeat;
using test::comes;
using test::PlainPeer;
using test::sleepMillis;
using transport::PlayStatus;
using transport::Transport;
using transport::TransportAction;
using transport::TransportRequest;
using transport::TransportState;

namespace {

constexpr double kQuantum = 4.0;

/// A box: transport and Link session with an audio thread of 256 frames at 48 kHz.
class Box {
 public:
  explicit Box(double bpm) : link(Tempo{bpm}) {
    transport_.prepare(48000.0, Tempo{bpm}, Beats{kQuantum});
    thread_ = std::thread([this] { run(); });
  }
  ~Box() {
    isEnding_.store(true);
    thread_.join();
  }
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;

  void ask(TransportAction action, double value = 0.0, bool isAutoplay = false) {
    TransportRequest request;
    request.action = action;
    request.value = value;
    request.isAutoplay = isAutoplay;
    CHECK(requests_.push(request));
  }
  [[nodiscard]] TransportState state() const {
    TransportState state;
    while (!state_.read(state)) sleepMillis(1);
    return state;
  }
  [[nodiscard]] RtTransportView view() const {
    RtTransportView view;
    while (!view_.read(view)) sleepMillis(1);
    return view;
  }
  [[nodiscard]] int jumps() const { return jumps_.load(); }
  [[nodiscard]] int tempoCommits() const { return tempoCommits_.load(); }
  [[nodiscard]] int beatCommits() const { return beatCommits_.load(); }

  link::LinkSession link;

 private:
  void run() {
    constexpr std::int64_t kFrames = 256;
    const std::int64_t start = hostNow().value;
    for (std::int64_t frame = 0; !isEnding_.load(); frame += kFrames) {
      const HostMicros due{start + frame * 1000000 / 48000};
      while (hostNow() < due) std::this_thread::sleep_for(std::chrono::microseconds(500));
      TransportRequest request;
      while (requests_.pop(request)) (void)transport_.request(request);
      const HostMicros host = due + HostMicros{10000};
      transport_.beginBlock(Frames{frame}, host, link.capture(host, transport_.quantum()));
      for (std::int64_t done = 0; done < kFrames; done += kQuantumFrames) {
        const SongSpans spans = transport_.advance(kQuantumFrames);
        for (std::uint32_t i = 0; i < spans.count; ++i) {
          if (spans.spans[i].hasJumped) jumps_.fetch_add(1);
        }
      }
      const LinkOutput output = transport_.takeLinkOutput();
      link.commit(output);
      if (output.hasTempo) tempoCommits_.fetch_add(1);
      if (output.hasBeat) beatCommits_.fetch_add(1);
      view_.write(transport_.view());
      state_.write(transport_.state());
    }
  }

  Transport transport_;
  rt::SpscQueue<TransportRequest, 64> requests_;
  rt::Latest<TransportState> state_;
  rt::Latest<RtTransportView> view_;
  std::atomic<int> jumps_{0};
  std::atomic<int> tempoCommits_{0};
  std::atomic<int> beatCommits_{0};
  std::atomic<bool> isEnding_{false};
  std::thread thread_;
};

/// The peer's phase minus the box's at one moment, microseconds.
double phaseErrorMicros(const Box& box, const PlainPeer& peer) {
  const RtTransportView view = box.view();
  const HostMicros host = hostNow();
  const double ours = phaseOf(beatAt(view, host), Beats{kQuantum}).value;
  double beats = peer.phaseAt(host, Beats{kQuantum}) - ours;
  beats -= kQuantum * std::round(beats / kQuantum);
  return beats * 60.0e6 / peer.tempo();
}

}  // namespace

TEST_CASE("a playing box joins: the session's tempo, no jump, and in phase after the bend") {
  test::useOwnNetwork();
  PlainPeer founder(130.0);
  Box box(100.0);
  box.ask(TransportAction::play, 0.0, true);
  sleepMillis(1400);
  founder.tempoChanges.store(0);
  const double phaseBefore = founder.phaseAt(HostMicros{1000000000}, Beats{kQuantum});
  box.link.setEnabled(true);
  CHECK(comes(4.0, [&] { return std::fabs(box.state().tempo.bpm - 130.0) < 0.01; }));
  // At most half a quantum, 0.92 s, at 12.5 %; then 10 ms at 0.3 %.
  CHECK(comes(15.0, [&] { return std::fabs(phaseErrorMicros(box, founder)) < 1000.0; }));
  CHECK(box.jumps() == 0);
  CHECK(box.tempoCommits() == 0);
  CHECK(founder.tempoChanges.load() == 0);
  CHECK(founder.tempo() == 130.0);
  CHECK(std::fabs(founder.phaseAt(HostMicros{1000000000}, Beats{kQuantum}) - phaseBefore) < 0.001);
}

TEST_CASE("a stopped box is in phase at once, starts on the quantum, and tempo goes both ways") {
  test::useOwnNetwork();
  PlainPeer peer(120.0);
  Box box(120.0);
  box.link.setStartStopSync(true);
  sleepMillis(1400);
  box.link.setEnabled(true);
  REQUIRE(comes(4.0, [&] { return box.state().isFollowing; }));
  CHECK(comes(3.0, [&] { return std::fabs(phaseErrorMicros(box, peer)) < 1000.0; }));

  box.ask(TransportAction::play);
  CHECK(comes(1.0, [&] { return box.state().isWaiting; }));
  CHECK(comes(4.0, [&] { return box.state().status == PlayStatus::playing; }));
  CHECK(comes(2.0, [&] { return peer.isPlaying(); }));
  const RtTransportView view = box.view();
  const RtPlay& play = view.plays[view.playCount - 1];
  CHECK(phaseOf(play.fromBeat + Beats{0.001}, Beats{kQuantum}).value < 0.002);

  box.ask(TransportAction::tempo, 96.0);
  CHECK(comes(2.0, [&] { return std::fabs(peer.tempo() - 96.0) < 0.01; }));
  sleepMillis(1200);  // Link shows the box its own tempo for a second
  peer.setTempo(150.0);
  CHECK(comes(2.0, [&] { return std::fabs(box.state().tempo.bpm - 150.0) < 0.01; }));
  CHECK(comes(8.0, [&] { return std::fabs(phaseErrorMicros(box, peer)) < 1000.0; }));
  CHECK(box.tempoCommits() == 1);

  peer.setPlaying(false);
  CHECK(comes(2.0, [&] { return box.state().status == PlayStatus::stopped; }));
}

TEST_CASE("a box that founded the session shows it its line: who joins is in phase with the song") {
  test::useOwnNetwork();
  Box box(174.0);  // no whole number of microseconds per beat: Link's line drifts from ours
  box.ask(TransportAction::play, 0.0, true);
  sleepMillis(1000);
  box.link.setEnabled(true);
  sleepMillis(2500);
  CHECK(box.beatCommits() >= 1);
  PlainPeer peer(90.0);
  CHECK(comes(4.0, [&] { return std::fabs(peer.tempo() - 174.0) < 0.01; }));
  CHECK(comes(2.0, [&] { return box.state().isFollowing; }));
  CHECK(comes(3.0, [&] { return std::fabs(phaseErrorMicros(box, peer)) < 1000.0; }));
  CHECK(box.state().tempo.bpm == 174.0);
  CHECK(box.jumps() == 0);
  // Song and line are in phase, so the peer's downbeat is the song's.
  const TransportState state = box.state();
  const Beats apart = transport::shortestWay(state.songBeat, state.lineBeat, Beats{kQuantum});
  CHECK(std::fabs(apart.value) < 1e-6);
}
