// SPDX-License-Identifier: GPL-3.0-or-later
#include "link/app-link.hpp"

#include <ableton/Link.hpp>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <utility>

#include "link/link-clock.hpp"

namespace downbeat::link {
namespace {

constexpr std::uint32_t kPeers = 1;
constexpr std::uint32_t kTempo = 2;
constexpr std::uint32_t kPlaying = 4;

}  // namespace

// --- SessionState

struct SessionState::Impl {
  ableton::Link::SessionState state;
};

SessionState::SessionState(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SessionState::SessionState(const SessionState& other)
    : impl_(std::make_unique<Impl>(*other.impl_)) {}
SessionState::SessionState(SessionState&& other) noexcept = default;
SessionState& SessionState::operator=(const SessionState& other) {
  if (this != &other) impl_ = std::make_unique<Impl>(*other.impl_);
  return *this;
}
SessionState& SessionState::operator=(SessionState&& other) noexcept = default;
SessionState::~SessionState() = default;

Tempo SessionState::tempo() const { return Tempo{impl_->state.tempo()}; }

void SessionState::setTempo(Tempo tempo, HostMicros at) {
  impl_->state.setTempo(clampTempo(tempo.bpm).bpm, chronoOf(at));
}

Beats SessionState::beatAtTime(HostMicros host, Beats quantum) const {
  return Beats{impl_->state.beatAtTime(chronoOf(host), quantum.value)};
}

Beats SessionState::phaseAtTime(HostMicros host, Beats quantum) const {
  return Beats{impl_->state.phaseAtTime(chronoOf(host), quantum.value)};
}

HostMicros SessionState::timeAtBeat(Beats beat, Beats quantum) const {
  return HostMicros{impl_->state.timeAtBeat(beat.value, quantum.value).count()};
}

void SessionState::requestBeatAtTime(Beats beat, HostMicros host, Beats quantum) {
  impl_->state.requestBeatAtTime(beat.value, chronoOf(host), quantum.value);
}

void SessionState::forceBeatAtTime(Beats beat, HostMicros host, Beats quantum) {
  impl_->state.forceBeatAtTime(beat.value, chronoOf(host), quantum.value);
}

bool SessionState::isPlaying() const { return impl_->state.isPlaying(); }

HostMicros SessionState::timeForIsPlaying() const {
  return HostMicros{impl_->state.timeForIsPlaying().count()};
}

void SessionState::setIsPlaying(bool isPlaying, HostMicros host) {
  impl_->state.setIsPlaying(isPlaying, chronoOf(host));
}

void SessionState::requestBeatAtStartPlayingTime(Beats beat, Beats quantum) {
  impl_->state.requestBeatAtStartPlayingTime(beat.value, quantum.value);
}

void SessionState::setIsPlayingAndRequestBeatAtTime(bool isPlaying, HostMicros host, Beats beat,
                                                    Beats quantum) {
  impl_->state.setIsPlayingAndRequestBeatAtTime(isPlaying, chronoOf(host), beat.value,
                                                quantum.value);
}

// --- AppLink

struct AppLink::Impl {
  Impl(Tempo tempo, OnNews told) : onNews(std::move(told)), newTempo(tempo.bpm), link(tempo.bpm) {
    link.setNumPeersCallback([this](std::size_t count) {
      newPeers.store(static_cast<std::uint32_t>(count));
      tell(kPeers);
    });
    link.setTempoCallback([this](double bpm) {
      newTempo.store(bpm);
      tell(kTempo);
    });
    link.setStartStopCallback([this](bool isPlaying) {
      newPlaying.store(isPlaying);
      tell(kPlaying);
    });
  }

  void tell(std::uint32_t kind) {
    // The value first: whoever sees the mark reads this value, or a newer one that has its own
    // mark.
    changed.fetch_or(kind);
    if (onNews) onNews();
  }

  const OnNews onNews;

  // Link's thread to the reader.
  std::atomic<std::uint32_t> changed{0};
  std::atomic<std::uint32_t> newPeers{0};
  std::atomic<double> newTempo;
  std::atomic<bool> newPlaying{false};

  // Last: it is destroyed first, so that no callback finds the values gone.
  ableton::Link link;
};

AppLink::AppLink(Tempo tempo, OnNews onNews)
    : impl_(std::make_unique<Impl>(clampTempo(tempo.bpm), std::move(onNews))) {}

AppLink::~AppLink() = default;

void AppLink::enable(bool isEnabled) { impl_->link.enable(isEnabled); }

bool AppLink::isEnabled() const { return impl_->link.isEnabled(); }

void AppLink::enableStartStopSync(bool isEnabled) { impl_->link.enableStartStopSync(isEnabled); }

bool AppLink::isStartStopSyncEnabled() const { return impl_->link.isStartStopSyncEnabled(); }

std::uint32_t AppLink::numPeers() const {
  // Link forgets them a little after it was switched off.
  return isEnabled() ? static_cast<std::uint32_t>(impl_->link.numPeers()) : 0;
}

LinkNews AppLink::takeNews() {
  const std::uint32_t changed = impl_->changed.exchange(0);
  LinkNews news;
  news.hasPeers = (changed & kPeers) != 0;
  news.peers = impl_->newPeers.load();
  news.hasTempo = (changed & kTempo) != 0;
  news.tempo = Tempo{impl_->newTempo.load()};
  news.hasPlaying = (changed & kPlaying) != 0;
  news.isPlaying = impl_->newPlaying.load();
  return news;
}

SessionState AppLink::captureAppSessionState() const {
  return SessionState(std::unique_ptr<SessionState::Impl>(
      new SessionState::Impl{impl_->link.captureAppSessionState()}));
}

void AppLink::commitAppSessionState(const SessionState& state) {
  impl_->link.commitAppSessionState(state.impl_->state);
}

}  // namespace downbeat::link
