// SPDX-License-Identifier: GPL-3.0-or-later
// Up to a thousand band-passes side by side: sixteen at a time, four to a vector, each for a whole
// block before the next sixteen. Even bands hear and say one channel, odd bands the other.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "dsp/lanes.hpp"
#include "dsp/matched-filter.hpp"
#include "rt/rt-safe.hpp"

namespace downbeat::dsp {

/// Thread: `prepare` on control, the rest on audio.
class ResonatorBank {
 public:
  static constexpr std::uint32_t kMaxBands = 1024;
  /// Coefficients move on this grid of frames: a new shape reaches kBandsPerStep bands in each.
  static constexpr std::uint32_t kStepFrames = 32;
  static constexpr std::uint32_t kBandsPerStep = 64;

  struct Shape {
    std::uint32_t count = 0;  ///< bands, up to kMaxBands
    double low = 0.01;        ///< cutoff of the first, as a fraction of the sample rate
    double high = 0.1;        ///< and of the last; the others in between in equal ratios
    double q = 10.0;          ///< 1 to 200
    double level = 1.0;       ///< of what bands hear: they never ring louder than they should
    [[nodiscard]] bool operator==(const Shape& other) const RT_SAFE {
      return count == other.count && low == other.low && high == other.high && q == other.q &&
             level == other.level;
    }
  };
  [[nodiscard]] static double cutoffOf(const Shape& shape, std::uint32_t band) RT_SAFE;
  /// Silent above 0.45 of the sample rate and from `count` on.
  [[nodiscard]] static FilterStage stageOf(const Shape& shape, std::uint32_t band) RT_SAFE;

  void prepare();
  /// At once, about 100 ns for a band; bands keep ringing.
  void jumpTo(const Shape& shape) RT_SAFE;
  /// Step by step, the low bands first. Called again before all have arrived, it waits for them.
  void glideTo(const Shape& shape) RT_SAFE { wanted_ = shape; }

  /// Silence; shapes arrive where they go.
  void reset() RT_SAFE;
  /// `even[i]` goes into bands 0, 2, 4..., `odd[i]` into the others; what they say is summed to
  /// the same two. At most kStepFrames, in place or not.
  void process(const float* even, const float* odd, float* evenOut, float* oddOut,
               std::uint32_t frames) RT_SAFE;

 private:
  static constexpr std::uint32_t kLanesPerGroup = 4;
  static constexpr std::uint32_t kBandsPerGroup = kLanesPerGroup * kLaneCount;
  static constexpr std::uint32_t kGroupsPerStep = kBandsPerStep / kBandsPerGroup;

  /// A band-pass stage: it says nothing at 0 Hz, so `second` is minus `direct`.
  struct Coefficients {
    std::array<Lanes, kLanesPerGroup> level{};
    std::array<Lanes, kLanesPerGroup> damp{};
    std::array<Lanes, kLanesPerGroup> turn{};
    std::array<Lanes, kLanesPerGroup> pull{};
    std::array<Lanes, kLanesPerGroup> direct{};
    std::array<Lanes, kLanesPerGroup> first{};
  };
  struct Group {
    Coefficients now;
    std::array<Lanes, kLanesPerGroup> band{};
    std::array<Lanes, kLanesPerGroup> low{};
  };

  static Coefficients design(const Shape& shape, std::uint32_t group) RT_SAFE;
  void beginStep() RT_SAFE;
  void run(Group& group, const Lanes* in, Lanes* sum, std::uint32_t frames) RT_SAFE;
  void runGliding(std::uint32_t group, const Lanes* in, Lanes* sum, std::uint32_t frames) RT_SAFE;

  std::vector<Group> groups_;
  std::uint32_t activeGroups_ = 0;
  Shape wanted_;
  Shape target_;             ///< of the sweep under way or done
  std::uint32_t swept_ = 0;  ///< groups that have or are getting it
  std::uint32_t sweepEnd_ = 0;
  // Those that glide now.
  std::uint32_t gliding_ = 0;
  std::uint32_t glidingCount_ = 0;
  std::array<Coefficients, kGroupsPerStep> goal_;
  std::array<Coefficients, kGroupsPerStep> slope_;
  std::uint32_t counter_ = 0;  ///< frames
};

}  // namespace downbeat::dsp
