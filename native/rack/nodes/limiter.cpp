// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/limiter.hpp"

#include <array>
#include <cstdlib>

#include "dsp/fast-math.hpp"
#include "dsp/true-peak-limiter.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t { kInputGainDb, kThresholdDb, kCeilingDb, kReleaseMs, kCount };

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "INPUT_GAIN_DB", "inputGainDb", "dB", -24.0F, 24.0F, 0.0F, Smoothing::linear},
    {2, "THRESHOLD_DB", "thresholdDb", "dB", -24.0F, 0.0F, 0.0F, Smoothing::linear},
    {3, "CEILING_DB", "ceilingDb", "dB", -24.0F, 0.0F, -1.0F, Smoothing::linear},
    {4, "RELEASE_MS", "releaseMs", "ms", 5.0F, 2000.0F, 80.0F, Smoothing::linear},
}};

constexpr std::array<TextInfo, 1> kTexts{{
    {"lookaheadMs", "How far it looks ahead, in ms: longer is gentler, and later.", false, false,
     "1 2 5 10"},
}};

class Limiter final : public Node {
 public:
  Limiter() : Node(kLimiterType) {}

  Status prepare(const PrepareInfo& info) override {
    params_.prepare(kParams.data(), kParams.size());
    const std::string lookahead = textOf(info, "lookaheadMs");
    const double ms = lookahead.empty() ? 1.0 : std::strtod(lookahead.c_str(), nullptr);
    limiter_.prepare(info.sampleRate, 0.001 * ms);
    version_ = 0;
    return {};
  }

  void reset() RT_SAFE override { limiter_.reset(); }

  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE override {
    return limiter_.latencyFrames();
  }

  void process(const NodeIo& io) RT_SAFE override {
    if (version_ != params_.version()) {
      version_ = params_.version();
      gain_ = dsp::gainOfDb(params_[kInputGainDb]);
      limiter_.setCeiling(params_[kCeilingDb]);
      limiter_.setKnee(params_[kThresholdDb]);
      limiter_.setRelease(0.001 * static_cast<double>(params_[kReleaseMs]));
    }
    for (std::size_t c = 0; c < 2; ++c) {
      for (std::uint32_t i = 0; i < io.frames; ++i) io.out[c][i] = io.in[c][i] * gain_;
    }
    limiter_.process(io.out[0], io.out[1], io.frames);
  }

 private:
  std::uint32_t version_ = 0;
  float gain_ = 1.0F;
  dsp::TruePeakLimiter limiter_;
};

}  // namespace

const NodeTypeInfo kLimiterType{
    "limiter",
    "A stereo limiter that looks ahead and holds true peaks below its ceiling.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new Limiter); },
    kTexts.data(),
    kTexts.size(),
};

}  // namespace downbeat::rack
