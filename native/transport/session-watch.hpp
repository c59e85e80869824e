// SPDX-License-Identifier: GPL-3.0-or-later
// The manners towards Link. What did the session do without us, and what of ours may be told to it,
// when? Never our tempo on joining, never our phase to peers, never two commits on each other's
// heels: Link's dispatcher may then sleep for half a second.
#pragma once

#include <cstdint>

#include "base/link-exchange.hpp"
#include "base/link-facts.hpp"
#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::transport {

/// What a block's capture brought.
struct LinkNews {
  bool hasTempo = false;  ///< the session has another tempo, and it was not us
  Tempo tempo{};
  bool hasPlaying = false;  ///< a peer pressed play or stop
  bool isPlaying = false;
  HostMicros playingSince{};
  bool isReturn = false;  ///< whoever vanished is back, in time and at the tempo that was kept
};

/// Thread: audio.
class SessionWatch {
 public:
  void reset(Tempo tempo) RT_SAFE;

  /// Once per block, with what was captured for the host time of its first frame.
  [[nodiscard]] LinkNews read(const LinkInput& input, HostMicros host, Beats quantum) RT_SAFE;

  /// Our own changes, to be committed when it is polite.
  void tellTempo(Tempo tempo, HostMicros at) RT_SAFE;
  void tellPlaying(bool isPlaying, HostMicros at) RT_SAFE;
  /// Tempo changes wait: Link still shows us our own state from before we joined.
  [[nodiscard]] bool mustHoldTempo() const RT_SAFE { return now_ < holdUntil_; }
  [[nodiscard]] bool hasUntoldTempo() const RT_SAFE { return hasTempo_; }
  [[nodiscard]] bool isFollowing() const RT_SAFE { return peers_ > 0; }

  /// What was seen so far; the correction is the follower's to add.
  [[nodiscard]] const RtLinkFacts& facts() const RT_SAFE { return facts_; }

  /// Link's beat at `host`, by the newest capture.
  [[nodiscard]] Beats linkBeatAt(HostMicros host) const RT_SAFE;

  /// What to commit now, with our line at `lineBeat` at `host`.
  [[nodiscard]] LinkOutput take(Beats lineBeat, HostMicros host, Beats quantum) RT_SAFE;

 private:
  [[nodiscard]] double movedMicros(const LinkInput& input, HostMicros host, Beats quantum) const
      RT_SAFE;
  void noteStep(const LinkInput& input, HostMicros host, double micros) RT_SAFE;
  void noteTempo(HostMicros host, bool isOfOthers) RT_SAFE;
  [[nodiscard]] bool isReturning(const LinkInput& input, HostMicros host) const RT_SAFE;
  [[nodiscard]] LinkNews playingNews(const LinkInput& input, HostMicros host) RT_SAFE;
  [[nodiscard]] bool mayAnchor(Beats lineBeat, HostMicros host, Beats quantum) const RT_SAFE;

  static constexpr HostMicros kLongAgo{-1000000000000};

  // As captured last.
  HostMicros now_ = kLongAgo;
  Beats beat_{};
  Tempo tempo_{};
  Beats quantum_{};
  std::uint32_t peers_ = 0;
  bool isPlaying_ = false;
  bool isEnabled_ = false;
  bool isStartStopSync_ = false;
  bool hasSeen_ = false;
  bool isMoveOurs_ = false;  // the next capture shows what we committed

  HostMicros enabledAt_ = kLongAgo;
  HostMicros joinedAt_ = kLongAgo;
  HostMicros leftAt_ = kLongAgo;
  HostMicros syncedAt_ = kLongAgo;
  HostMicros movedAt_ = kLongAgo;
  HostMicros anchoredAt_ = kLongAgo;
  HostMicros committedAt_ = kLongAgo;
  HostMicros timelineAt_ = kLongAgo;
  HostMicros holdUntil_ = kLongAgo;

  // Not told yet.
  bool hasTempo_ = false;
  Tempo newTempo_{};
  HostMicros newTempoAt_{};
  bool hasPlaying_ = false;
  bool newPlaying_ = false;
  HostMicros newPlayingAt_{};

  RtLinkFacts facts_;
};

/// Link's pace: whole microseconds per beat, which is what goes over the network.
[[nodiscard]] double linkMicrosPerBeat(Tempo tempo) RT_SAFE;
/// The smallest move, in beats and either direction, that brings phase `from` to phase `to`.
[[nodiscard]] Beats shortestWay(Beats from, Beats to, Beats quantum) RT_SAFE;

}  // namespace downbeat::transport
