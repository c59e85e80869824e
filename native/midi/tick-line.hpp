// SPDX-License-Identifier: GPL-3.0-or-later
// The even line through uneven ticks: which tick, in fractions, belongs to which host time. Least
// squares over a window that grows while the leader is steady and shrinks when it is not.
//
// The newest six ticks are held back and compared with the line through the older ones. If they lie
// off it, what explains them best? A tempo change, a step of the phase, ticks that were lost or
// came twice; or nothing of all this: a few late ones, which are then left out. Changes too slow
// for six ticks are found by comparing the newer part of the window with the older, at several
// lengths.
#pragma once

#include <array>
#include <cstdint>

#include "base/units.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::midi {

/// Thread: one; audio in the instrument. Allocates nothing.
class TickLine {
 public:
  /// Tempi outside make no line: 15 to 1000 bpm at 24 ticks a beat.
  static constexpr double kMinTickMicros = 2500.0;
  static constexpr double kMaxTickMicros = 166'667.0;

  void reset() RT_SAFE { *this = TickLine{}; }

  /// The next tick.
  void add(HostMicros host) RT_SAFE;
  /// The next tick, which is where the leader says, not where the line expected it; the tempo
  /// stays.
  void addMoved(HostMicros host) RT_SAFE;
  /// A tick after a silence: it gets the number that the line has there. The tempo stays.
  void addAfterSilence(HostMicros host) RT_SAFE;

  /// Four ticks that make sense have come.
  [[nodiscard]] bool hasTempo() const RT_SAFE { return hasTempo_; }
  /// Number of the newest tick; the first is 0. Ticks found lost or doubled move it.
  [[nodiscard]] std::int64_t newest() const RT_SAFE { return newest_; }
  /// With hasTempo only, as the next four.
  [[nodiscard]] double tickAt(HostMicros host) const RT_SAFE;
  [[nodiscard]] HostMicros hostOf(std::int64_t tick) const RT_SAFE;
  [[nodiscard]] double microsPerTick() const RT_SAFE { return line_.slope; }
  /// Standard error of microsPerTick, as a part of it.
  [[nodiscard]] double tempoError() const RT_SAFE;
  /// A tick this far from where it is expected is not where the line has it; microseconds.
  [[nodiscard]] double gateMicros() const RT_SAFE;

  /// Standard deviation of ticks against the line, in microseconds.
  [[nodiscard]] double jitterMicros() const RT_SAFE;
  [[nodiscard]] std::uint64_t missing() const RT_SAFE { return missing_; }
  [[nodiscard]] std::uint64_t doubled() const RT_SAFE { return doubled_; }

 private:
  static constexpr std::uint32_t kWindow = 2048;  // power of two; 12 s at 400 bpm
  static constexpr std::uint32_t kHeld = 6;

  struct Tick {
    double at = 0.0;  ///< microseconds since origin_
    std::int64_t number = 0;
    bool isLate = false;  ///< it came together with the next: `at` is where the line has it
  };
  /// Sums over ticks, relative to a tick and a slope near the result.
  struct Sums {
    double n = 0.0, x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
    void add(double dx, double dy) RT_SAFE;
    [[nodiscard]] Sums without(const Sums& part) const RT_SAFE;
  };
  struct Line {
    double tick = 0.0;  ///< the middle of its ticks
    double at = 0.0;
    double slope = 0.0;   ///< microseconds per tick
    double count = 0.0;   ///< ticks
    double spread = 0.0;  ///< sum of squared distances from the middle, with what the prior weighs
    [[nodiscard]] double atTick(double number) const RT_SAFE {
      return at + (number - tick) * slope;
    }
    /// Variance of atTick, for ticks with a variance of 1.
    [[nodiscard]] double variance(double number) const RT_SAFE;
  };
  /// What may have happened to the held ticks, from one of them on.
  struct Story {
    enum class Kind : std::uint8_t { nothing, renumbered, moved, bent, drifted };
    Kind kind = Kind::nothing;
    std::uint32_t from = 0;
    double value = 0.0;  ///< ticks, microseconds, or microseconds per tick
    double start = 0.0;  ///< of drifted: how far the first one is off already
    double cost = 0.0;
  };
  using Residuals = std::array<double, kHeld>;

  void start(double at) RT_SAFE;
  void noteRoughness(double at) RT_SAFE;
  void beginStretch(double at, std::int64_t number) RT_SAFE;
  void noteBunch(double at) RT_SAFE;
  void promote() RT_SAFE;
  void refit() RT_SAFE;
  void dropContradictedPrior(const Sums& sums, double slope) RT_SAFE;
  void joinHeld() RT_SAFE;
  void judge() RT_SAFE;
  [[nodiscard]] Story bestStory(const Residuals& off) const RT_SAFE;
  [[nodiscard]] Story driftedStory(const Residuals& off) const RT_SAFE;
  [[nodiscard]] double costOf(const Story& story, const Residuals& off) const RT_SAFE;
  void follow(const Story& story) RT_SAFE;
  [[nodiscard]] bool beginAgain(const Residuals& off) RT_SAFE;
  [[nodiscard]] bool isNearTempo(double slope) const RT_SAFE;
  void keepFrom(std::uint32_t from) RT_SAFE;
  void push(const Tick& tick) RT_SAFE;
  [[nodiscard]] const Tick& windowTick(std::uint32_t fromNewest) const RT_SAFE;
  [[nodiscard]] Line lineOf(const Sums& sums, double slope, const Tick& around) const RT_SAFE;
  [[nodiscard]] double microsOf(HostMicros host) RT_SAFE;

  HostMicros origin_{};  // doubles hold microseconds of years, not of an epoch
  bool hasOrigin_ = false;
  bool hasTempo_ = false;
  std::int64_t newest_ = -1;

  std::array<Tick, kWindow> window_{};
  std::uint32_t head_ = 0;   // of the next tick
  std::uint32_t count_ = 0;  // the newest so many of window_ count
  std::array<Tick, kHeld> held_{};
  std::uint32_t heldCount_ = 0;

  Line base_{};  // through the window
  Line line_{};  // through all that count
  double priorSlope_ = 0.0;
  double priorSpread_ = 0.0;   // how much the tempo before this stretch weighs
  double noise_ = 1.0e6;       // variance of a tick, in square microseconds; no less than believed
  double spreadSeen_ = 1.0e6;  // the same as measured against the line
  double roughness_ = 1.0e6;   // the same from three ticks in a row, whatever the tempo does
  std::uint32_t noiseCount_ = 0;
  std::uint32_t roughCount_ = 0;
  double heldAt_ = 0.0;  // when the newest held tick came
  double lastAt_ = 0.0;  // of the two ticks before
  double lastButOneAt_ = 0.0;
  std::uint32_t strange_ = 0;  // ticks since the held ones were first off without a reason

  std::uint64_t missing_ = 0;
  std::uint64_t doubled_ = 0;
};

}  // namespace downbeat::midi
