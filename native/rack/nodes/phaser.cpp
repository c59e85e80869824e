// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/phaser.hpp"

#include <array>

#include "base/units.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/feedback.hpp"
#include "dsp/lane-functions.hpp"
#include "dsp/lanes.hpp"
#include "rack/node.hpp"
#include "rack/nodes/modulation-rate.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t {
  kStages,
  kRateHz,
  kRateBeats,
  kDepth,
  kCenterHz,
  kFeedback,
  kSpread,
  kMix,
  kCount
};

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "STAGES", "stages", "", 4.0F, 12.0F, 6.0F, Smoothing::step},
    {2, "RATE_HZ", "rateHz", "Hz", 0.01F, 10.0F, 0.4F, Smoothing::exponential},
    {3, "RATE_BEATS", "rateBeats", "beats", 0.0F, 64.0F, 0.0F, Smoothing::step},
    {4, "DEPTH", "depth", "", 0.0F, 1.0F, 0.7F, Smoothing::linear},
    {5, "CENTER_HZ", "centerHz", "Hz", 50.0F, 8000.0F, 800.0F, Smoothing::exponential},
    {6, "FEEDBACK", "feedback", "", -0.95F, 0.95F, 0.3F, Smoothing::linear},
    {7, "SPREAD", "spread", "", 0.0F, 1.0F, 0.25F, Smoothing::linear},
    {8, "MIX", "mix", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
}};

constexpr std::size_t kMaxStages = 12;
constexpr float kOctaves = 2.5F;  // to either side at full depth

using dsp::Lanes;
using Coefficients = std::array<float, kQuantumFrames>;

/// All-passes of first order one after another. `Stages` is a constant so that all of them are in
/// registers or nearly.
struct Side {
  std::array<float, kMaxStages> states{};
  float last = 0.0F;  ///< what the chain said a frame ago

  template <std::size_t Stages>
  float next(float in, float coefficient, float feedback) RT_SAFE {
    float x = in + feedback * last;
    for (std::size_t s = 0; s < Stages; ++s) {
      const float y = coefficient * x + states[s];
      states[s] = dsp::flushed(x - coefficient * y);
      x = y;
    }
    last = dsp::keptInBounds(dsp::flushed(x));
    return last;
  }
};

/// 4, 6, 8 or 12, whichever is near.
std::uint32_t stagesNear(float wanted) RT_SAFE {
  if (wanted < 5.0F) return 4;
  if (wanted < 7.0F) return 6;
  return wanted < 10.0F ? 8 : 12;
}

class Phaser final : public Node {
 public:
  Phaser() : Node(kPhaserType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    sides_ = {};
    phase_ = 0;
  }

  void process(const NodeIo& io) RT_SAFE override {
    const std::uint32_t stages = stagesNear(params_[kStages]);
    if (stages != stages_) {
      for (Side& side : sides_) {
        for (std::size_t s = stages; s < kMaxStages; ++s) side.states[s] = 0.0F;
      }
      stages_ = stages;
    }
    switch (stages) {
      case 4: return run<4>(io);
      case 6: return run<6>(io);
      case 8: return run<8>(io);
      default: return run<12>(io);
    }
  }

 private:
  template <std::size_t Stages>
  void run(const NodeIo& io) RT_SAFE {
    const std::uint32_t step =
        modulationStep(params_[kRateHz], params_[kRateBeats], io.time, sampleRate_);
    // Half a cycle at most: one side up while the other is down.
    const auto spread = static_cast<std::uint32_t>(
        static_cast<std::int64_t>(static_cast<double>(params_[kSpread]) * 0x1p31));
    const float feedback = params_[kFeedback];
    const float wet = params_[kMix];
    const float dry = 1.0F - wet;
    for (std::uint32_t done = 0; done < io.frames; done += kQuantumFrames) {
      const std::uint32_t count =
          io.frames - done < kQuantumFrames ? io.frames - done : kQuantumFrames;
      std::array<Coefficients, 2> coefficients;
      sweep(phase_, step, count, coefficients[0]);
      sweep(phase_ + spread, step, count, coefficients[1]);
      phase_ += step * count;
      // Both sides in one loop: neither waits for the other.
      for (std::uint32_t i = 0; i < count; ++i) {
        const float left = dsp::flushed(io.in[0][done + i]);
        const float right = dsp::flushed(io.in[1][done + i]);
        const float wetLeft = sides_[0].next<Stages>(left, coefficients[0][i], feedback);
        const float wetRight = sides_[1].next<Stages>(right, coefficients[1][i], feedback);
        io.out[0][done + i] = dry * left + wet * wetLeft;
        io.out[1][done + i] = dry * right + wet * wetRight;
      }
    }
  }

  /// Of the all-passes, frame by frame: -1 is 0 Hz, 1 half the sample rate.
  void sweep(std::uint32_t phase, std::uint32_t step, std::uint32_t count,
             Coefficients& coefficients) const RT_SAFE {
    const Lanes octaves = dsp::allLanes(kOctaves * params_[kDepth]);
    const Lanes center =
        dsp::allLanes(static_cast<float>(static_cast<double>(params_[kCenterHz]) / sampleRate_));
    const Lanes one = dsp::allLanes(1.0F);
    for (std::uint32_t i = 0; i < count; i += dsp::kLaneCount) {
      const std::uint32_t first = phase + step * i;
      const dsp::LaneWords phases{first, first + step, first + 2 * step, first + 3 * step};
      const Lanes hz = center * dsp::fastExp2(octaves * dsp::sineOf(phases));
      const Lanes g = dsp::tanPi(dsp::clampTo(hz, 1.0e-4F, 0.45F));
      dsp::storeLanes(&coefficients[i], (g - one) / (g + one));
    }
  }

  double sampleRate_ = 48000.0;
  std::uint32_t stages_ = 0;
  std::uint32_t phase_ = 0;
  std::array<Side, 2> sides_;
};

}  // namespace

const NodeTypeInfo kPhaserType{
    "phaser",
    "A stereo phaser of 4 to 12 stages whose notches sweep in octaves.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new Phaser); },
};

}  // namespace downbeat::rack
