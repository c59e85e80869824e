// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/plain-peer.hpp"

#include <ableton/Link.hpp>
#include <chrono>

namespace downbeat::test {

struct PlainPeer::Link : ableton::Link {
  using ableton::Link::Link;
};

PlainPeer::PlainPeer(double bpm) : link_(std::make_unique<Link>(bpm)) {
  link_->setTempoCallback([this](double) { tempoChanges.fetch_add(1); });
  link_->enableStartStopSync(true);
  link_->enable(true);
}
PlainPeer::~PlainPeer() = default;

std::size_t PlainPeer::numPeers() const { return link_->numPeers(); }

double PlainPeer::tempo() const { return link_->captureAppSessionState().tempo(); }

void PlainPeer::setTempo(double bpm) {
  auto state = link_->captureAppSessionState();
  state.setTempo(bpm, link_->clock().micros());
  link_->commitAppSessionState(state);
}

bool PlainPeer::isPlaying() const { return link_->captureAppSessionState().isPlaying(); }

void PlainPeer::setPlaying(bool isPlaying) {
  auto state = link_->captureAppSessionState();
  state.setIsPlaying(isPlaying, link_->clock().micros());
  link_->commitAppSessionState(state);
}

double PlainPeer::phaseAt(HostMicros host, Beats quantum) const {
  return link_->captureAppSessionState().phaseAtTime(std::chrono::microseconds(host.value),
                                                     quantum.value);
}

std::int64_t plainPeerMicros() {
  static const ableton::Link::Clock clock{};
  return clock.micros().count();
}

}  // namespace downbeat::test
