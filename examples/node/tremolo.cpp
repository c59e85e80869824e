// SPDX-License-Identifier: GPL-3.0-or-later
// A tremolo: the level swings with a sine, free in Hz or in time with the song.
#include <cmath>
#include <cstdint>
#include <string>

#include "downbeat-node.hpp"

namespace {

enum ParamIndex { kRateHz, kRateBeats, kDepth };

class Tremolo final : public downbeat_node::Node {
 public:
  static constexpr const char* kType = "example.tremolo";
  static constexpr const char* kSummary = "A tremolo: the level swings with a sine.";
  static constexpr downbeat_node::Param kParams[] = {
      {1, "RATE_HZ", "rateHz", "Hz", 0.1F, 20.0F, 5.0F, DOWNBEAT_EXPONENTIAL, nullptr},
      // 0 is free; otherwise one swing in so many quarter notes.
      {2, "RATE_BEATS", "rateBeats", "beats", 0.0F, 16.0F, 0.0F, DOWNBEAT_STEP, nullptr},
      {3, "DEPTH", "depth", "", 0.0F, 1.0F, 0.5F, DOWNBEAT_LINEAR, nullptr},
  };
  static constexpr downbeat_node::Channels kChannels{2, 2};

  std::string prepare(const downbeat_node::Prepare& info) override {
    sampleRate_ = info.sampleRate;
    reset();
    return "";
  }

  void reset() noexcept override { turns_ = 0.0; }

  void process(const downbeat_node::Io& io) noexcept override {
    const double beats = io.params[kRateBeats];
    const double step = beats > 0.0 ? io.beats_per_frame / beats : io.params[kRateHz] / sampleRate_;
    const float depth = io.params[kDepth];
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      const auto swing = static_cast<float>(0.5 - 0.5 * std::cos(kTwoPi * turns_));
      const float gain = 1.0F - depth * swing;
      for (std::uint32_t c = 0; c < kChannels.out; ++c) io.out[c][i] = io.in[c][i] * gain;
      turns_ += step;
      turns_ -= std::floor(turns_);
    }
  }

 private:
  static constexpr double kTwoPi = 6.283185307179586;
  double sampleRate_ = 48000.0;
  double turns_ = 0.0;  // of the sine, 0 to less than 1
};

}  // namespace

DOWNBEAT_NODE_LIBRARY(Tremolo)
