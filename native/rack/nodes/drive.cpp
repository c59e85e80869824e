// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/drive.hpp"

#include <array>

#include "base/units.hpp"
#include "dsp/antialiased-shaper.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/matched-biquads.hpp"
#include "dsp/oversampler.hpp"
#include "dsp/smoothers.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t { kType, kDriveDb, kBias, kToneHz, kMix, kOutputDb, kCount };

constexpr float kToneOffHz = 20000.0F;

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "TYPE", "type", "", 0.0F, 4.0F, 0.0F, Smoothing::step, "soft hard fold asym tape"},
    {2, "DRIVE_DB", "driveDb", "dB", 0.0F, 40.0F, 12.0F, Smoothing::linear},
    {3, "BIAS", "bias", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {4, "TONE_HZ", "toneHz", "Hz", 200.0F, kToneOffHz, kToneOffHz, Smoothing::exponential},
    {5, "MIX", "mix", "", 0.0F, 1.0F, 1.0F, Smoothing::linear},
    {6, "OUTPUT_DB", "outputDb", "dB", -36.0F, 6.0F, 0.0F, Smoothing::linear},
}};

enum class Type : std::uint8_t { soft, hard, fold, asym, tape };

constexpr double kLowestHz = 5.0;
constexpr float kLoudest = 16.0F;
// Tape is driven harder by highs: this much, from about here on, and back afterwards.
constexpr double kEmphasis = 2.5;
constexpr double kEmphasisHz = 3000.0;
// Less than this is rounding (-240 dB).
constexpr double kSilence = 1.0e-12;

/// (b0 + b1/z) / (1 + a1/z)
struct OnePoleFilter {
  float b0 = 1.0F;
  float b1 = 0.0F;
  float a1 = 0.0F;
  std::array<float, 2> state{};

  float next(std::size_t channel, float in) RT_SAFE {
    const float out = b0 * in + state[channel];
    state[channel] = dsp::flushed(b1 * in - a1 * out);
    return out;
  }
};

class Drive final : public Node {
 public:
  Drive() : Node(kDriveType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    const auto low = dsp::matchedOnePole(kEmphasisHz / sampleRate_);
    const double b0 = kEmphasis - (kEmphasis - 1.0) * low.b0;
    const double b1 = kEmphasis * low.a1 - (kEmphasis - 1.0) * low.b1;
    emphasis_.b0 = static_cast<float>(b0);
    emphasis_.b1 = static_cast<float>(b1);
    emphasis_.a1 = static_cast<float>(low.a1);
    deemphasis_.b0 = static_cast<float>(1.0 / b0);
    deemphasis_.b1 = static_cast<float>(low.a1 / b0);
    deemphasis_.a1 = static_cast<float>(b1 / b0);
    for (dsp::DcBlocker& blocker : dcBlockers_) blocker.set(kLowestHz / sampleRate_);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    for (dsp::Oversampler& channel : channels_) channel.reset();
    for (auto& delay : dry_) delay.fill(0.0F);
    for (dsp::DcBlocker& blocker : dcBlockers_) blocker.reset();
    for (OnePoleFilter* filter : {&emphasis_, &deemphasis_, &tone_}) filter->state.fill(0.0F);
    isFirst_ = true;
  }

