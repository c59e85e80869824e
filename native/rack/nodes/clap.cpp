// SPDX-License-Identifier: GPL-3.0-or-later
#include "rack/nodes/clap.hpp"

#include <array>

#include "dsp/envelope.hpp"
#include "dsp/fast-math.hpp"
#include "dsp/noise.hpp"
#include "dsp/pan.hpp"
#include "dsp/smoothers.hpp"
#include "dsp/state-variable-filter.hpp"
#include "rack/node.hpp"
#include "rack/nodes/loop-clock.hpp"

namespace downbeat::rack {
namespace {

enum Param : std::size_t { kAmpDecayMs, kGain, kBpm, kLoop, kPan, kVelocity, kLfo1, kLfo2, kCount };

constexpr std::array<ParamInfo, kCount> kParams{{
    {1, "AMP_DECAY_MS", "ampDecayMs", "ms", 20.0F, 300.0F, 180.0F, Smoothing::linear},
    {2, "GAIN", "gain", "", 0.0F, 1.5F, 0.8F, Smoothing::linear},
    {3, "BPM", "bpm", "bpm", 0.0F, 300.0F, 0.0F, Smoothing::step},
    {4, "LOOP", "loop", "", 0.0F, 1.0F, 0.0F, Smoothing::step},
    {5, "PAN", "pan", "", -1.0F, 1.0F, 0.0F, Smoothing::linear},
    {6, "VELOCITY", "velocity", "", 0.0F, 1.0F, 1.0F, Smoothing::step},
    {101, "LFO1_FREQ_HZ", "lfo1FreqHz", "Hz", 0.1F, 100.0F, 4.0F, Smoothing::step},
    {102, "LFO2_FREQ_HZ", "lfo2FreqHz", "Hz", 0.1F, 100.0F, 0.2F, Smoothing::step},
}};

// Hands do not meet at once: three short bursts, then the one that rings on. Slightly uneven, as
// hands are.
constexpr std::array<double, 4> kBurstSeconds{0.0, 0.0098, 0.0202, 0.0291};
constexpr double kBurstDecaySeconds = 0.0034;
constexpr double kTailLevel = 0.5;  // below the last burst
constexpr float kBodyHz = 1080.0F;
constexpr float kAirHz = 2600.0F;

class Clap final : public Node {
 public:
  Clap() : Node(kClapType) {}

  Status prepare(const PrepareInfo& info) override {
    sampleRate_ = info.sampleRate;
    params_.prepare(kParams.data(), kParams.size());
    noise_ = dsp::Noise(info.seed);
    declick_.prepare(sampleRate_);
    burst_.setTimeConstant(kBurstDecaySeconds * sampleRate_);
    body_.set(kBodyHz / static_cast<float>(sampleRate_), 1.6F);
    air_.set(kAirHz / static_cast<float>(sampleRate_), 1.1F);
    for (std::size_t b = 0; b < kBurstSeconds.size(); ++b) {
      burstFrames_[b] = static_cast<std::uint32_t>(kBurstSeconds[b] * sampleRate_ + 0.5);
    }
    reset();
    return {};
  }

  void reset() RT_SAFE override {
    isSounding_ = false;
    burst_.start(0.0);
    tail_.start(0.0);
    body_.reset();
    air_.reset();
    declick_.reset();
    loop_.reset();
    noiseCounter_ = 0;
  }

  void trigger(float velocity) RT_SAFE override {
    declick_.cut();
    velocity_ = dsp::clampTo(velocity, 0.0F, 1.0F);
    body_.reset();
    air_.reset();
    tail_.start(0.0);
    age_ = 0;
    nextBurst_ = 0;
    isSounding_ = true;
  }

  void process(const NodeIo& io) RT_SAFE override {
    update();
    for (std::uint32_t i = 0; i < io.frames; ++i) {
      if (loop_.next()) trigger(1.0F);
      const float out = declick_.next(isSounding_ ? next() : 0.0F);
      io.out[0][i] = out * pan_.left;
      io.out[1][i] = out * pan_.right;
    }
  }

 private:
  void update() RT_SAFE {
    if (version_ == params_.version()) return;
    version_ = params_.version();
    tail_.setTimeConstant(params_[kAmpDecayMs] * 0.001 * sampleRate_);
    loop_.set(params_[kLoop] >= 0.5F, params_[kBpm], sampleRate_);
    pan_ = dsp::panGains(params_[kPan]);
  }

  float next() RT_SAFE {
    if (nextBurst_ < burstFrames_.size() && age_ == burstFrames_[nextBurst_]) {
      burst_.start(1.0);
      if (++nextBurst_ == burstFrames_.size()) tail_.start(kTailLevel);
    }
    ++age_;
    const auto level = static_cast<float>(burst_.next() + tail_.next());
    const float hiss = level * noise_.at(noiseCounter_++);
    const float band = 1.5F * body_.next(hiss).band + 0.8F * air_.next(hiss).band;
    if (nextBurst_ == burstFrames_.size() && tail_.level() == 0.0) isSounding_ = false;
    return dsp::softClip(1.6F * band) * params_[kGain] * params_[kVelocity] * velocity_;
  }

  double sampleRate_ = 48000.0;
  std::uint32_t version_ = 0;
  dsp::PanGains pan_{0.7071F, 0.7071F};
  std::array<std::uint32_t, kBurstSeconds.size()> burstFrames_{};
  LoopClock loop_;

  bool isSounding_ = false;
  float velocity_ = 1.0F;
  std::uint32_t age_ = 0;
  std::uint32_t nextBurst_ = 0;
  std::uint32_t noiseCounter_ = 0;
  dsp::Noise noise_;
  dsp::DecayEnvelope burst_;
  dsp::DecayEnvelope tail_;
  dsp::StateVariableFilter body_;
  dsp::StateVariableFilter air_;
  dsp::Declick declick_;
};

}  // namespace

const NodeTypeInfo kClapType{
    "clap",
    "A hand clap: four bursts of band-passed noise within 30 ms, the last with a tail.",
    kParams.data(),
    kParams.size(),
    2,
    0,
    false,
    [] { return static_cast<Node*>(new Clap); },
};

}  // namespace downbeat::rack
