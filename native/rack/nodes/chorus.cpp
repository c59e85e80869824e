// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/chorus.hpp"

#include <array>
#include <cmath>

#include "dsp/feedback.hpp"
#include "dsp/lane-functions.hpp"
#include "dsp/lanes.hpp"
#include "dsp/multi-tap-line.hpp"
#include "dsp/smoothers.hpp"
#include "rack/node.hpp"
#include "rack/nodes/modulation-rate.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t {
  kVoices,
  kRateHz,
  kRateBeats,
  kDepthMs,
  kDelayMs,
  kFeedback,
  kSpread,
  kMix,
  kCount
};

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "VOICES", "voices", "", 2.0F, 4.0F, 3.0F, Smoothing::step},
    {2, "RATE_HZ", "rateHz", "Hz", 0.01F, 10.0F, 0.6F, Smoothing::exponential},
    {3, "RATE_BEATS", "rateBeats", "beats", 0.0F, 64.0F, 0.0F, Smoothing::step},
    {4, "DEPTH_MS", "depthMs", "ms", 0.0F, 20.0F, 3.0F, Smoothing::linear},
    {5, "DELAY_MS", "delayMs", "ms", 0.5F, 50.0F, 8.0F, Smoothing::linear},
    {6, "FEEDBACK", "feedback", "", -0.9F, 0.9F, 0.0F, Smoothing::linear},
    {7, "SPREAD", "spread", "", 0.0F, 1.0F, 1.0F, Smoothing::linear},
    {8, "MIX", "mix", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
}};

constexpr double kMaxSeconds = 0.072;
// Settings that jump arrive like this, as a bend of pitch and not as a step.
constexpr double kGlideSeconds = 0.03;

using dsp::Lanes;
using dsp::LaneWords;

/// Where the voices are in the cycle of the first: any number of them is spread evenly enough.
constexpr LaneWords kPhases{0, 0x80000000U, 0x40000000U, 0xC0000000U};

class Chorus final : public Node {
 public:
  Chorus() : Node(kChorusType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    for (dsp::MultiTapLine& line : lines_) {
      line.prepare(static_cast<std::uint32_t>(kMaxSeconds * sampleRate_) + 4);
    }
    const double frames = kGlideSeconds * sampleRate_;
    for (dsp::OnePole* glide : {&delay_, &depth_, &offset_}) glide->setTimeConstant(frames);
    weightStep_ = static_cast<float>(1.0 - std::exp(-1.0 / frames));
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    for (dsp::MultiTapLine& line : lines_) line.reset();
    phase_ = 0;
    isFirst_ = true;
  }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    const std::uint32_t step =
        modulationStep(params_[kRateHz], params_[kRateBeats], io.time, sampleRate_);
    const float feedback = params_[kFeedback];
    const float wet = params_[kMix];
    const float dry = 1.0F - wet;
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      const double delay = delay_.next(targetDelay_);
      const auto whole = static_cast<std::uint32_t>(static_cast<std::int32_t>(delay));
      const Lanes rest = dsp::allLanes(static_cast<float>(delay - static_cast<double>(whole)));
      const auto depth = static_cast<float>(depth_.next(targetDepth_));
      const auto offset = static_cast<std::int64_t>(offset_.next(targetOffset_) * 0x1p32);
      weights_ += (targetWeights_ - weights_) * dsp::allLanes(weightStep_);
      const Lanes shares = weights_ * weights_;  // in a sum they are 1
      for (std::size_t c = 0; c < 2; ++c) {
        const std::uint32_t phase = c == 0 ? phase_ : phase_ + static_cast<std::uint32_t>(offset);
        const LaneWords phases = kPhases + LaneWords{phase, phase, phase, phase};
        const Lanes place = dsp::allLanes(0.5F) + dsp::allLanes(0.5F) * dsp::sineOf(phases);
        const Lanes taps = lines_[c].read(whole, rest + dsp::allLanes(depth) * place);
        const float voices = dsp::sumOf(taps * weights_);
        const float in = io.in[c][i];
        lines_[c].write(dsp::keptInBounds(in + feedback * dsp::sumOf(taps * shares)));
        io.out[c][i] = dry * in + wet * voices;
      }
      phase_ += step;
    }
  }

 private:
  void update() RT_SAFE {
    if (!isFirst_ && version_ == params_.version()) return;
    version_ = params_.version();
    const double framesPerMs = 0.001 * sampleRate_;
    targetDelay_ = static_cast<double>(params_[kDelayMs]) * framesPerMs;
    targetDepth_ = static_cast<double>(params_[kDepthMs]) * framesPerMs;
    const auto voices = static_cast<std::uint32_t>(params_[kVoices] + 0.5F);
    // The right side stands between the voices of the left one.
    targetOffset_ = 0.5 * static_cast<double>(params_[kSpread]) / voices;
    for (std::uint32_t k = 0; k < dsp::kLaneCount; ++k) {
      targetWeights_[k] = k < voices ? 1.0F / std::sqrt(static_cast<float>(voices)) : 0.0F;
    }
    if (!isFirst_) return;
    isFirst_ = false;
    delay_.jumpTo(targetDelay_);
    depth_.jumpTo(targetDepth_);
    offset_.jumpTo(targetOffset_);
    weights_ = targetWeights_;
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  bool isFirst_ = true;
  std::uint32_t phase_ = 0;
  double targetDelay_ = 0.0;   ///< frames
  double targetDepth_ = 0.0;   ///< frames
  double targetOffset_ = 0.0;  ///< cycles
  float weightStep_ = 0.0F;
  dsp::OnePole delay_;
  dsp::OnePole depth_;
  dsp::OnePole offset_;
  Lanes weights_{};
  Lanes targetWeights_{};
  std::array<dsp::MultiTapLine, 2> lines_;
};

}  // namespace

const NodeTypeInfo kChorusType{
    "chorus",
    "A stereo chorus of two to four voices a side, from a shimmer to a flanger.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new Chorus); },
};

}  // namespace downbeat::rack
