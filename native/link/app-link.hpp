// SPDX-License-Identifier: GPL-3.0-or-later
// Ableton Link for programs without an audio thread: Ableton's own interface for application
// threads, behind a face that hides its headers. `LinkSession` is the other one, for the audio
// thread; never use both on one session.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/units.hpp"

namespace downbeat::link {

/// A session's time line and play state as captured at one moment: a copy that may be asked,
/// changed and committed. It does not follow the session.
///
/// Beats are whole millionths; their magnitude is this participant's, their phase is the session's.
/// Range: tempo 20 to 999 bpm, outside is taken to the nearest end. Quantum at least 0.000001
/// beats. Times within 2^53 us and beats within 10^9 of zero: outside the arithmetic may overflow.
/// Thread: any one at a time.
class SessionState {
 public:
  SessionState(const SessionState& other);
  SessionState(SessionState&& other) noexcept;
  SessionState& operator=(const SessionState& other);
  SessionState& operator=(SessionState&& other) noexcept;
  ~SessionState();

  [[nodiscard]] Tempo tempo() const;
  /// The beat at `at` stays where it is.
  void setTempo(Tempo tempo, HostMicros at);

  [[nodiscard]] Beats beatAtTime(HostMicros host, Beats quantum) const;
  /// In [0, quantum), also before beat 0.
  [[nodiscard]] Beats phaseAtTime(HostMicros host, Beats quantum) const;
  [[nodiscard]] HostMicros timeAtBeat(Beats beat, Beats quantum) const;

  /// Alone when captured: `beat` is at `host`. In company: at the next time that has its phase.
  void requestBeatAtTime(Beats beat, HostMicros host, Beats quantum);
  /// `beat` is at `host`, and everybody else's phase is moved when this is committed.
  void forceBeatAtTime(Beats beat, HostMicros host, Beats quantum);

  [[nodiscard]] bool isPlaying() const;
  /// When the wish to play or to stop takes effect.
  [[nodiscard]] HostMicros timeForIsPlaying() const;
  void setIsPlaying(bool isPlaying, HostMicros host);
  /// As requestBeatAtTime at timeForIsPlaying(); nothing while stopped.
  void requestBeatAtStartPlayingTime(Beats beat, Beats quantum);
  void setIsPlayingAndRequestBeatAtTime(bool isPlaying, HostMicros host, Beats beat, Beats quantum);

 private:
  friend class AppLink;
  struct Impl;
  explicit SessionState(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// What has changed since the last look, and the newest value of each.
struct LinkNews {
  bool hasPeers = false;
  std::uint32_t peers = 0;
  bool hasTempo = false;
  Tempo tempo{};
  bool hasPlaying = false;
  bool isPlaying = false;
};

/// One participant in a Link session, used from application threads. Off the network until
/// `enable(true)`; of two sessions that began within 500 ms of each other Link keeps a random one.
///
/// Thread: any, unless a member says otherwise; none is for the audio thread, they lock.
class AppLink {
 public:
  /// Called on Link's thread after each change, also one of our own. That thread measures the
  /// clocks of the others meanwhile: return at once, wait for nothing, and do not destroy the
  /// AppLink.
  using OnNews = std::function<void()>;

  explicit AppLink(Tempo tempo, OnNews onNews = {});
  /// Leaves the session and joins Link's threads: well under 1 ms, in rare cases 500 ms. Afterwards
  /// nobody calls `onNews`.
  ~AppLink();
  AppLink(const AppLink&) = delete;
  AppLink& operator=(const AppLink&) = delete;

  void enable(bool isEnabled);
  [[nodiscard]] bool isEnabled() const;
  void enableStartStopSync(bool isEnabled);
  [[nodiscard]] bool isStartStopSyncEnabled() const;
  /// Other participants in the session; 0 while off.
  [[nodiscard]] std::uint32_t numPeers() const;

  /// Each change is told once; of several of one kind the newest. Thread: one reader.
  [[nodiscard]] LinkNews takeNews();

  [[nodiscard]] SessionState captureAppSessionState() const;
  /// Takes over what was changed in `state` since its capture, and tells the peers: the time line
  /// (tempo and beats) as one, the play state as the other. The one that was not changed stays as
  /// the session has it by now.
  void commitAppSessionState(const SessionState& state);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace downbeat::link
