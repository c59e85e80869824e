// SPDX-License-Identifier: GPL-3.0-or-later
#include "link/link-session.hpp"

#include <ableton/Link.hpp>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>

#include "link/link-clock.hpp"
#include "link/link-company.hpp"

namespace downbeat::link {
struct LinkSession::Impl {
  explicit Impl(Tempo tempo) : link(tempo.bpm) {
    // These run on Link's thread, which also answers the pings that measure clocks: count and go.
    link.setNumPeersCallback([this](std::size_t) { peersChanges.fetch_add(1); });
    link.setTempoCallback([this](double) { tempoChanges.fetch_add(1); });
    link.setStartStopCallback([this](bool) { startStopChanges.fetch_add(1); });
  }

  void capture(LinkInput& input, HostMicros host, Beats quantum) {
    captured.emplace(link.captureAudioSessionState());
    readCompany(link, input);
    input.isStartStopSync = link.isStartStopSyncEnabled();
    input.beat = Beats{captured->beatAtTime(chronoOf(host), quantum.value)};
    input.tempo = Tempo{captured->tempo()};
    input.isPlaying = captured->isPlaying();
    input.playingSince = HostMicros{captured->timeForIsPlaying().count()};
  }

  void commit(const LinkOutput& output) {
    if (output.isEmpty() || !captured) return;
    if (output.hasTempo) captured->setTempo(output.tempo.bpm, chronoOf(output.tempoAt));
    // A peer may have come since the capture: its phase is not ours to move.
    if (output.hasBeat && link.numPeers() == 0) {
      captured->forceBeatAtTime(output.beat.value, chronoOf(output.beatAt), output.quantum.value);
    }
    if (output.hasPlaying) captured->setIsPlaying(output.isPlaying, chronoOf(output.playingAt));
    link.commitAudioSessionState(*captured);
  }

  // Link's thread to any.
  std::atomic<std::uint64_t> peersChanges{0};
  std::atomic<std::uint64_t> tempoChanges{0};
  std::atomic<std::uint64_t> startStopChanges{0};

  // Audio thread only.
  std::optional<ableton::Link::SessionState> captured;

  // Last: it is destroyed first, so that no callback finds the counters gone.
  ableton::Link link;
};

LinkSession::LinkSession(Tempo tempo)
    : owner_(std::make_unique<Impl>(clampTempo(tempo.bpm))), impl_(*owner_) {}

LinkSession::~LinkSession() = default;

void LinkSession::setEnabled(bool isEnabled) { impl_.link.enable(isEnabled); }

void LinkSession::setStartStopSync(bool isEnabled) { impl_.link.enableStartStopSync(isEnabled); }

bool LinkSession::isEnabled() const RT_SAFE {
  bool result = false;
  RT_ALLOW("Link reads one atomic", result = impl_.link.isEnabled());
  return result;
}

bool LinkSession::isStartStopSync() const RT_SAFE {
  bool result = false;
  RT_ALLOW("Link reads one atomic", result = impl_.link.isStartStopSyncEnabled());
  return result;
}

std::uint32_t LinkSession::numPeers() const RT_SAFE {
  std::uint32_t result = 0;
  RT_ALLOW("Link reads one atomic", result = static_cast<std::uint32_t>(impl_.link.numPeers()));
  return result;
}

LinkChanges LinkSession::changes() const RT_SAFE {
  return {impl_.peersChanges.load(), impl_.tempoChanges.load(), impl_.startStopChanges.load()};
}

LinkInput LinkSession::capture(HostMicros hostAtFirstFrame, Beats quantum) RT_SAFE {
  LinkInput input{};
  RT_ALLOW("Link documents captureAudioSessionState as realtime-safe: it only ever tries locks",
           impl_.capture(input, hostAtFirstFrame, quantum));
  return input;
}

void LinkSession::commit(const LinkOutput& output) RT_SAFE {
  RT_ALLOW("Link documents commitAudioSessionState as realtime-safe: it only ever tries locks",
           impl_.commit(output));
}

}  // namespace downbeat::link