  [[nodiscard]] std::uint32_t latencyFrames() const RT_SAFE override {
    return dsp::Oversampler::kLatencyFrames;
  }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    for (std::size_t c = 0; c < 2; ++c) {
      for (std::uint32_t i = 0; i < io.frames; ++i) {
        float in = dsp::flushed(io.in[c][i]);
        if (type_ == Type::tape) in = emphasis_.next(c, in);
        wet_[c][i] = dsp::clampTo(in, -kLoudest, kLoudest) * gain_;
      }
      channels_[c].up(wet_[c].data(), rows_[c], io.frames);
    }
    shape(io.frames);
    const float wet = params_[kMix];
    for (std::size_t c = 0; c < 2; ++c) {
      channels_[c].down(rows_[c], wet_[c].data(), io.frames);
      for (std::uint32_t i = 0; i < io.frames; ++i) {
        float value = wet_[c][i];
        if (type_ == Type::tape) value = deemphasis_.next(c, value);
        if (isToned_) value = tone_.next(c, value);
        wet_[c][i] = dcBlockers_[c].next(dsp::flushed(value));
      }
      mix(c, io, wet);
    }
  }

 private:
  static constexpr std::uint32_t kLatency = dsp::Oversampler::kLatencyFrames;

  void update() RT_SAFE {
    if (!isFirst_ && version_ == params_.version()) return;
    version_ = params_.version();
    const auto type = static_cast<Type>(static_cast<int>(params_[kType] + 0.5F));
    const bool isOther = isFirst_ || type != type_;
    type_ = type;
    // Folds come soon enough: half of the decibels.
    gain_ = dsp::gainOfDb(params_[kDriveDb] * (type_ == Type::fold ? 0.5F : 1.0F));
    outputGain_ = dsp::gainOfDb(params_[kOutputDb]);
    if (toneHz_ != params_[kToneHz]) {
      toneHz_ = params_[kToneHz];
      isToned_ = toneHz_ < kToneOffHz;
      const auto c = dsp::matchedOnePole(static_cast<double>(toneHz_) / sampleRate_);
      tone_.b0 = static_cast<float>(c.b0);
      tone_.b1 = static_cast<float>(c.b1);
      tone_.a1 = static_cast<float>(c.a1);
    }
    bias_ = dsp::bothOf(static_cast<double>(params_[kBias]));
    switch (type_) {
      case Type::hard: settle(dsp::HardClip{}, isOther); break;
      case Type::fold: settle(dsp::SineFold{}, isOther); break;
      case Type::asym: settle(dsp::AsymmetricClip{}, isOther); break;
      case Type::soft:
      case Type::tape: settle(dsp::SoftClip{}, isOther); break;
    }
    isFirst_ = false;
  }

  /// What silence becomes is taken away, so that silence stays silence.
  template <class Shape>
  void settle(const Shape& curve, bool isOther) RT_SAFE {
    rest_ = curve(bias_).value;
    if (isFirst_) {
      shaper_.reset(curve, bias_);
    } else if (isOther) {
      shaper_.change(curve);
    }
  }

  void shape(std::uint32_t frames) RT_SAFE {
    switch (type_) {
      case Type::hard: return shapeBy(dsp::HardClip{}, frames);
      case Type::fold: return shapeBy(dsp::SineFold{}, frames);
      case Type::asym: return shapeBy(dsp::AsymmetricClip{}, frames);
      case Type::soft:
      case Type::tape: return shapeBy(dsp::SoftClip{}, frames);
    }
  }

  template <class Shape>
  void shapeBy(const Shape& curve, std::uint32_t frames) RT_SAFE {
    dsp::AntialiasedShaper shaper = shaper_;
    for (std::uint32_t i = 0; i < frames; ++i) {
      for (std::uint32_t q = 0; q < dsp::Oversampler::kTimes; ++q) {
        const dsp::StereoDoubles x{static_cast<double>(rows_[0][q][i]),
                                   static_cast<double>(rows_[1][q][i])};
        const dsp::StereoDoubles y = dsp::silenced(shaper.next(curve, x + bias_) - rest_, kSilence);
        rows_[0][q][i] = static_cast<float>(y[0]);
        rows_[1][q][i] = static_cast<float>(y[1]);
      }
    }
    shaper_ = shaper;
  }

  /// The dry sound is as late as the wet one.
  void mix(std::size_t c, const NodeIo& io, float wet) RT_SAFE {
    auto& delay = dry_[c];
    for (std::uint32_t i = 0; i < io.frames; ++i) delay[kLatency + i] = io.in[c][i];
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      io.out[c][i] = outputGain_ * ((1.0F - wet) * delay[i] + wet * wet_[c][i]);
    }
    for (std::uint32_t i = 0; i < kLatency; ++i) delay[i] = delay[i + io.frames];
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  bool isFirst_ = true;
  Type type_ = Type::soft;
  float gain_ = 1.0F;
  float outputGain_ = 1.0F;
  float toneHz_ = 0.0F;
  bool isToned_ = false;
  dsp::StereoDoubles bias_{};
  dsp::StereoDoubles rest_{};
  dsp::AntialiasedShaper shaper_;
  std::array<dsp::Oversampler, 2> channels_;
  std::array<dsp::Oversampler::Rows, 2> rows_{};
  std::array<std::array<float, kQuantumFrames>, 2> wet_{};
  std::array<std::array<float, kLatency + kQuantumFrames>, 2> dry_{};
  std::array<dsp::DcBlocker, 2> dcBlockers_;
  OnePoleFilter emphasis_;
  OnePoleFilter deemphasis_;
  OnePoleFilter tone_;
};

}  // namespace

const NodeTypeInfo kDriveType{
    "drive",
    "A stereo distortion in five flavours, from warm to torn, four times oversampled.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new Drive); },
};

}  // namespace downbeat::rack
