// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/delay.hpp"

#include <array>
#include <cmath>

#include "dsp/delay-line.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/feedback.hpp"
#include "dsp/matched-biquads.hpp"
#include "dsp/smoothers.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t {
  kDelayMs,
  kFeedback,
  kMix,
  kDelayBeats,
  kDampHz,
  kCutHz,
  kPingPong,
  kCount
};

constexpr float kDampOffHz = 20000.0F;
constexpr float kCutOffHz = 10.0F;

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "DELAY_MS", "delayMs", "ms", 0.0F, 2000.0F, 350.0F, Smoothing::linear},
    {2, "FEEDBACK", "feedback", "", 0.0F, 0.99F, 0.35F, Smoothing::linear},
    {3, "MIX", "mix", "", 0.0F, 1.0F, 0.25F, Smoothing::linear},
    {4, "DELAY_BEATS", "delayBeats", "beats", 0.0F, 8.0F, 0.0F, Smoothing::step},
    {5, "DAMP_HZ", "dampHz", "Hz", 200.0F, kDampOffHz, kDampOffHz, Smoothing::exponential},
    {6, "CUT_HZ", "cutHz", "Hz", kCutOffHz, 2000.0F, kCutOffHz, Smoothing::exponential},
    {7, "PING_PONG", "pingPong", "", 0.0F, 1.0F, 0.0F, Smoothing::linear},
}};

constexpr double kMaxSeconds = 5.0;  // of echoes in beats; longer ones are halved
constexpr double kMinFrames = 4.0;
// A new time is reached as a tape machine would: the pitch bends for a moment, nothing clicks.
constexpr double kGlideSeconds = 0.05;
constexpr double kArrived = 0.002;  // frames
/// (b0 + b1/z) / (1 + a1/z) for both sides.
struct EchoFilter {
  bool isOn = false;
  float b0 = 1.0F;
  float b1 = 0.0F;
  float a1 = 0.0F;
  std::array<float, 2> states{};

  void set(const dsp::BiquadCoefficients& c) RT_SAFE {
    b0 = static_cast<float>(c.b0);
    b1 = static_cast<float>(c.b1);
    a1 = static_cast<float>(c.a1);
  }
  float next(std::size_t channel, float in) RT_SAFE {
    if (!isOn) return in;
    const float out = b0 * in + states[channel];
    states[channel] = dsp::flushed(b1 * in - a1 * out);
    return out;
  }
};

class Delay final : public Node {
 public:
  Delay() : Node(kDelayType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    for (dsp::DelayLine& line : lines_) {
      line.prepare(static_cast<std::uint32_t>(kMaxSeconds * sampleRate_) + 2);
    }
    time_.setTimeConstant(kGlideSeconds * sampleRate_);
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    for (dsp::DelayLine& line : lines_) line.reset();
    damp_.states.fill(0.0F);
    cut_.states.fill(0.0F);
    isFirst_ = true;
  }

  void process(const NodeIo& io) RT_SAFE override {
    update(io.time);
    const float feedback = params_[kFeedback];
    const float wet = params_[kMix];
    const float dry = 1.0F - wet;
    const float pingPong = params_[kPingPong];
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      const double time = nextTime();
      // At rest the time is a whole number of frames and echoes are exact copies.
      const bool isWhole = time == targetFrames_;
      std::array<float, 2> echoes;
      for (std::size_t c = 0; c < lines_.size(); ++c) {
        echoes[c] = isWhole ? lines_[c].read(static_cast<std::uint32_t>(time))
                            : lines_[c].readBetween(time);
      }
      std::array<float, 2> ins{io.in[0][i], io.in[1][i]};
      for (std::size_t c = 0; c < 2; ++c) io.out[c][i] = dry * ins[c] + wet * echoes[c];
      for (std::size_t c = 0; c < 2; ++c) echoes[c] = cut_.next(c, damp_.next(c, echoes[c]));
      if (pingPong > 0.0F) cross(ins, echoes, pingPong);
      for (std::size_t c = 0; c < 2; ++c) {
        lines_[c].write(dsp::keptInBounds(ins[c] + feedback * echoes[c]));
      }
    }
  }

 private:
  void update(const MusicalTime& time) RT_SAFE {
    const bool isChanged = version_ != params_.version();
    version_ = params_.version();
    const float beats = params_[kDelayBeats];
    if (isChanged || (beats > 0.0F && time.beatsPerFrame != beatsPerFrame_)) {
      beatsPerFrame_ = time.beatsPerFrame;
      const double wanted =
          beats > 0.0F ? framesOf(beats) : params_[kDelayMs] * 0.001 * sampleRate_;
      const double frames = std::floor(wanted + 0.5);
      targetFrames_ = frames > kMinFrames ? frames : kMinFrames;
    }
    if (isChanged) updateFilters();
    if (isFirst_) {
      time_.jumpTo(targetFrames_);
      isFirst_ = false;
    }
  }

  /// Half as often as needed to fit: still in time.
  [[nodiscard]] double framesOf(float beats) const RT_SAFE {
    const double longest = kMaxSeconds * sampleRate_;
    double frames = beatsPerFrame_ > 0.0 ? static_cast<double>(beats) / beatsPerFrame_ : longest;
    for (int halved = 0; halved < 64 && frames > longest; ++halved) frames *= 0.5;
    return frames < longest ? frames : longest;
  }

  void updateFilters() RT_SAFE {
    const float dampHz = params_[kDampHz];
    damp_.isOn = dampHz < kDampOffHz;
    if (damp_.isOn && dampHz != dampHz_) {
      damp_.set(dsp::matchedOnePole(static_cast<double>(dampHz) / sampleRate_));
    }
    if (!damp_.isOn) damp_.states.fill(0.0F);
    dampHz_ = dampHz;
    const float cutHz = params_[kCutHz];
    cut_.isOn = cutHz > kCutOffHz;
    if (cut_.isOn && cutHz != cutHz_) {
      cut_.set(dsp::matchedOneZero(static_cast<double>(cutHz) / sampleRate_));
    }
    if (!cut_.isOn) cut_.states.fill(0.0F);
    cutHz_ = cutHz;
  }

  /// What comes in goes left, left echoes go right, right ones left.
  static void cross(std::array<float, 2>& ins, std::array<float, 2>& echoes, float amount) RT_SAFE {
    const float rest = 1.0F - amount;
    const float both = 0.5F * (ins[0] + ins[1]);
    ins = {rest * ins[0] + amount * both, rest * ins[1]};
    echoes = {rest * echoes[0] + amount * echoes[1], rest * echoes[1] + amount * echoes[0]};
  }

  double nextTime() RT_SAFE {
    if (time_.value() == targetFrames_) return targetFrames_;
    if (std::fabs(time_.next(targetFrames_) - targetFrames_) < kArrived)
      time_.jumpTo(targetFrames_);
    return time_.value();
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  bool isFirst_ = true;
  double targetFrames_ = kMinFrames;
  dsp::OnePole time_;
  std::array<dsp::DelayLine, 2> lines_;
  double beatsPerFrame_ = 0.0;
  float dampHz_ = 0.0F;
  float cutHz_ = 0.0F;
  EchoFilter damp_;
  EchoFilter cut_;
};

}  // namespace

const NodeTypeInfo kDelayType{
    "delay",
    "A stereo echo, free or in time, that glides like tape and whose feedback stays in bounds.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new Delay); },
};

}  // namespace downbeat::rack
