// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/delay.hpp"

#include <array>
#include <cmath>

#include "dsp/delay-line.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/smoothers.hpp"
#include "rack/node.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t { kDelayMs, kFeedback, kMix, kCount };

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "DELAY_MS", "delayMs", "ms", 0.0F, 2000.0F, 350.0F, Smoothing::linear},
    {2, "FEEDBACK", "feedback", "", 0.0F, 0.99F, 0.35F, Smoothing::linear},
    {3, "MIX", "mix", "", 0.0F, 1.0F, 0.25F, Smoothing::linear},
}};

constexpr double kMaxSeconds = 2.0;
constexpr double kMinFrames = 4.0;
// A new time is reached as a tape machine would: the pitch bends for a moment, nothing clicks.
constexpr double kGlideSeconds = 0.05;
constexpr double kArrived = 0.002;  // frames
// Echoes up to here stay as they are; louder ones round off towards twice as much.
constexpr float kKnee = 2.0F;

float keepInBounds(float x) RT_SAFE {
  const float over = std::fabs(x) - kKnee;
  if (!(over > 0.0F)) return x;
  const float size = kKnee + kKnee * dsp::softClip(over * (1.0F / kKnee));
  return x < 0.0F ? -size : size;
}

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
    isFirst_ = true;
  }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    const float feedback = params_[kFeedback];
    const float wet = params_[kMix];
    const float dry = 1.0F - wet;
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      const double time = nextTime();
      // At rest the time is a whole number of frames and echoes are exact copies.
      const bool isWhole = time == targetFrames_;
      for (std::size_t c = 0; c < lines_.size(); ++c) {
        const float echo = isWhole ? lines_[c].read(static_cast<std::uint32_t>(time))
                                   : lines_[c].readBetween(time);
        const float in = io.in[c][i];
        lines_[c].write(keepInBounds(in + feedback * echo));
        io.out[c][i] = dry * in + wet * echo;
      }
    }
  }

 private:
  void update() RT_SAFE {
    if (version_ != params_.version()) {
      version_ = params_.version();
      const double frames = std::floor(params_[kDelayMs] * 0.001 * sampleRate_ + 0.5);
      targetFrames_ = frames > kMinFrames ? frames : kMinFrames;
    }
    if (isFirst_) {
      time_.jumpTo(targetFrames_);
      isFirst_ = false;
    }
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
};

}  // namespace

const NodeTypeInfo kDelayType{
    "delay",
    "A stereo echo up to 2 s whose time glides like tape and whose feedback stays in bounds.",
    kParams.data(),
    kParams.size(),
    2,
    2,
    false,
    [] { return static_cast<Node*>(new Delay); },
};

}  // namespace downbeat::rack
