// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/input.hpp"

#include <array>
#include <cmath>

#include "dsp/fast-math.hpp"
#include "dsp/gain-ramp.hpp"
#include "dsp/smoothers.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t { kGainDb, kDcBlock, kMute, kCount };

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "GAIN_DB", "gainDb", "dB", -60.0F, 24.0F, 0.0F, Smoothing::linear},
    {2, "DC_BLOCK", "dcBlock", "", 0.0F, 1.0F, 1.0F, Smoothing::step, "off on"},
    {3, "MUTE", "mute", "", 0.0F, 1.0F, 0.0F, Smoothing::step, "off on"},
}};

constexpr std::array<TextInfo, 1> kTexts{{
    {"channels",
     "The sound card's input, counted from 1, such as 3, or a pair such as 1-2, which it is "
     "without a word.",
     false, false},
}};

constexpr double kDcBlockHz = 5.0;
constexpr double kSwitchSeconds = 0.005;  // switches fade, nothing clicks
constexpr std::uint32_t kMaxChannel = 64;

/// "3" is 3 twice, "1-2" is 1 and 2; counted from 1. False for anything else.
bool readChannels(const std::string& text, std::array<std::uint32_t, 2>& channels) {
  std::size_t numbers = 0;
  std::size_t at = 0;
  while (numbers < 2) {
    std::uint32_t number = 0;
    const std::size_t from = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at - from < 4; ++at)
      number = number * 10 + static_cast<std::uint32_t>(text[at] - '0');
    if (at == from || number < 1 || number > kMaxChannel) return false;
    channels[numbers++] = number;
    if (at == text.size() || text[at] != '-') break;
    ++at;
  }
  if (numbers == 1) channels[1] = channels[0];
  return at == text.size();
}

class Input final : public Node {
 public:
  Input() : Node(kInputType) {}

  Status prepare(const PrepareInfo& info) override {
    params_.prepare(kParams.data(), kParams.size());
    const std::string text = textOf(info, "channels");
    if (!readChannels(text.empty() ? "1-2" : text, channels_)) {
      return Error{
          "PLAN_INVALID",
          "channels: expected an input from 1 to 64, such as 1, or two, such as 1-2, got \"" +
              text + "\".",
          {}};
    }
    switchFrames_ = static_cast<std::uint32_t>(kSwitchSeconds * info.sampleRate + 0.5);
    for (dsp::DcBlocker& blocker : blockers_) blocker.set(kDcBlockHz / info.sampleRate);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    for (dsp::DcBlocker& blocker : blockers_) blocker.reset();
    isFirst_ = true;
  }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    std::array<const float*, 2> in{};
    for (std::size_t side = 0; side < in.size(); ++side) {
      const std::uint32_t channel = channels_[side] - 1;
      if (channel < io.externalCount) in[side] = io.external[channel] + io.externalAt;
    }
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      const float open = open_.next() * gain_;
      const float blocked = blocked_.next();
      for (std::size_t side = 0; side < in.size(); ++side) {
        const float x = in[side] != nullptr ? in[side][i] : 0.0F;
        const float withoutDc = blockers_[side].next(x);
        io.out[side][i] = open * (x + blocked * (withoutDc - x));
      }
    }
  }

 private:
  void update() RT_SAFE {
    if (version_ != params_.version()) {
      version_ = params_.version();
      gain_ = dsp::gainOfDb(params_[kGainDb]);
    }
    const float open = params_[kMute] >= 0.5F ? 0.0F : 1.0F;
    const float blocked = params_[kDcBlock] >= 0.5F ? 1.0F : 0.0F;
    if (isFirst_) {
      open_ = dsp::GainRamp(open);
      blocked_ = dsp::GainRamp(blocked);
      isFirst_ = false;
    }
    open_.moveTo(open, switchFrames_);
    blocked_.moveTo(blocked, switchFrames_);
  }

  // Constant after prepare.
  std::array<std::uint32_t, 2> channels_{1, 2};  ///< counted from 1
  std::uint32_t switchFrames_ = 240;
  // Audio.
  std::uint32_t version_ = 0;
  bool isFirst_ = true;
  float gain_ = 1.0F;
  dsp::GainRamp open_;
  dsp::GainRamp blocked_;
  std::array<dsp::DcBlocker, 2> blockers_;
};

}  // namespace

const NodeTypeInfo kInputType{
    "input",
    "Live sound from the inputs of the sound card, with gain, mute and a DC blocker.",
    kParams.data(),
    kParams.size(),
    2,
    0,
    false,
    [] { return static_cast<Node*>(new Input); },
    kTexts.data(),
    kTexts.size(),
};

}  // namespace downbeat::rack
