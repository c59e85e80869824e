// SPDX-License-Identifier: GPL-3.0-or-later
// A musician we meet: Ableton's own class as it is, behind a wall, because its headers take longer
// to compile than everything else in a test.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/units.hpp"

namespace downbeat::test {

/// Start-stop sync is on. It is on the network from the beginning.
class PlainPeer {
 public:
  explicit PlainPeer(double bpm);
  ~PlainPeer();
  PlainPeer(const PlainPeer&) = delete;
  PlainPeer& operator=(const PlainPeer&) = delete;

  [[nodiscard]] std::size_t numPeers() const;
  [[nodiscard]] double tempo() const;
  void setTempo(double bpm);
  [[nodiscard]] bool isPlaying() const;
  void setPlaying(bool isPlaying);
  [[nodiscard]] double phaseAt(HostMicros host, Beats quantum) const;

  std::atomic<int> tempoChanges{0};

 private:
  struct Link;
  std::unique_ptr<Link> link_;
};

/// What Ableton's class takes for the time, in microseconds.
std::int64_t plainPeerMicros();

}  // namespace downbeat::test
