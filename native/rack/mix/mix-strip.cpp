// SPDX-License-Identifier: GPL-3.0-or-later
// The strip of a rack in the session's mix: level, mute, and its side of crossfaders.
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>

#include "rack/mix/mix-nodes.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t { kGain, kMuted, kFirstFader, kCount = kFirstFader + kStripFaders };

constexpr std::array<ParamInfo, kCount> kParams{{
    {kStripGainId, "GAIN", "gain", "", 0.0F, 4.0F, 1.0F, Smoothing::linear},
    {kStripMutedId, "MUTED", "muted", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
    {kStripFaderId, "X1", "x1", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
    {kStripFaderId + 1, "X2", "x2", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
    {kStripFaderId + 2, "X3", "x3", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
    {kStripFaderId + 3, "X4", "x4", "", 0.0F, 1.0F, 0.5F, Smoothing::linear},
}};

constexpr std::array<TextInfo, kStripFaders> kTexts{{
    {"fader1", "Side, law and smoothing of a crossfader.", false, false},
    {"fader2", "Side, law and smoothing of a crossfader.", false, false},
    {"fader3", "Side, law and smoothing of a crossfader.", false, false},
    {"fader4", "Side, law and smoothing of a crossfader.", false, false},
}};

constexpr float kQuarterTurn = 1.57079632679F;
// Closer than this a smoothed crossfader has arrived.
constexpr float kArrived = 1e-5F;

class MixStrip final : public Node {
 public:
  MixStrip() : Node(kMixStripType) {}

  Status prepare(const PrepareInfo& info) override {
    params_.prepare(kParams.data(), kParams.size());
    for (std::size_t i = 0; i < kStripFaders; ++i) {
      std::array<char, 16> side{};
      std::array<char, 16> law{};
      double smoothingMs = 0.0;
      const std::string text = textOf(info, kTexts[i].key);
      Fader& fader = faders_[i];
      fader.isUsed =
          std::sscanf(text.c_str(), "%15s %15s %lf", side.data(), law.data(), &smoothingMs) == 3;
      fader.isSecond = std::strcmp(side.data(), "second") == 0;
      fader.isLinear = std::strcmp(law.data(), "linear") == 0;
      const double frames = smoothingMs * 0.001 * info.sampleRate;
      fader.share = frames > 1.0 ? static_cast<float>(1.0 - std::exp(-1.0 / frames)) : 1.0F;
    }
    reset();
    return {};
  }

  void reset() RT_SAFE override { isFirst_ = true; }

  void process(const NodeIo& io) RT_SAFE override {
    const float level = params_[kGain] * (1.0F - params_[kMuted]);
    if (isFirst_) {
      for (std::size_t f = 0; f < kStripFaders; ++f) faders_[f].x = params_[kFirstFader + f];
      isFirst_ = false;
    }
    if (areAtRest()) {
      const float gain = level * product();
      for (std::uint32_t i = 0; i < io.frames; ++i) {
        io.out[0][i] = gain * io.in[0][i];
        io.out[1][i] = gain * io.in[1][i];
      }
      return;
    }
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      move();
      const float gain = level * product();
      io.out[0][i] = gain * io.in[0][i];
      io.out[1][i] = gain * io.in[1][i];
    }
  }

 private:
  struct Fader {
    bool isUsed = false;
    bool isSecond = false;
    bool isLinear = false;
    float share = 1.0F;  ///< of the way to its target in one frame
    float x = 0.5F;
  };

  [[nodiscard]] bool areAtRest() const RT_SAFE {
    for (std::size_t f = 0; f < kStripFaders; ++f) {
      if (faders_[f].isUsed && faders_[f].x != params_[kFirstFader + f]) return false;
    }
    return true;
  }

  void move() RT_SAFE {
    for (std::size_t f = 0; f < kStripFaders; ++f) {
      Fader& fader = faders_[f];
      const float target = params_[kFirstFader + f];
      fader.x += fader.share * (target - fader.x);
      if (std::fabs(target - fader.x) < kArrived) fader.x = target;
    }
  }

  [[nodiscard]] float product() const RT_SAFE {
    float gain = 1.0F;
    for (const Fader& fader : faders_) {
      if (!fader.isUsed) continue;
      const float way = fader.isSecond ? fader.x : 1.0F - fader.x;
      gain *= fader.isLinear ? way : std::sin(kQuarterTurn * way);
    }
    return gain;
  }

  std::array<Fader, kStripFaders> faders_{};
  bool isFirst_ = true;
};

}  // namespace

const NodeTypeInfo kMixStripType{
    "mix:strip",
    "The level of a rack in the mix.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new MixStrip); },
    kTexts.data(),
    kTexts.size(),
};

}  // namespace downbeat::rack
