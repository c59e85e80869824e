// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/compressor.hpp"

#include <array>
#include <cmath>

#include "base/units.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/lane-functions.hpp"
#include "dsp/lanes.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t { kThresholdDb, kRatio, kAttackMs, kReleaseMs, kMakeupDb, kCount };

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "THRESHOLD_DB", "thresholdDb", "dB", -80.0F, 0.0F, -2.0F, Smoothing::linear},
    {2, "RATIO", "ratio", "", 1.0F, 100.0F, 1.2F, Smoothing::linear},
    {3, "ATTACK_MS", "attackMs", "ms", 0.1F, 1000.0F, 25.0F, Smoothing::linear},
    {4, "RELEASE_MS", "releaseMs", "ms", 0.1F, 5000.0F, 200.0F, Smoothing::linear},
    {5, "MAKEUP_DB", "makeupDb", "dB", -24.0F, 24.0F, 0.0F, Smoothing::linear},
}};

constexpr float kKneeDb = 4.0F;  // half of it on either side of the threshold

using dsp::Lanes;

class Compressor final : public Node {
 public:
  Compressor() : Node(kCompressorType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    reset();
    return {};
  }

  void reset() RT_SAFE override { level_ = 0.0F; }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    const float* const* heard = io.key != nullptr ? io.key : io.in;
    // Each step over all frames, so that all but the follower runs over four at once.
    std::array<float, kQuantumFrames> levels{};
    for (std::uint32_t done = 0; done < io.frames; done += kQuantumFrames) {
      const std::uint32_t count =
          io.frames - done < kQuantumFrames ? io.frames - done : kQuantumFrames;
      for (std::uint32_t i = 0; i < count; ++i) {
        const float left = std::fabs(heard[0][done + i]);
        const float right = std::fabs(heard[1][done + i]);
        levels[i] = dsp::flushed(left > right ? left : right);
      }
      follow(levels, count);
      for (std::uint32_t i = 0; i < count; i += dsp::kLaneCount) {
        dsp::storeLanes(&levels[i], gainsAt(dsp::loadLanes(&levels[i])));
      }
      for (std::size_t c = 0; c < 2; ++c) {
        for (std::uint32_t i = 0; i < count; ++i) {
          io.out[c][done + i] = io.in[c][done + i] * levels[i];
        }
      }
    }
  }

 private:
  void update() RT_SAFE {
    if (version_ == params_.version()) return;
    version_ = params_.version();
    attack_ = coefficient(params_[kAttackMs]);
    release_ = coefficient(params_[kReleaseMs]);
    makeup_ = dsp::gainOfDb(params_[kMakeupDb]);
    thresholdDb_ = params_[kThresholdDb];
    slope_ = 1.0F / params_[kRatio] - 1.0F;
    kneeFrom_ = dsp::gainOfDb(params_[kThresholdDb] - 0.5F * kKneeDb);
  }

  /// From peaks to levels. In a register, and never below what anybody hears.
  void follow(std::array<float, kQuantumFrames>& levels, std::uint32_t count) RT_SAFE {
    float level = level_;
    for (std::uint32_t i = 0; i < count; ++i) {
      const float peak = levels[i];
      level += (peak - level) * (peak > level ? attack_ : release_);
      if (!(level > 1.0e-15F)) level = 0.0F;
      levels[i] = level;
    }
    level_ = level;
  }

  [[nodiscard]] float coefficient(float ms) const RT_SAFE {
    return static_cast<float>(1.0 - std::exp(-1.0 / (ms * 0.001 * sampleRate_)));
  }

  [[nodiscard]] Lanes gainsAt(Lanes levels) const RT_SAFE {
    const Lanes half = dsp::allLanes(0.5F * kKneeDb);
    const Lanes over = dsp::dbOfGain(levels) - dsp::allLanes(thresholdDb_);
    const Lanes inKnee = over + half;
    const Lanes bent =
        dsp::chosen(over < half, inKnee * inKnee * dsp::allLanes(0.5F / kKneeDb), over);
    const Lanes makeup = dsp::allLanes(makeup_);
    const Lanes gains = makeup * dsp::gainOfDb(dsp::allLanes(slope_) * bent);
    return dsp::chosen(levels > dsp::allLanes(kneeFrom_), gains, makeup);
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  float attack_ = 0.0F;
  float release_ = 0.0F;
  float makeup_ = 1.0F;
  float thresholdDb_ = 0.0F;
  float slope_ = 0.0F;
  float kneeFrom_ = 1.0F;
  float level_ = 0.0F;
};

}  // namespace

const NodeTypeInfo kCompressorType{
    "compressor",
    "A stereo compressor with a soft knee that listens to itself or to a key on input port 1.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    true,
    [] { return static_cast<Node*>(new Compressor); },
};

}  // namespace downbeat::rack
