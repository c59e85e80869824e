// SPDX-License-Identifier: GPL-3.0-or-later
// Ableton Link behind a small face. Link is a large header library: only link-session.cpp sees it.
#pragma once

#include <cstdint>
#include <memory>

#include "base/link-exchange.hpp"
#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::link {

/// How often Link's own thread reported a change since the start.
struct LinkChanges {
  std::uint64_t peers = 0;
  std::uint64_t tempo = 0;
  std::uint64_t startStop = 0;
};

/// One participant in a Link session. Off the network until `setEnabled(true)`.
///
/// Enable it only when audio runs and at least 1 s after construction: of two sessions that are
/// younger than 500 ms apart Link keeps a random one.
/// Thread: as stated at each member. `capture` and `commit` on one thread only, the audio thread.
class LinkSession {
 public:
  explicit LinkSession(Tempo tempo);
  ~LinkSession();
  LinkSession(const LinkSession&) = delete;
  LinkSession& operator=(const LinkSession&) = delete;

  /// Thread: control.
  void setEnabled(bool isEnabled);
  void setStartStopSync(bool isEnabled);

  /// Thread: any.
  [[nodiscard]] bool isEnabled() const RT_SAFE;
  [[nodiscard]] bool isStartStopSync() const RT_SAFE;
  [[nodiscard]] std::uint32_t numPeers() const RT_SAFE;
  [[nodiscard]] LinkChanges changes() const RT_SAFE;

  /// The session at `hostAtFirstFrame` (loudspeaker time) for cycles of `quantum`. Thread: audio.
  [[nodiscard]] LinkInput capture(HostMicros hostAtFirstFrame, Beats quantum) RT_SAFE;
  /// Changes the state captured last and gives it back to Link; nothing when `output` is empty.
  /// Afterwards Link shows this thread its own state for 1 s, whatever peers do. Thread: audio.
  void commit(const LinkOutput& output) RT_SAFE;

 private:
  struct Impl;
  std::unique_ptr<Impl> owner_;
  Impl& impl_;
};

}  // namespace downbeat::link
