// SPDX-License-Identifier: GPL-3.0-or-later
// When Link goes on the network, and when it must begin there anew.
#pragma once

#include <cstdint>

#include "base/units.hpp"
#include "link/link-session.hpp"

namespace downbeat::engine {

/// Thread: control.
class LinkKeeper {
 public:
  /// Of two Link sessions that began within half a second of each other a random one wins, and a
  /// box that plays nothing yet has nothing to share: it joins this long after its first block.
  static constexpr HostMicros kDelay{1'000'000};

  explicit LinkKeeper(link::LinkSession& session) : session_(session) {}

  /// About 50 times a second. `hasPlayed`: a block was rendered. `wallStep`: how far the wall clock
  /// was set since the last time, microseconds. True when Link began anew for that reason.
  bool poll(HostMicros now, bool isWanted, bool hasPlayed, std::int64_t wallStep);

  /// How often Link began anew.
  [[nodiscard]] std::uint64_t restarts() const { return restarts_; }

 private:
  link::LinkSession& session_;
  HostMicros firstBlockAt_{};
  std::uint64_t restarts_ = 0;
};

}  // namespace downbeat::engine
