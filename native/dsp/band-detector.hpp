// SPDX-License-Identifier: GPL-3.0-or-later
// Listens to up to eight bands of a key and says how much each of them wants to be cut: band-pass,
// level, static curve. Four bands are worked side by side.
#pragma once

#include <array>
#include <cstdint>

#include "base/units.hpp"
#include "dsp/knee-curve.hpp"
#include "dsp/lanes.hpp"
#include "dsp/level-follower.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: audio.
class BandDetector {
 public:
  static constexpr std::uint32_t kMaxBands = 8;

  /// A band-pass of gain 1 at its center, two poles.
  struct Band {
    float center = 0.01F;  ///< fraction of the sample rate, 1e-4 to 0.45; outside is clamped
    float q = 1.0F;        ///< 0.3 to 100
    std::uint32_t holdFrames = 0;  ///< at least half a period of the center is held in any case
    KneeCurve curve;
  };

  /// For each frame and band how much of the sound it takes, 0 (nothing) to 1 (all of it): 1 less
  /// the factor of the cut. Bands side by side.
  using Cuts = std::array<std::array<float, kMaxBands>, kQuantumFrames>;

  /// Range: above 0 frames, for all bands.
  void setTimes(double attackFrames, double releaseFrames) RT_SAFE;
  void setBand(std::uint32_t index, const Band& band) RT_SAFE;
  /// Band 0 hears the whole key without a band-pass; `band.center` gives the lowest tone whose
  /// level is steady.
  void setWhole(const Band& band) RT_SAFE;
  /// How many bands listen; the others hear silence, and their cuts are released.
  void setCount(std::uint32_t count) RT_SAFE;
  void reset() RT_SAFE;

  /// Range: 1 to kQuantumFrames. Every entry of `cuts` up to there is written.
  void process(const float* key, std::uint32_t frames, Cuts& cuts) RT_SAFE;

 private:
  struct Group {
    // A state-variable filter as in state-variable-filter.hpp, four side by side.
    Lanes a1{};
    Lanes a2{};
    Lanes a3{};
    Lanes first{};
    Lanes second{};
    // What each band listens to: nothing or the key, of that its band-pass or all.
    Lanes used{};
    Lanes bandGain{};
    Lanes wholeGain{};
    LevelFollowers followers;
    // The curves, member by member.
    Lanes thresholdDb{};
    Lanes slope{};
    Lanes kneeDb{};
    Lanes deepestDb{};
    Lanes quiet{};  ///< up to this level no band is cut
  };

  [[nodiscard]] static Lanes cutOf(const Group& group, Lanes level) RT_SAFE;
  [[nodiscard]] static bool isAtRest(const Group& group) RT_SAFE;
  void setLane(std::uint32_t index, const Band& band) RT_SAFE;
  Lanes listen(Group& group, const float* key, std::uint32_t frames) RT_SAFE;

  std::array<Group, kMaxBands / kLaneCount> groups_;
  std::array<float, kMaxBands> damping_{};
  std::uint32_t count_ = 0;
  bool isWhole_ = false;
  std::array<Lanes, kQuantumFrames> levels_;  ///< of one group, while it is worked
};

}  // namespace downbeat::dsp
