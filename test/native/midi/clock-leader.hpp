// SPDX-License-Identifier: GPL-3.0-or-later
// A leader of MIDI clock for tests: ticks at a tempo that the test holds, late or early by chance.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>

#include "base/midi-message.hpp"
#include "midi/clock-follower.hpp"

namespace downbeat::test {

class ClockLeader {
 public:
  ClockLeader(double bpm, double jitterMicros, unsigned seed)
      : bpm_(bpm), jitter_(jitterMicros), random_(seed) {}

  /// Tells `follower` of the next tick; gives its host time, jitter included.
  template <typename Follower>
  std::int64_t tick(Follower& follower) {
    const std::int64_t at = next();
    follower.receive({HostMicros{at}, midi::kTick, 0});
    return at;
  }
  /// The next tick happens and nobody is told.
  std::int64_t next() {
    const auto at = static_cast<std::int64_t>(std::llround(ideal_ + noise(jitter_)));
    at_ = ideal_;
    ideal_ += 60.0e6 / (24.0 * bpm_);
    ++ticks_;
    return at;
  }
  template <typename Follower>
  void say(Follower& follower, std::uint8_t status, double afterMicros = 1000.0,
           std::uint16_t position = 0) {
    const auto at = static_cast<std::int64_t>(std::llround(at_ + afterMicros));
    follower.receive({HostMicros{at}, status, position});
  }
  template <typename Follower>
  void run(Follower& follower, double seconds) {
    const double end = ideal_ + seconds * 1.0e6;
    while (ideal_ < end) tick(follower);
  }
  /// No tick for so long; the leader's own clock stands or goes on.
  void rest(double seconds) { ideal_ += seconds * 1.0e6; }

  void setTempo(double bpm) { bpm_ = bpm; }
  [[nodiscard]] double bpm() const { return bpm_; }
  /// Where the newest tick belongs.
  [[nodiscard]] double idealAt() const { return at_; }
  [[nodiscard]] HostMicros now() const { return {static_cast<std::int64_t>(std::llround(at_))}; }
  /// Where the next one belongs.
  [[nodiscard]] double nextIdeal() const { return ideal_; }
  /// Ticks so far.
  [[nodiscard]] std::int64_t ticks() const { return ticks_; }
  double noise(double width) {
    return std::uniform_real_distribution<double>(-width, width)(random_);
  }
  [[nodiscard]] bool chance(double share) {
    return std::uniform_real_distribution<double>(0.0, 1.0)(random_) < share;
  }

 private:
  double bpm_;
  double jitter_;
  double ideal_ = 7.0e9;
  double at_ = 7.0e9;
  std::int64_t ticks_ = 0;
  std::mt19937 random_;
};

}  // namespace downbeat::test
